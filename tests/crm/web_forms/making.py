"""Web forms for tests, and anonymous senders."""

from itertools import count
from typing import Any

from tests.running import Answer, Portal

_strangers = count(1)
HANDLER = "/Products/CRM/HttpHandlers/webtoleadfromhandler.ashx"


def make_form(portal: Portal, **inputs: object) -> Any:
    """A form whose records belong to Ann."""
    wished = {"title": "Contact us", "responsibleid": portal.id_of("ann"), **inputs}
    answer = portal.call("POST", "crm/webform", json=wished, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def post(portal: Portal, form: Any, **fields: object) -> Answer:
    """Submits a form from another page."""
    sent = {"web_form_key": form["formKey"], **fields}
    return portal.call("POST", HANDLER, form=sent, as_=None, headers=stranger())


def fill(portal: Portal, form: Any, **fields: object) -> Answer:
    """Submits the form's own page."""
    path = f"/form/{form['formKey']}"
    return portal.call("POST", path, form=fields, as_=None, headers=stranger())


def stranger() -> dict[str, str]:
    """A new client address each time."""
    number = next(_strangers)
    return {"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}


def newest(portal: Portal, as_: str = "ann", what: str = "contact", word: str = "") -> Any:
    """The newest contact or opportunity that a user sees."""
    query = f"sortBy=id&sortOrder=descending&count=1&filterValue={word}"
    answer = portal.call("GET", f"crm/{what}/filter?{query}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response[0] if answer.response else None
