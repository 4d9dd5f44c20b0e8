"""Tasks, events and files are shown only to users whom a plain statement of the rules names: in
every list, total, look-up and audit trail, and in the records that they belong to.

Hypothesis makes small random portals over HTTP on both databases; `Parent`, `Task` and `Event`
state the rules in a few lines of Python that know no SQL.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crm.history.making import category as history_category
from tests.crm.tasks.making import category as task_category
from tests.running import Answer, Portal

USERS = ("ann", "bob", "cid")
EVERYBODY = (*USERS, "root")
DOWNLOAD = "/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid="


@dataclass(eq=False)
class Parent:
    """A contact, an opportunity or a case. The owner of the portal makes them all."""

    entity: str
    is_private: bool
    listed: frozenset[str]
    id: int = 0
    title: str = ""

    def seen_by(self, user: str) -> bool:
        return user == "root" or not self.is_private or user in self.listed


@dataclass(eq=False)
class Belonging:
    contact: Parent | None
    entity: Parent | None
    wanted_creator: str
    id: int = 0

    @property
    def parents(self) -> list[Parent]:
        return [each for each in (self.contact, self.entity) if each]

    @property
    def creator(self) -> str:
        """Only a user who sees everything that it belongs to can make it."""
        return self.wanted_creator if self.sees_parents(self.wanted_creator) else "root"

    def sees_parents(self, user: str) -> bool:
        return all(parent.seen_by(user) for parent in self.parents)


@dataclass(eq=False)
class Task(Belonging):
    responsible: str = "root"
    is_late: bool = False

    def seen_by(self, user: str) -> bool:
        return self.edited_by(user) or self.sees_parents(user)

    def edited_by(self, user: str) -> bool:
        return user in ("root", self.responsible, self.creator)


@dataclass(eq=False)
class Event(Belonging):
    file: int = 0

    def seen_by(self, user: str) -> bool:
        return self.sees_parents(user)

    def edited_by(self, user: str) -> bool:
        # A user who sees one of these parents may also edit it: a public contact is editable by
        # all.
        return self.seen_by(user)


@dataclass
class World:
    parents: list[Parent]
    tasks: list[Task]
    events: list[Event]
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    some = st.frozensets(st.sampled_from(USERS), max_size=2)
    parents = [
        Parent(entity, draw(st.booleans()), draw(some))
        for entity in ("contact", "contact", "opportunity", "case")
    ]
    contacts, entities = st.sampled_from(parents[:2]), st.sampled_from(parents[2:])
    tasks = st.builds(
        Task,
        st.none() | contacts,
        st.none() | entities,
        st.sampled_from(EVERYBODY),
        responsible=st.sampled_from(EVERYBODY),
        is_late=st.booleans(),
    )
    ties = (st.tuples(contacts, st.none() | entities), st.tuples(st.none(), entities))
    events = st.one_of(*ties).flatmap(
        lambda tied: st.builds(Event, st.just(tied[0]), st.just(tied[1]), st.sampled_from(USERS))
    )
    some_tasks = draw(st.lists(tasks, min_size=1, max_size=5))
    return World(parents, some_tasks, draw(st.lists(events, min_size=1, max_size=5)))


class Maker:
    """Builds a world over HTTP, as the people in it would."""

    def __init__(self, portal: Portal, world: World) -> None:
        self.portal, self.world = portal, world

    def build(self) -> None:
        for number, parent in enumerate(self.world.parents):
            parent.title = f"{self.world.word} {parent.entity} {number}"
            parent.id = self._parent(parent)["id"]
        for task in self.world.tasks:
            task.id = self._task(task)["id"]
        for event in self.world.events:
            event.id = self._event(event)["id"]

    def _parent(self, parent: Parent) -> Any:
        listed = [self.portal.id_of(user) for user in sorted(parent.listed)]
        if parent.entity == "contact":
            payload = {
                "companyName": parent.title,
                "shareType": 0 if parent.is_private else 1,
                "managerList": listed,
            }
            return self._made("contact/company", "root", payload)
        payload = {"title": parent.title, "isPrivate": parent.is_private, "accessList": listed}
        if parent.entity == "opportunity":
            owner = {"responsibleid": self.portal.id_of("root"), "bidCurrencyAbbr": "EUR"}
            payload |= {"stageid": 1, **owner}
        return self._made(parent.entity, "root", payload)

    def _task(self, task: Task) -> Any:
        payload = {
            "title": f"{self.world.word} task",
            "deadline": "2001-02-03T04:05:06Z" if task.is_late else "2101-02-03T04:05:06Z",
            "responsibleid": self.portal.id_of(task.responsible),
            "categoryid": task_category(self.portal),
            **_ties(task),
        }
        return self._made("task", task.creator, payload)

    def _event(self, event: Event) -> Any:
        first = event.parents[0]
        named = {"Content-Disposition": 'attachment; filename="note.txt"'}
        brought = self.portal.call(
            "POST",
            f"crm/{first.entity}/{first.id}/files/upload",
            body=b"words",
            headers={**named, "Content-Type": "application/octet-stream"},
            as_=event.creator,
        )
        event.file = succeeded(brought, 201)["id"]
        payload = {
            "fileId": [event.file],
            "content": f"{self.world.word} said",
            "categoryId": history_category(self.portal),
            "notifyUserList": [self.portal.id_of(user) for user in EVERYBODY],
            **_ties(event),
        }
        return self._made("history", event.creator, payload)

    def _made(self, path: str, user: str, payload: object) -> Any:
        return succeeded(self.portal.call("POST", f"crm/{path}", json=payload, as_=user), 201)


def _ties(belonging: Belonging) -> dict[str, object]:
    payload: dict[str, object] = {}
    if belonging.contact:
        payload["contactId"] = belonging.contact.id
    if belonging.entity:
        payload |= {"entityType": belonging.entity.entity, "entityId": belonging.entity.id}
    return payload


def succeeded(answer: Answer, status: int) -> Any:
    assert answer.status == status, answer.text
    return answer.response


class Look:
    """Every way in which one user can learn of a world's tasks and events."""

    def __init__(self, portal: Portal, world: World, user: str) -> None:
        self.portal, self.world, self.user = portal, world, user

    def get(self, path: str) -> Answer:
        return self.portal.call("GET", f"crm/{path}", as_=self.user)

    def agrees(self) -> None:
        for path, dependents in (("task", self.world.tasks), ("history", self.world.events)):
            seen = {each.id for each in dependents if each.seen_by(self.user)}
            assert self._listed(path) == seen
            assert self._by_cursor(path) == seen
            for parent in self.world.parents:
                self._of_parent(path, parent, dependents)
        for task in self.world.tasks:
            self._task(task)
        for row in self.get(f"history/filter?filterValue={self.world.word}").response:
            [event] = [each for each in self.world.events if each.id == row["id"]]
            self._shown(event, row)
        for event in self.world.events:
            given = self.portal.call("GET", f"{DOWNLOAD}{event.file}", as_=self.user)
            assert given.status == (200 if event.seen_by(self.user) else 404)
        self._notified()
        for parent in self.world.parents:
            self._files(parent)
        for parent in self.world.parents:
            if parent.entity == "contact" and parent.seen_by(self.user):
                self._counted(parent)

    def _listed(self, path: str, query: str = "") -> set[int]:
        answer = self.get(f"{path}/filter?filterValue={self.world.word}&{query}")
        rows = succeeded(answer, 200)
        assert answer.json["total"] == len(rows)
        return {row["id"] for row in rows}

    def _by_cursor(self, path: str) -> set[int]:
        found: set[int] = set()
        cursor: str | None = ""
        while cursor is not None:
            query = f"filterValue={self.world.word}&count=2&cursor={cursor}&sortBy=id"
            answer = self.get(f"{path}/filter?{query}")
            found |= {row["id"] for row in succeeded(answer, 200)}
            cursor = answer.json.get("nextCursor")
        return found

    def _of_parent(self, path: str, parent: Parent, dependents: list[Any]) -> None:
        text = f"entityType={parent.entity}&entityId={parent.id}"
        answer = self.get(f"{path}/filter?{text}")
        its_own = {each.id for each in dependents if parent in each.parents}
        seen = {each.id for each in dependents if each.seen_by(self.user)}
        if parent.seen_by(self.user):
            rows = {row["id"] for row in succeeded(answer, 200)}
            assert rows == its_own & seen
        else:  # a visible task hides references that the user may not see
            assert answer.status == 404 or answer.json["total"] == 0, answer.text

    def _files(self, parent: Parent) -> None:
        answer = self.get(f"{parent.entity}/{parent.id}/files")
        if not parent.seen_by(self.user):
            assert answer.status == 404
            return
        shown = [
            each.file
            for each in self.world.events
            if parent in each.parents and each.seen_by(self.user)
        ]
        assert sorted(row["id"] for row in succeeded(answer, 200)) == sorted(shown)

    def _task(self, task: Task) -> None:
        answer = self.get(f"task/{task.id}")
        trail = self.get(f"task/{task.id}/audit")
        expected = 200 if task.seen_by(self.user) else 404
        assert (answer.status, trail.status) == (expected, expected)
        if expected == 200:
            self._shown(task, answer.response)

    def _shown(self, belonging: Task | Event, shown: Any) -> None:
        assert shown.get("canEdit", False) is belonging.edited_by(self.user)
        for name, parent in (("contact", belonging.contact), ("entity", belonging.entity)):
            is_shown = parent is not None and parent.seen_by(self.user)
            assert bool(shown.get(name)) is is_shown, (name, shown)
        hidden = [each.title for each in belonging.parents if not each.seen_by(self.user)]
        assert not [title for title in hidden if title in str(shown)]

    def _counted(self, contact: Parent) -> None:
        seen = [
            each for each in self.world.tasks if each.contact is contact and each.seen_by(self.user)
        ]
        [listed] = [
            row
            for row in self.get(f"contact/filter?filterValue={self.world.word}").response
            if row["id"] == contact.id
        ]
        for shown in (self.get(f"contact/{contact.id}").response, listed):
            assert shown.get("taskCount", 0) == len(seen)
            assert shown["haveLateTasks"] is any(each.is_late for each in seen)

    def _notified(self) -> None:
        """The feed holds events of others that the user may see, and counts nothing else."""
        answer = self.get("notifications?count=1000")
        rows = succeeded(answer, 200)
        own = {each.id: each for each in self.world.events}
        text = {row["entityId"] for row in rows if row["entityType"] == "event"} & {*own}
        assert text == {
            each.id
            for each in self.world.events
            if each.seen_by(self.user) and each.creator != self.user
        }
        unread = self.get("notifications?isRead=false&count=0")
        assert answer.json["total"] == len(rows)
        assert unread.json["total"] == sum(not row["isRead"] for row in rows)


@settings(max_examples=10)
@given(world=worlds())
def test_every_way_to_learn_of_a_task_or_an_event_agrees_with_the_rule(
    portal: Portal, world: World
) -> None:
    Maker(portal, world).build()
    for user in EVERYBODY:
        Look(portal, world, user).agrees()


@settings(max_examples=8)
@given(world=worlds(), editor=st.sampled_from(EVERYBODY))
def test_reading_and_putting_back_a_task_loses_nothing_hidden(
    portal: Portal, world: World, editor: str
) -> None:
    Maker(portal, world).build()
    for task in world.tasks:
        if not task.edited_by(editor):
            continue
        path = f"crm/task/{task.id}"
        before = portal.call("GET", path, as_="root").response
        mine = portal.call("GET", path, as_=editor).response
        entity = mine.get("entity") or {"entityType": "", "entityId": 0}
        payload = {
            "title": mine["title"],
            "description": mine.get("description", ""),
            "deadline": mine["deadLine"],
            "responsibleid": mine["responsible"]["id"],
            "categoryid": mine["category"]["id"],
            "contactid": mine.get("contact", {}).get("id", 0),
            "entityType": entity["entityType"],
            "entityid": entity["entityId"],
            "alertValue": mine.get("alertValue", 0),
        }
        answer = portal.call("PUT", path, json=payload, as_=editor)
        assert answer.status == 200, answer.text
        assert portal.call("GET", path, as_="root").response == before
