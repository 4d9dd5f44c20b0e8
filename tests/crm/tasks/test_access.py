"""Every read returns exactly the tasks that a few lines of Python without SQL allow.

The test builds random small portals over HTTP on both databases.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright import app
from tests.crm.tasks.making import category, listed, make_task
from tests.making import make_opportunity, make_person
from tests.running import PEOPLE, Portal

USERS = ("ann", "bob", "cid")
EVERYBODY = (*USERS, "root")


@dataclass
class Parent:
    """A contact or an opportunity that everyone sees, or only its owner, who creates it."""

    kind: str
    owner: str
    is_private: bool
    id: int = 0

    def seen_by(self, user: str) -> bool:
        return user in ("root", self.owner) or not self.is_private


@dataclass
class Task:
    creator: str
    responsible: str
    contact: Parent | None
    entity: Parent | None
    is_closed: bool
    is_deleted: bool
    id: int = 0

    def edited_by(self, user: str) -> bool:
        return user in ("root", self.creator, self.responsible)

    def seen_by(self, user: str) -> bool:
        parents = [each for each in (self.contact, self.entity) if each]
        is_seen = self.edited_by(user) or all(each.seen_by(user) for each in parents)
        return is_seen and not self.is_deleted


@dataclass
class World:
    parents: list[Parent]
    tasks: list[Task]
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])

    def build(self, portal: Portal) -> None:
        for parent in self.parents:
            if parent.kind == "contact":
                share = 0 if parent.is_private else 1
                parent.id = make_person(portal, parent.owner, shareType=share)
            else:
                parent.id = make_opportunity(portal, parent.owner, isPrivate=parent.is_private)
        for task in self.tasks:
            self._build(portal, task)

    def _build(self, portal: Portal, task: Task) -> None:
        """A user who may not see the parent creates the task without it; an administrator adds
        it."""
        wished: dict[str, Any] = {
            "title": self.word,
            "categoryid": category(portal),
            "deadline": "2100-01-01",
            "responsibleid": portal.id_of(task.responsible),
        }
        task.id = make_task(portal, task.creator, **wished)
        if task.contact:
            wished["contactid"] = task.contact.id
        if task.entity:
            wished |= {"entityType": "opportunity", "entityid": task.entity.id}
        path = f"crm/task/{task.id}"
        assert portal.call("PUT", path, json=wished, as_="root").status == 200
        if task.is_closed:
            assert portal.call("PUT", f"{path}/close", as_="root").status == 200
        if task.is_deleted:
            assert portal.call("DELETE", path, as_="root").status == 200


@st.composite
def worlds(draw: st.DrawFn) -> World:
    users, anybody = st.sampled_from(USERS), st.sampled_from(EVERYBODY)
    kinds = ("contact", "contact", "opportunity", "opportunity")
    parents = [Parent(kind, draw(users), draw(st.booleans())) for kind in kinds]
    tasks = st.builds(
        Task,
        creator=anybody,
        responsible=users,
        contact=st.none() | st.sampled_from(parents[:2]),
        entity=st.none() | st.sampled_from(parents[2:]),
        is_closed=st.booleans(),
        is_deleted=st.sampled_from((False, False, False, True)),
    )
    return World(parents, draw(st.lists(tasks, min_size=1, max_size=6)))


@settings(max_examples=12)
@given(world=worlds())
def test_every_read_of_tasks_follows_the_access_rule(portal: Portal, world: World):
    world.build(portal)
    for user in EVERYBODY:
        seen = {task.id for task in world.tasks if task.seen_by(user)}
        assert set(listed(portal, user, filterValue=world.word)) == seen
        assert by_cursor(portal, user, world.word) == seen
        for is_closed in (True, False):
            rows = listed(portal, user, filterValue=world.word, isClosed=str(is_closed).lower())
            assert set(rows) == {t.id for t in world.tasks if t.id in seen} & {
                t.id for t in world.tasks if t.is_closed is is_closed
            }
        for task in world.tasks:
            alone(portal, user, task)
        for parent in world.parents:
            of_parent(portal, user, world, parent)


def by_cursor(portal: Portal, user: str, word: str) -> set[int]:
    found: set[int] = set()
    cursor: str | None = ""
    while cursor is not None:
        path = f"crm/task/filter?filterValue={word}&count=2&cursor={cursor}"
        page = portal.call("GET", path, as_=user)
        found |= {each["id"] for each in page.response}
        cursor = page.json.get("nextCursor")
    return found


def alone(portal: Portal, user: str, task: Task) -> None:
    answer = portal.call("GET", f"crm/task/{task.id}", as_=user)
    assert answer.status == (200 if task.seen_by(user) else 404)
    trail = portal.call("GET", f"crm/task/{task.id}/audit", as_=user)
    assert trail.status == answer.status
    if answer.status == 200:
        shown = answer.response
        assert shown.get("canEdit", False) is task.edited_by(user)
        assert ("contact" in shown) is (task.contact is not None and task.contact.seen_by(user))
        assert ("entity" in shown) is (task.entity is not None and task.entity.seen_by(user))
        assert list(portal.call("GET", "crm/task/filter?count=0", as_=user).response) == []


def of_parent(portal: Portal, user: str, world: World, parent: Parent) -> None:
    """Tasks by their parent, and the number that a contact shows."""
    own = [task for task in world.tasks if parent in (task.contact, task.entity)]
    seen = {task.id for task in own if task.seen_by(user)} if parent.seen_by(user) else set()
    rows = listed(portal, user, entityType=parent.kind, entityid=parent.id)
    assert set(rows) == seen
    if parent.kind == "contact" and parent.seen_by(user):
        shown = portal.call("GET", f"crm/contact/{parent.id}", as_=user).response
        assert shown.get("taskCount", 0) == len(seen)


def test_total_without_a_filter_counts_visible_tasks(portal: Portal):
    own = portal.fresh()
    hidden = make_person(own, shareType=0)
    make_task(own, contactid=hidden)
    make_task(own)
    for user, total in (("ann", 2), ("bob", 1), ("root", 2)):
        for query in ("count=1", "count=1&cursor=", "count=0"):
            answer = own.call("GET", f"crm/task/filter?{query}", as_=user)
            assert answer.json["total"] == total


def test_command_line_explains_access_to_a_task(portal: Portal):
    task_id = make_task(portal, contactid=make_person(portal, shareType=0))
    for user, is_seen in (("ann", True), ("cid", False)):
        email = PEOPLE[user].email
        clauses = asyncio.run(app.explain(portal.settings, "task", task_id, person=email))
        truths = {clause.text: clause.holds for clause in clauses}
        assert truths["the user created it"] is is_seen
        assert truths["so the user may see it"] is is_seen
