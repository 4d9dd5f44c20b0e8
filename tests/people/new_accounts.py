"""Accounts that are made beside a running portal, each for one test."""

import asyncio
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

from dealwright import app
from dealwright.people.accounts import actions
from tests.running import PASSWORD, Answer, Portal


class NewAccount(NamedTuple):
    email: str
    id: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": self.token}


def new_account(portal: Portal, role: str = "user") -> NewAccount:
    """A new account, signed in."""
    email = f"{uuid4().hex}@example.com"
    payload = {"email": email, "first_name": "Nina", "last_name": "Newcomer", "role": role}
    offline(portal, actions.add, **payload, password=PASSWORD)
    token = signed_in(portal, email)
    answer = portal.call("GET", "people/@self", as_=None, headers={"Authorization": token})
    return NewAccount(email, answer.response["id"], token)


def offline(portal: Portal, action: Any, **inputs: Any) -> Any:
    """Runs an action as the command line does, beside a running server."""
    return asyncio.run(app.offline(portal.settings, partial(action, **inputs)))


def signed_in(portal: Portal, email: str, password: str = PASSWORD) -> str:
    answer = sign_in(portal, email, password)
    assert answer.status == 201, answer.text
    return str(answer.response["token"])


def sign_in(portal: Portal, email: str, password: str, **more: Any) -> Answer:
    payload = {"userName": email, "password": password}
    return portal.call("POST", "authentication.json", json=payload, as_=None, **more)


def status_of(portal: Portal, token: str, **headers: str) -> int:
    """The portal's status for a token."""
    sent = {"Authorization": token, **headers}
    return portal.call("GET", "people/@self", as_=None, headers=sent).status
