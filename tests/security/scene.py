"""What the attacks aim at: records that Ann keeps to herself, and beside each one that everybody
may see. Bob is the outsider, Cid may read Ann's contacts, Gus is a guest, Root an administrator."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal

MISSING = 2_147_483_646  # an id that no record has


@dataclass
class Records:
    """Ids of one of each kind, with whatever a route about them may name besides."""

    opportunity: int
    person: int
    company: int


@dataclass
class Scene:
    portal: Portal
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])

    def __post_init__(self) -> None:
        self.field = self._made(
            "crm/opportunity/customfield", label=self.word, fieldType="CheckBox"
        )
        self.contact_field = self._made(
            "crm/contact/customfield", label=self.word, fieldType="CheckBox"
        )
        self.hidden = self.records(is_private=True)
        self.open = self.records(is_private=False)
        self.readable = self.records(is_private=True, share_type=2)
        self.trashed = self.records(is_private=False)
        for path in self.paths(self.trashed):
            assert self.portal.call("DELETE", path).status == 200

    def records(self, *, is_private: bool, share_type: int | None = None) -> Records:
        """Ann's own, or everybody's."""
        shared = share_type or (0 if is_private else 1)
        texts: dict[str, Any] = {"about": f"{self.word} about", "shareType": shared}
        person = make_person(self.portal, firstName=self.word, lastName="Person", **texts)
        named = {"companyName": f"{self.word} company"}
        company = self._made("crm/contact/company", "ann", **named, **texts)
        deal = make_opportunity(
            self.portal,
            title=f"{self.word} deal",
            description=f"{self.word} description",
            isPrivate=is_private,
            members=[person],
            externalId=f"{self.word} {uuid4().hex}",
        )
        return Records(deal, person, company)

    def paths(self, records: Records) -> list[str]:
        contacts = [f"crm/contact/{each}" for each in (records.person, records.company)]
        return [f"crm/opportunity/{records.opportunity}", *contacts]

    def looks(self, records: Records) -> list[Any]:
        """The records as an administrator sees them."""
        answers = [self.portal.call("GET", path, as_="root") for path in self.paths(records)]
        assert all(answer.status == 200 for answer in answers)
        return [answer.response for answer in answers]

    def _made(self, path: str, as_: str = "root", **wishes: Any) -> int:
        answer = self.portal.call("POST", path, json=wishes, as_=as_)
        assert answer.status == 201, answer.text
        made: int = answer.response["id"]
        return made


def refusal(answer: Answer) -> str:
    return str(answer.json["error"]["message"])
