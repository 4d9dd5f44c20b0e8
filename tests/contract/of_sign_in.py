"""Examples of signing in and out, of API tokens, and of several requests in one."""

import json
from typing import Any

from tests.contract.examples import Example, Made, nothing
from tests.contract.of_tasks import MOMENT
from tests.contract.scene import made as posted
from tests.people.new_accounts import new_account
from tests.running import PASSWORD, PEOPLE, Portal

SIGNED_IN = {"token": "x", "expires": MOMENT}
DOCUMENTED_SIGNED_IN = {
    "Token": "x", "Expires": MOMENT, "Sms": False, "PhoneNoise": "", "Tfa": False, "TfaKey": "",
}  # fmt: skip
TOKEN = {"id": 1, "title": "x", "scope": "read", "created": MOMENT, "lastUsed": None}
DOCUMENTED_TOKEN = {
    "id": 1, "Title": "x", "Scope": "read", "Created": MOMENT, "LastUsed": None, "Token": "",
}  # fmt: skip
FAILED = {"message": "User authentication failed", "hresult": -2146233087, "data": {}}
PAYLOAD = {"userName": PEOPLE["ann"].email, "password": PASSWORD}


def stranger(portal: Portal) -> Made:
    """A user who signed in once."""
    return {"signed_in": new_account(portal).token}


def signed_in_twice(portal: Portal) -> Made:
    """A user who may end the session of the request."""
    token = new_account(portal).token
    headers = {"Authorization": token}
    found = portal.call("GET", "people/@self/sessions", as_=None, headers=headers).response
    return {"signed_in": token, "session": found[0]["id"]}


def somebody(portal: Portal) -> Made:
    return {"person": new_account(portal).id}


def token(portal: Portal) -> Made:
    return {"token": posted(portal, "people/@self/tokens", {"title": "x"})["id"]}


def revoking(path: str, **more: Any) -> Example:
    return Example(
        made=token, method="DELETE", path=f"people/@self/tokens{path}", live=TOKEN,
        documented=DOCUMENTED_TOKEN, **more,
    )  # fmt: skip


SESSION = {
    "id": 1, "title": "x", "created": MOMENT, "lastUsed": MOMENT, "expires": MOMENT,
    "isCurrent": True,
}  # fmt: skip
DOCUMENTED_SESSION = {
    "id": 1, "Title": "x", "Created": MOMENT, "LastUsed": MOMENT, "Expires": MOMENT,
    "IsCurrent": True,
}  # fmt: skip
HEADERS = {"content-Type": "x", "vary": "x"}
INNER = [{"name": "one", "relativeUrl": "/api/2.0/capabilities"}]
EXAMPLES = (
    Example(
        made=nothing, method="POST", path="authentication", payload=PAYLOAD, as_=None,
        live=SIGNED_IN, documented=DOCUMENTED_SIGNED_IN,
    ),
    Example(
        made=nothing, method="POST", path="authentication/123456", payload=PAYLOAD, as_=None,
        status=401, live=FAILED, documented=FAILED,
    ),
    Example(
        made=stranger, method="POST", path="authentication/logout", as_=None,
        headers={"Authorization": "{signed_in}"}, live={}, documented={},
    ),
    Example(
        made=nothing, method="POST", path="people/@self/tokens", payload={"title": "x"},
        live={**TOKEN, "token": "x"}, documented={**DOCUMENTED_TOKEN, "Token": "x"},
    ),
    Example(
        made=signed_in_twice, method="DELETE", path="people/@self/sessions/{session}", as_=None,
        headers={"Authorization": "{signed_in}"}, live={**SESSION, "lastUsed": None},
        documented={**DOCUMENTED_SESSION, "LastUsed": None},
    ),
    Example(
        made=nothing, method="POST", path="people/password", payload={"email": "x@example.com"},
        as_=None, live="x", documented="x",
    ),
    Example(
        made=somebody, method="POST", path="people/{person}/invitation", as_="root",
        live={"link": "x", "expires": MOMENT}, documented={"Link": "x", "Expires": MOMENT},
    ),
    revoking("/{token}"),
    revoking("", payload={"id": "{token}"}),
    Example(
        made=nothing, method="POST", path="batch", payload={"batch": json.dumps(INNER)},
        live=[{"name": "one", "status": 200, "headers": HEADERS, "data": "x"}],
        documented=[{"Name": "one", "Status": 200, "Headers": HEADERS, "Data": "x"}],
    ),
)  # fmt: skip
