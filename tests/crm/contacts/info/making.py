"""Requests that the tests of contact data share."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.running import Portal


def add(portal: "Portal", contact_id: int, as_: str = "ann", **inputs: object) -> Any:
    """Adds contact data, an email address unless the fields say otherwise."""
    wished = {"infoType": "Email", "category": "Work", "data": "pat@example.com", **inputs}
    answer = portal.call("POST", f"crm/contact/{contact_id}/data", json=wished, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def data(portal: "Portal", contact_id: int, as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/contact/{contact_id}/data", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def address(**parts: object) -> dict[str, object]:
    return {"address": {"street": "Main St 1", "city": "Bonn", **parts}}
