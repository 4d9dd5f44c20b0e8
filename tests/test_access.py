"""Every way to learn of a record shows the same records: those that a plain statement of the rules
lets the user see.

Hypothesis makes small random portals over HTTP on both databases; every way is compared with
`Opportunity.seen_by` and `Contact.seen_by`, a few lines of Python that know no SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.running import Answer, Portal

USERS = ("ann", "bob", "cid")
EVERYBODY = (*USERS, "root")
CURRENCY, STAGE = "EUR", 1


@dataclass
class Contact:
    creator: str
    share_type: int  # 0 private, 1 everyone edits, 2 everyone reads
    managers: frozenset[str]
    id: int = 0

    def seen_by(self, user: str) -> bool:
        return self.share_type in (1, 2) or self.edited_by(user)

    def edited_by(self, user: str) -> bool:
        return user == "root" or self.share_type == 1 or user in self.managers | {self.creator}


@dataclass
class Opportunity:
    creator: str
    responsible: str
    is_private: bool
    listed: frozenset[str]
    contact: Contact | None
    members: list[Contact]
    is_deleted: bool = False
    id: int = 0
    title: str = ""

    def seen_by(self, user: str) -> bool:
        if self.is_deleted:
            return False
        # A user who makes it private, with a list or without, stays on its list.
        return user in {"root", self.responsible, self.creator, *self.listed} or not self.is_private

    def takes_part(self, contact: Contact) -> bool:
        return contact in self.members or contact is self.contact


@dataclass
class World:
    contacts: list[Contact]
    opportunities: list[Opportunity]
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])

    def seen(self, user: str) -> list[Opportunity]:
        return [each for each in self.opportunities if each.seen_by(user)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    users, some = st.sampled_from(USERS), st.frozensets(st.sampled_from(USERS), max_size=2)
    contacts = draw(
        st.lists(
            st.builds(Contact, st.sampled_from(EVERYBODY), st.sampled_from((0, 0, 1, 2)), some),
            min_size=1,
            max_size=4,
        )
    )

    def opportunity() -> st.SearchStrategy[Opportunity]:
        return st.builds(
            Opportunity,
            creator=st.sampled_from(EVERYBODY),
            responsible=users,
            is_private=st.booleans(),
            listed=some,
            contact=st.none() | st.sampled_from(contacts),
            members=st.lists(st.sampled_from(contacts), max_size=2, unique_by=id),
            is_deleted=st.sampled_from((False, False, False, True)),
        )

    return World(contacts, draw(st.lists(opportunity(), min_size=1, max_size=6)))


class Maker:
    """Builds a world over HTTP, as the people in it would."""

    def __init__(self, portal: Portal, world: World) -> None:
        self.portal, self.world = portal, world

    def build(self) -> None:
        for number, contact in enumerate(self.world.contacts):
            contact.id = self._contact(contact, number)["id"]
        for number, opportunity in enumerate(self.world.opportunities):
            opportunity.title = f"{self.world.word} deal {number}"
            opportunity.id = self._opportunity(opportunity)["id"]
        for opportunity in self.world.opportunities:
            if opportunity.is_deleted:
                deleted = self.portal.call(
                    "DELETE", f"crm/opportunity/{opportunity.id}", as_=opportunity.creator
                )
                assert deleted.status == 200

    def _contact(self, contact: Contact, number: int) -> Any:
        sent = {
            "companyName": f"{self.world.word} company {number}",
            "shareType": contact.share_type,
            "managerList": [self.portal.id_of(user) for user in sorted(contact.managers)],
        }
        made = self.portal.call("POST", "crm/contact/company", json=sent, as_=contact.creator)
        return succeeded(made, 201)

    def _opportunity(self, opportunity: Opportunity) -> Any:
        """Only users who see a contact can name it, so an administrator adds the others."""
        sent = {
            "title": opportunity.title,
            "responsibleid": self.portal.id_of(opportunity.responsible),
            "stageid": STAGE,
            "bidCurrencyAbbr": CURRENCY,
            "bidValue": 100,
            "isPrivate": opportunity.is_private,
            "accessList": [self.portal.id_of(user) for user in sorted(opportunity.listed)],
            "externalId": f"{opportunity.title} key",
        }
        made = self.portal.call("POST", "crm/opportunity", json=sent, as_=opportunity.creator)
        stored = succeeded(made, 201)
        path = f"crm/opportunity/{stored['id']}"
        for contact in opportunity.members:
            succeeded(self.portal.call("POST", f"{path}/contact/{contact.id}", as_="root"), 201)
        if opportunity.contact:
            sent |= {"contactid": opportunity.contact.id, "accessList": []}
            del sent["isPrivate"]
            succeeded(self.portal.call("PUT", path, json=sent, as_="root"), 200)
        payload = {"tagName": self.world.word}
        succeeded(self.portal.call("POST", f"{path}/tag", json=payload, as_="root"), 201)
        return stored


def succeeded(answer: Answer, status: int) -> Any:
    assert answer.status == status, answer.text
    return answer.response


@pytest.fixture
def field_id(portal: Portal) -> int:
    sent = {"label": "Secret", "fieldType": 0, "mask": '{"size":40}'}
    made = portal.call("POST", "crm/opportunity/customfield", json=sent, as_="root")
    return int(succeeded(made, 201)["id"])


class Look:
    """Every way in which one user can learn of a world's records."""

    def __init__(self, portal: Portal, world: World, user: str) -> None:
        self.portal, self.world, self.user = portal, world, user

    def get(self, path: str) -> Answer:
        return self.portal.call("GET", path, as_=self.user)

    def listed(self, query: str = "") -> set[int]:
        answer = self.get(f"crm/opportunity/filter?filterValue={self.world.word}&{query}")
        rows = succeeded(answer, 200)
        assert answer.json["total"] == len(rows)
        return {row["id"] for row in rows}

    def agrees(self) -> None:
        seen = {each.id for each in self.world.seen(self.user)}
        assert self.listed() == seen
        assert self.listed(f"tags={self.world.word}") == seen
        assert self._by_prefix() == seen
        assert self._summed() == len(seen)
        assert self._by_cursor() == seen
        for opportunity in self.world.opportunities:
            self._single(opportunity, is_seen=opportunity.id in seen)
        for contact in self.world.contacts:
            self._contact(contact)
        self._trash()
        self._whole_total()

    def _by_prefix(self) -> set[int]:
        answer = self.get(f"crm/opportunity/byprefix?prefix={self.world.word}")
        return {row["id"] for row in succeeded(answer, 200)}

    def _summed(self) -> int:
        answer = self.get(f"crm/opportunity/summary?filterValue={self.world.word}")
        payload = succeeded(answer, 200)
        assert sum(stage["count"] for stage in payload["stages"]) == payload["total"]["count"]
        return int(payload["total"]["count"])

    def _by_cursor(self) -> set[int]:
        found: set[int] = set()
        cursor: str | None = ""
        while cursor is not None:
            query = f"filterValue={self.world.word}&count=2&cursor={cursor}&sortBy=id"
            answer = self.get(f"crm/opportunity/filter?{query}")
            found |= {row["id"] for row in succeeded(answer, 200)}
            cursor = answer.json.get("nextCursor")
        return found

    def _single(self, opportunity: Opportunity, *, is_seen: bool) -> None:
        path = f"crm/opportunity/{opportunity.id}"
        statuses = {
            address: self.get(address).status
            for address in (
                path,
                f"{path}/contact",
                f"{path}/audit",
                f"{path}/tag",
                f"{path}/customfield",
                f"crm/opportunity/tag/{opportunity.id}",
            )
        }
        assert set(statuses.values()) == {200 if is_seen else 404}, statuses
        if is_seen:
            self._shown(opportunity, self.get(path).response)

    def _shown(self, opportunity: Opportunity, shown: Any) -> None:
        assert shown["canEdit"] is True
        assert shown["isPrivate"] is opportunity.is_private
        contact = opportunity.contact
        is_shown = contact is not None and contact.seen_by(self.user)
        assert ("contact" in shown) is is_shown
        members = {each.id for each in opportunity.members if each.seen_by(self.user)}
        assert {each["id"] for each in shown["members"]} == members
        listed = self.get(f"crm/opportunity/{opportunity.id}/contact").response
        assert {each["id"] for each in listed} == members
        hidden = {each.id for each in self.world.contacts if not each.seen_by(self.user)}
        assert not hidden & self._named_contacts(opportunity)

    def _named_contacts(self, opportunity: Opportunity) -> set[int]:
        """Every contact that the record's own history names."""
        rows = self.get(f"crm/opportunity/{opportunity.id}/audit").response
        changes = [each for row in rows for each in row["changes"]]
        named = [each for each in changes if each["field"] in ("contact", "members")]
        values = [each[side] for each in named for side in ("old", "new")]
        return {
            contact
            for value in values
            for contact in (value if isinstance(value, list) else [value])
        }

    def _contact(self, contact: Contact) -> None:
        answer = self.get(f"crm/contact/{contact.id}")
        assert answer.status == (200 if contact.seen_by(self.user) else 404)
        query = f"contactid={contact.id}&contactAlsoIsParticipant=true"
        found = self.listed(query)
        by_contact = succeeded(self.get(f"crm/opportunity/bycontact/{contact.id}"), 200)
        assert found == {row["id"] for row in by_contact}
        if not contact.seen_by(self.user):
            assert not found
            return
        assert answer.response["canEdit"] is contact.edited_by(self.user)
        seen = self.world.seen(self.user)
        assert found == {each.id for each in seen if each.takes_part(contact)}

    def _trash(self) -> None:
        """In the trash every user sees what they saw before."""
        rows = succeeded(self.get("crm/trash?count=1000"), 200)
        titles = {row["title"] for row in rows if row["entityType"] == "opportunity"}
        for opportunity in self.world.opportunities:
            if opportunity.is_deleted:
                opportunity.is_deleted = False
                was_seen = opportunity.seen_by(self.user)
                opportunity.is_deleted = True
                assert (opportunity.title in titles) is was_seen

    def _whole_total(self) -> None:
        """The total without any filter counts exactly the rows that its pages hold."""
        answer = self.get("crm/opportunity/filter?count=1000&sortBy=id&fields=id")
        assert answer.json["total"] == len(answer.response)
        assert self.get("crm/opportunity/filter?count=0").json["total"] == answer.json["total"]


@settings(max_examples=12)
@given(world=worlds())
def test_every_way_to_learn_of_a_record_agrees_with_the_rule(portal: Portal, world: World) -> None:
    Maker(portal, world).build()
    for user in EVERYBODY:
        Look(portal, world, user).agrees()


@settings(max_examples=10)
@given(world=worlds(), editor=st.sampled_from(USERS))
def test_reading_and_putting_all_back_loses_nothing_hidden(
    portal: Portal, field_id: int, world: World, editor: str
) -> None:
    Maker(portal, world).build()
    for opportunity in world.seen("root"):
        payload = {"fieldValue": "kept"}
        path = f"crm/opportunity/{opportunity.id}/customfield/{field_id}"
        succeeded(portal.call("POST", path, json=payload, as_="root"), 201)
    for opportunity in world.seen(editor):
        path = f"crm/opportunity/{opportunity.id}"
        before = portal.call("GET", path, as_="root").response
        mine = portal.call("GET", path, as_=editor).response
        answer = portal.call("PUT", path, json=dict(_put_back(mine)), as_=editor)
        assert answer.status == 200, answer.text
        assert portal.call("GET", path, as_="root").response == before


def _put_back(shown: Any) -> Iterator[tuple[str, Any]]:
    """What a client that knows every parameter sends after reading a record."""
    yield from (
        ("title", shown["title"]),
        ("description", shown["description"]),
        ("responsibleid", shown["responsible"]["id"]),
        ("contactid", shown.get("contact", {}).get("id", 0)),
        ("members", [each["id"] for each in shown["members"]]),
        ("bidType", shown.get("bidType", 0)),
        ("bidValue", shown.get("bidValue", 0)),
        ("bidCurrencyAbbr", shown["bidCurrency"]["abbreviation"]),
        ("perPeriodValue", shown.get("perPeriodValue", 0)),
        ("stageid", shown["stage"]["id"]),
        ("successProbability", shown.get("successProbability", 0)),
        ("actualCloseDate", shown["actualCloseDate"]),
        ("expectedCloseDate", shown["expectedCloseDate"]),
        ("isPrivate", shown["isPrivate"]),
        ("accessList", [each["id"] for each in shown["accessList"]]),
        (
            "customFieldList",
            [{"key": each["id"], "value": each["fieldValue"]} for each in shown["customFields"]],
        ),
    )


@settings(max_examples=10)
@given(
    company=st.builds(
        Contact, st.just("root"), st.sampled_from((0, 1)), st.frozensets(st.sampled_from(USERS))
    ),
    person=st.builds(
        Contact, st.just("root"), st.sampled_from((0, 1, 2)), st.frozensets(st.sampled_from(USERS))
    ),
    editor=st.sampled_from(EVERYBODY),
)
def test_reading_and_putting_back_a_contact_loses_nothing_hidden(
    portal: Portal, company: Contact, person: Contact, editor: str
) -> None:
    def payload(contact: Contact, **more: object) -> dict[str, object]:
        managers = [portal.id_of(user) for user in sorted(contact.managers)]
        return {"shareType": contact.share_type, "managerList": managers, **more}

    def made(path: str, **inputs: object) -> Any:
        return succeeded(portal.call("POST", f"crm/contact/{path}", json=inputs, as_="root"), 201)

    company.id = made("company", **payload(company, companyName="Hidden Ltd"))["id"]
    names = {"firstName": "Pat", "lastName": "Post", "companyId": company.id}
    person.id = made("person", **payload(person, **names, jobTitle="CEO", about="a\nb"))["id"]
    made(f"{person.id}/data", infoType="Email", data="pat@example.com", category="Work")
    for contact, path in ((company, "company"), (person, "person")):
        if not contact.edited_by(editor):
            continue
        address = f"crm/contact/{contact.id}"
        before = portal.call("GET", address, as_="root").response
        mine = portal.call("GET", address, as_=editor).response
        access = [each["id"] for each in mine.get("accessList", [])]
        back = {
            **{name: mine[name] for name in ("companyName", "firstName", "lastName", "about")
               if name in mine},
            "jobTitle": mine.get("title", ""),
            "companyId": mine.get("company", {}).get("id", 0),
            "shareType": mine["shareType"],
            "managerList": access,
            "customFieldList": [],
        }  # fmt: skip
        answer = portal.call("PUT", f"crm/contact/{path}/{contact.id}", json=back, as_=editor)
        assert answer.status == 200, answer.text
        assert portal.call("GET", address, as_="root").response == before


def test_a_guest_learns_nothing(portal: Portal) -> None:
    for path in ("crm/opportunity/filter", "crm/opportunity/1", "crm/contact/filter", "crm/trash"):
        answer = portal.call("GET", path, as_="gus")
        assert (answer.status, answer.json["error"]["message"]) == (403, "Forbidden")
