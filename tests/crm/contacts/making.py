"""Companies, and requests that the tests of contacts share."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from tests.running import Portal


def make_company(portal: "Portal", as_: str = "ann", **inputs: object) -> int:
    """Creates a company that everyone may edit and returns its id."""
    wished = {"companyName": "Acme", "shareType": 1, **inputs}
    answer = portal.call("POST", "crm/contact/company", json=wished, as_=as_)
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def contact(portal: "Portal", contact_id: int, as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/contact/{contact_id}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def people(shown: dict[str, Any]) -> set[str]:
    """The first names on a contact's access list."""
    return {each["displayName"].split()[0].lower() for each in shown["accessList"]}


def word() -> str:
    """A word that nothing else contains."""
    return "w" + uuid4().hex[:12]
