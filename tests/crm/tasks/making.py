"""Tasks, and requests that their tests share."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from tests.running import Portal


LIVE = "application/json; profile=live"  # in any profile of the portal


def category(portal: "Portal", place: int = 0) -> int:
    """The id of one of the first task categories."""
    found: int = portal.call("GET", "crm/task/category", accept=LIVE).response[place]["id"]
    return found


def make_task(portal: "Portal", as_: str = "ann", **inputs: object) -> int:
    """Creates a task as `as_`, due in the far future, and returns its id."""
    made: int = add_task(portal, as_, **inputs)["id"]
    return made


def add_task(portal: "Portal", as_: str = "ann", **inputs: object) -> Any:
    wished = {
        "title": "Call back",
        "deadline": "2100-06-15T13:00:00Z",
        "categoryid": category(portal),
        **inputs,
    }
    answer = portal.call("POST", "crm/task", json=wished, as_=as_, accept=LIVE)
    assert answer.status == 201, answer.text
    return answer.response


def task(portal: "Portal", task_id: int, as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/task/{task_id}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def listed(portal: "Portal", as_: str = "ann", **params: object) -> list[int]:
    """The ids of a list of tasks, in its order. Checks the total."""
    answer = portal.call("GET", f"crm/task/filter?{urlencode(params)}", as_=as_)
    assert answer.status == 200, answer.text
    rows = [each["id"] for each in answer.response]
    assert answer.json["total"] == len(rows)
    return rows
