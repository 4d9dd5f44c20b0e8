"""Every read returns exactly the events and files that a plain statement of the access rules
allows.

The test builds random small portals over HTTP on both databases. It compares lists, totals, single
records, downloads, the trash and edit rights with a few lines of Python without SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crm.files.making import attached, fetch, upload
from tests.crm.history.making import category, ids, make_event
from tests.making import make_opportunity
from tests.running import Answer, Portal

USERS = ("ann", "bob", "cid")
EVERYBODY = (*USERS, "root")


@dataclass(eq=False)
class Record:
    """A contact, opportunity or case; the users in `listed` always see and edit it."""

    kind: str  # contact | opportunity | case
    creator: str
    openness: str  # private | readable (contacts only) | open
    listed: frozenset[str]
    id: int = 0

    def seen_by(self, user: str) -> bool:
        return self.openness != "private" or self.edited_by(user)

    def edited_by(self, user: str) -> bool:
        return user in {"root", self.creator, *self.listed} or self.openness == "open"


@dataclass(eq=False)
class Event:
    author: str
    contact: Record | None
    entity: Record | None
    is_deleted: bool
    files: list["File"] = field(default_factory=list)
    id: int = 0

    @property
    def parents(self) -> list[Record]:
        return [each for each in (self.contact, self.entity) if each is not None]

    def was_seen_by(self, user: str) -> bool:
        return all(each.seen_by(user) for each in self.parents)

    def seen_by(self, user: str) -> bool:
        return not self.is_deleted and self.was_seen_by(user)

    def edited_by(self, user: str) -> bool:
        mine = user in (self.author, "root")
        return self.seen_by(user) and (mine or any(each.edited_by(user) for each in self.parents))


@dataclass(eq=False)
class File:
    owner: str
    is_attached: bool
    id: int = 0

    def may_be_attached(self, user: str, before: list[Event]) -> bool:
        """Only a user who sees a file may attach it: as long as none of its events is deleted."""
        showing = [each for each in before if self in each.files]
        if user == "root":
            return True
        return any(e.was_seen_by(user) for e in showing) if showing else user == self.owner

    def seen_by(self, user: str, events: list[Event]) -> bool:
        showing = [each for each in events if self in each.files]
        if showing and all(each.is_deleted for each in showing):
            return False  # it went to the trash with the last of them
        if user == "root":
            return True
        return any(each.seen_by(user) for each in showing) if showing else user == self.owner


@dataclass(eq=False)
class World:
    records: list[Record]
    events: list[Event]
    files: list[File]
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    some = st.frozensets(st.sampled_from(USERS), max_size=1)
    who = st.sampled_from(EVERYBODY)
    contacts = draw(
        st.lists(
            st.builds(
                Record, st.just("contact"), who,
                st.sampled_from(("private", "readable", "open")), some,
            ),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    entities = draw(
        st.lists(
            st.builds(
                Record, st.sampled_from(("opportunity", "case")), who,
                st.sampled_from(("private", "open")), some,
            ),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    files = draw(st.lists(st.builds(File, who, st.booleans()), max_size=3))
    events = []
    for _ in range(draw(st.integers(1, 5))):
        contact = draw(st.none() | st.sampled_from(contacts))
        entity = draw(st.sampled_from(entities) if contact is None else st.none()
                      | st.sampled_from(entities))  # fmt: skip
        event = Event(draw(who), contact, entity, draw(st.sampled_from((False, False, True))))
        if not all(each.seen_by(event.author) for each in event.parents):
            event.author = "root"
        event.files = [
            each
            for each in files
            if each.is_attached
            and each.may_be_attached(event.author, events)
            and draw(st.booleans())
        ]
        events.append(event)
    return World(contacts + entities, events, files)


class Maker:
    """Builds a portal over HTTP, as its users would."""

    def __init__(self, portal: Portal, world: World) -> None:
        self.portal, self.world = portal, world

    def build(self) -> None:
        for record in self.world.records:
            record.id = self._record(record)
        first = self.world.records[0]
        for file in self.world.files:
            here = next((each for each in self.world.records if each.seen_by(file.owner)), None)
            path = f"{(here or first).kind}/{(here or first).id}"
            if here is None:
                file.owner = "root"
            file.id = upload(self.portal, path, f"{self.world.word}.txt", as_=file.owner)["id"]
        for event in self.world.events:
            event.id = self._event(event)
        for event in self.world.events:
            if event.is_deleted:
                path = f"crm/history/{event.id}"
                assert self.portal.call("DELETE", path, as_=event.author).status == 200

    def _record(self, record: Record) -> int:
        listed = [self.portal.id_of(user) for user in sorted(record.listed)]
        if record.kind == "contact":
            share = {"private": 0, "open": 1, "readable": 2}[record.openness]
            payload: dict[str, object] = {"companyName": "Acme", "shareType": share}
            path, payload = "crm/contact/company", payload | {"managerList": listed}
        elif record.kind == "case":
            is_private = record.openness == "private"
            path, payload = "crm/case", {"title": "A case", "isPrivate": is_private}
            payload |= {"accessList": listed}
        else:
            is_private = record.openness == "private"
            return make_opportunity(
                self.portal, record.creator, isPrivate=is_private, accessList=listed
            )
        answer = self.portal.call("POST", path, json=payload, as_=record.creator)
        assert answer.status == 201, answer.text
        return int(answer.response["id"])

    def _event(self, event: Event) -> int:
        inputs: dict[str, object] = {"content": f"{self.world.word} happened"}
        if event.contact:
            inputs["contactId"] = event.contact.id
        if event.entity:
            inputs |= {"entityType": event.entity.kind, "entityId": event.entity.id}
        inputs["fileId"] = [each.id for each in event.files]
        return int(make_event(self.portal, event.author, **inputs)["id"])


class Look:
    """Every way in which one user can find the events and files of a portal."""

    def __init__(self, portal: Portal, world: World, user: str) -> None:
        self.portal, self.world, self.user = portal, world, user

    def get(self, path: str) -> Answer:
        return self.portal.call("GET", path, as_=self.user)

    def agrees(self) -> None:
        seen = {each.id for each in self.world.events if each.seen_by(self.user)}
        word = f"filterValue={self.world.word}"
        assert self._listed(word) == seen
        assert self._listed(f"{word}&categoryId={category(self.portal)}") == seen
        assert {row for page in self._by_cursor(word) for row in page} == seen
        for record in self.world.records:
            self._record(record)
        for event in self.world.events:
            self._event(event)
        for file in self.world.files:
            is_seen = file.seen_by(self.user, self.world.events)
            assert fetch(self.portal, file.id, self.user).status == (200 if is_seen else 404)
        self._trash()
        self._whole_total()

    def _listed(self, query: str) -> set[int]:
        answer = self.get(f"crm/history/filter?{query}")
        assert answer.status == 200
        assert answer.json.get("total", 0) == len(answer.response)
        for shown in answer.response:
            self._shown(shown)
        return {*ids(answer)}

    def _shown(self, shown: Any) -> None:
        event = next(each for each in self.world.events if each.id == shown["id"])
        assert shown.get("canEdit", False) is event.edited_by(self.user)
        assert [each["id"] for each in shown["files"]] == sorted(each.id for each in event.files)
        assert shown.get("contact", {}).get("id") == (event.contact and event.contact.id)
        assert (shown["entity"] or {}).get("entityId") == (event.entity and event.entity.id)

    def _by_cursor(self, query: str) -> Iterator[list[int]]:
        cursor: str | None = ""
        while cursor is not None:
            answer = self.get(f"crm/history/filter?{query}&count=2&cursor={cursor}")
            yield ids(answer)
            cursor = answer.json.get("nextCursor")

    def _record(self, record: Record) -> None:
        listed = f"crm/history/filter?entityType={record.kind}&entityId={record.id}"
        files = f"crm/{record.kind}/{record.id}/files"
        if not record.seen_by(self.user):
            assert [self.get(path).status for path in (listed, files)] == [404, 404]
            return
        mine = [each for each in self.world.events if record in each.parents]
        seen = [each for each in mine if each.seen_by(self.user)]
        assert self._listed(listed.partition("?")[2]) == {each.id for each in seen}
        answer = self.get(files)
        assert {*ids(answer)} == {file.id for event in seen for file in event.files}
        assert answer.json.get("total", 0) == len(answer.response)
        assert self.get(f"{files}?count=0").json.get("total", 0) == len(answer.response)

    def _event(self, event: Event) -> None:
        if event.edited_by(self.user):
            return  # it would be deleted for good
        answer = self.portal.call("DELETE", f"crm/history/{event.id}", as_=self.user)
        assert answer.status == (403 if event.seen_by(self.user) else 404)

    def _trash(self) -> None:
        """In the trash each user sees what they saw before."""
        rows = self.get("crm/trash?count=1000&entityType=event").response
        ids = {row["id"] for row in rows}
        for event in self.world.events:
            if event.is_deleted:
                assert (event.id in ids) is event.was_seen_by(self.user)

    def _whole_total(self) -> None:
        """The total without a filter counts exactly the rows of its pages."""
        answer = self.get("crm/history/filter?count=1000&fields=id")
        assert answer.json["total"] == len(answer.response) if answer.response else True
        counted = self.get("crm/history/filter?count=0").json.get("total", 0)
        assert counted == len(answer.response)
        assert {*ids(answer)} >= {each.id for each in self.world.events if each.seen_by(self.user)}


@settings(max_examples=12)
@given(world=worlds())
def test_every_read_of_events_and_files_follows_the_access_rule(
    portal: Portal, world: World
) -> None:
    Maker(portal, world).build()
    for user in EVERYBODY:
        Look(portal, world, user).agrees()


def test_guest_sees_no_events_and_files(portal: Portal):
    deal = make_opportunity(portal)
    file = upload(portal, f"opportunity/{deal}")
    event = attached(portal, f"opportunity/{deal}", file)
    for method, path in (
        ("GET", "crm/history/filter"), ("DELETE", f"crm/history/{event['id']}"),
        ("GET", f"crm/opportunity/{deal}/files"), ("DELETE", f"crm/files/{file['id']}"),
        ("POST", f"crm/opportunity/{deal}/files/upload"), ("GET", "crm/files/root"),
        ("POST", f"crm/opportunity/{deal}/files/text"), ("POST", f"crm/opportunity/{deal}/files"),
    ):  # fmt: skip
        assert portal.call(method, path, as_="gus").status == 403
    assert fetch(portal, file["id"], "gus").status == 403
