"""Events, and requests that the tests of history share."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.running import Answer, Portal


def category(portal: "Portal", title: str = "Note") -> int:
    """The id of a history category that a new portal has."""
    listed = portal.call("GET", "crm/history/category", as_="root").response
    return next(each["id"] for each in listed if each["title"] == title)


def write(portal: "Portal", as_: str = "ann", **inputs: object) -> "Answer":
    """Creates an event; by default it is a note."""
    wished = {"content": "We talked.", "categoryId": category(portal), **inputs}
    return portal.call("POST", "crm/history", json=wished, as_=as_)


def make_event(portal: "Portal", as_: str = "ann", **inputs: object) -> Any:
    """Creates an event and returns the answer."""
    answer = write(portal, as_, **inputs)
    assert answer.status == 201, answer.text
    return answer.response


def events(portal: "Portal", query: str = "", as_: str = "ann") -> "Answer":
    answer = portal.call("GET", f"crm/history/filter?{query}", as_=as_)
    assert answer.status == 200, answer.text
    return answer


def ids(answer: "Answer") -> list[int]:
    return [each["id"] for each in answer.response]
