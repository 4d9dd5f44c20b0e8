"""Every way to learn of a case shows the same cases: those that a plain statement of the rule lets
the user see.

Hypothesis makes small random portals over HTTP on both databases; every way is compared with
`Case.seen_by`, a few lines of Python that know no SQL.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crm.cases.making import make_field
from tests.running import Answer, Portal
from tests.test_access import EVERYBODY, USERS, Contact, succeeded


@dataclass
class Case:
    creator: str
    is_private: bool
    listed: frozenset[str]
    members: list[Contact]
    is_closed: bool
    is_deleted: bool
    id: int = 0
    title: str = ""

    def seen_by(self, user: str) -> bool:
        return not self.is_deleted and self.was_seen_by(user)

    def was_seen_by(self, user: str) -> bool:
        return user in {"root", self.creator, *self.listed} or not self.is_private


@dataclass
class World:
    contacts: list[Contact]
    cases: list[Case]
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])

    def seen(self, user: str) -> list[Case]:
        return [each for each in self.cases if each.seen_by(user)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    some = st.frozensets(st.sampled_from(USERS), max_size=2)
    everybody = st.sampled_from(EVERYBODY)
    contact = st.builds(Contact, everybody, st.sampled_from((0, 0, 1, 2)), some)
    contacts = draw(st.lists(contact, min_size=1, max_size=3))
    case = st.builds(
        Case,
        creator=everybody,
        is_private=st.booleans(),
        listed=some,
        members=st.lists(st.sampled_from(contacts), max_size=2, unique_by=id),
        is_closed=st.booleans(),
        is_deleted=st.sampled_from((False, False, False, True)),
    )
    return World(contacts, draw(st.lists(case, min_size=1, max_size=6)))


def build(portal: Portal, world: World) -> None:
    """Makes the records over HTTP, as the people would; an administrator adds the members."""
    for number, contact in enumerate(world.contacts):
        sent: dict[str, Any] = {
            "companyName": f"{world.word} company {number}",
            "shareType": contact.share_type,
            "managerList": [portal.id_of(user) for user in sorted(contact.managers)],
        }
        made = portal.call("POST", "crm/contact/company", json=sent, as_=contact.creator)
        contact.id = succeeded(made, 201)["id"]
    for number, case in enumerate(world.cases):
        case.title = f"{world.word} matter {number}"
        sent = {
            "title": case.title,
            "isPrivate": case.is_private,
            "accessList": [portal.id_of(user) for user in sorted(case.listed)],
        }
        made = portal.call("POST", "crm/case", json=sent, as_=case.creator)
        case.id = succeeded(made, 201)["id"]
        path = f"crm/case/{case.id}"
        for contact in case.members:
            payload: dict[str, object] = {"contactid": contact.id}
            succeeded(portal.call("POST", f"{path}/contact", json=payload, as_="root"), 201)
        payload = {"tagName": world.word}
        succeeded(portal.call("POST", f"{path}/tag", json=payload, as_="root"), 201)
        if case.is_closed:
            succeeded(portal.call("PUT", f"{path}/close", as_=case.creator), 200)
        if case.is_deleted:
            succeeded(portal.call("DELETE", path, as_=case.creator), 200)


class Look:
    """Every way in which one user can learn of a world's cases."""

    def __init__(self, portal: Portal, world: World, user: str) -> None:
        self.portal, self.world, self.user = portal, world, user

    def get(self, path: str) -> Answer:
        return self.portal.call("GET", path, as_=self.user)

    def listed(self, query: str = "") -> set[int]:
        answer = self.get(f"crm/case/filter?filterValue={self.world.word}&{query}")
        rows = succeeded(answer, 200)
        assert answer.json["total"] == len(rows)
        return {row["id"] for row in rows}

    def agrees(self) -> None:
        cases = self.world.seen(self.user)
        seen = {each.id for each in cases}
        assert self.listed() == self.listed(f"tags={self.world.word}") == seen
        for closed in (True, False):
            of_state = {each.id for each in cases if each.is_closed is closed}
            assert self.listed(f"isClosed={closed}") == of_state
        found = succeeded(self.get(f"crm/case/byprefix?prefix={self.world.word}"), 200)
        assert {row["id"] for row in found} == seen
        for sort in ("title", "id", "created"):
            assert self._by_cursor(sort) == seen
        for case in self.world.cases:
            self._single(case, is_seen=case.id in seen)
        for contact in self.world.contacts:
            self._contact(contact)
        self._counted(len(seen))
        self._trash()
        self._whole_total()

    def _by_cursor(self, sort: str) -> set[int]:
        found: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            query = f"filterValue={self.world.word}&count=2&cursor={cursor}&sortBy={sort}"
            answer = self.get(f"crm/case/filter?{query}")
            found += [row["id"] for row in succeeded(answer, 200)]
            cursor = answer.json.get("nextCursor")
        assert len(found) == len(set(found))
        return set(found)

    def _single(self, case: Case, *, is_seen: bool) -> None:
        path = f"crm/case/{case.id}"
        addresses = (path, *(f"{path}/{each}" for each in ("contact", "audit", "tag")))
        statuses = {
            each: self.get(each).status
            for each in (*addresses, f"{path}/customfield", f"crm/case/tag/{case.id}")
        }
        assert set(statuses.values()) == {200 if is_seen else 404}, statuses
        if not is_seen:
            return
        shown = self.get(path).response
        assert shown["canEdit"] is True
        assert (shown["isPrivate"], shown["isClosed"]) == (case.is_private, case.is_closed)
        members = {each.id for each in case.members if each.seen_by(self.user)}
        assert {each["id"] for each in shown["members"]} == members
        assert {each["id"] for each in self.get(f"{path}/contact").response} == members
        hidden = {each.id for each in self.world.contacts if not each.seen_by(self.user)}
        assert not hidden & self._names_of(path)

    def _names_of(self, path: str) -> set[int]:
        """Every contact that the case's own history names."""
        rows = self.get(f"{path}/audit").response
        changes = [each for row in rows for each in row["changes"] if each["field"] == "members"]
        return {
            each for change in changes for side in ("old", "new") for each in change[side] or ()
        }

    def _contact(self, contact: Contact) -> None:
        found = self.listed(f"contactid={contact.id}")
        path = f"crm/case/byprefix?contactID={contact.id}"
        assert {row["id"] for row in succeeded(self.get(path), 200)} == found
        seen = self.world.seen(self.user) if contact.seen_by(self.user) else []
        assert found == {each.id for each in seen if contact in each.members}

    def _counted(self, count: int) -> None:
        tags = succeeded(self.get("crm/case/tag"), 200)
        (mine,) = [each for each in tags if each["title"] == self.world.word]
        assert mine.get("relativeItemsCount", 0) == count

    def _trash(self) -> None:
        rows = succeeded(self.get("crm/trash?entityType=case&count=1000"), 200)
        titles = {row["title"] for row in rows}
        for case in self.world.cases:
            is_there = case.is_deleted and case.was_seen_by(self.user)
            assert (case.title in titles) is is_there

    def _whole_total(self) -> None:
        """The total without any filter counts exactly the rows that its pages hold."""
        answer = self.get("crm/case/filter?count=1000&sortBy=id&fields=id")
        assert answer.json["total"] == len(answer.response)
        assert self.get("crm/case/filter?count=0").json["total"] == answer.json["total"]


@settings(max_examples=12)
@given(world=worlds())
def test_every_way_to_learn_of_a_case_agrees_with_the_rule(portal: Portal, world: World) -> None:
    build(portal, world)
    for user in EVERYBODY:
        Look(portal, world, user).agrees()


@pytest.fixture
def field_id(portal: Portal) -> int:
    return make_field(portal)


@settings(max_examples=10)
@given(world=worlds(), editor=st.sampled_from(USERS))
def test_reading_and_putting_all_back_loses_nothing_hidden(
    portal: Portal, field_id: int, world: World, editor: str
) -> None:
    build(portal, world)
    for case in world.seen("root"):
        path = f"crm/case/{case.id}/customfield/{field_id}"
        succeeded(portal.call("POST", path, json={"fieldValue": "kept"}, as_="root"), 201)
    for case in world.seen(editor):
        path = f"crm/case/{case.id}"
        before = portal.call("GET", path, as_="root").response
        mine = portal.call("GET", path, as_=editor).response
        sent = {
            "title": mine["title"],
            "members": [each["id"] for each in mine["members"]],
            "isPrivate": mine["isPrivate"],
            "accessList": [each["id"] for each in mine.get("accessList", [])],
            "customFieldList": [
                {"key": each["id"], "value": each["fieldValue"]} for each in mine["customFields"]
            ],
        }
        answer = portal.call("PUT", path, json=sent, as_=editor)
        assert answer.status == 200, answer.text
        assert portal.call("GET", path, as_="root").response == before
