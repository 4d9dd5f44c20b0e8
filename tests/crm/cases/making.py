"""Creates and lists cases for tests, as a client does."""

from typing import Any
from uuid import uuid4

from tests.running import Answer, Portal


def make_case(portal: Portal, as_: str = "ann", **inputs: object) -> int:
    """Creates a case as `as_` and returns its id."""
    answer = portal.call("POST", "crm/case", json={"title": "A case", **inputs}, as_=as_)
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def case(portal: Portal, case_id: int, as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/case/{case_id}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def listed(portal: Portal, query: str = "", as_: str = "ann") -> list[int]:
    """The ids of the cases that match a filter, in the order of the list. Checks the total."""
    answer = portal.call("GET", f"crm/case/filter?{query}", as_=as_)
    assert answer.status == 200, answer.text
    assert answer.json["total"] == len(answer.response)
    return [each["id"] for each in answer.response]


def make_field(portal: Portal, **inputs: object) -> int:
    wished = {"label": word(), "fieldType": "TextArea", "mask": '{"rows":5,"cols":40}', **inputs}
    answer = portal.call("POST", "crm/case/customfield", json=wished, as_="root")
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def people(shown: Any) -> set[str]:
    return {person["displayName"].split()[0].lower() for person in shown["accessList"]}


def message(answer: Answer) -> str:
    answered: str = answer.json["error"]["message"]
    return answered


def word() -> str:
    return "w" + uuid4().hex[:12]
