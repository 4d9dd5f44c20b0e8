"""Records of every kind that belong to each other, inserted directly into the tables, and who sees
which by a plain statement of the rules."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete

from dealwright import app
from dealwright.messages.notifications.rules import NotificationKind
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Insert, Put
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work
from tests.running import Portal

USERS = ("ann", "bob", "cid")
EVERYBODY = (*USERS, "root")
NAMES = {"opportunity": "opportunity", "contact": "contact", "crm_case": "case",
         "task": "task", "history_event": "event"}  # fmt: skip


@dataclass
class Record:
    """`table` is the kind. `owner` is the responsible user or the creator; the others are on its
    access list. The records that it belongs to are positions in the world."""

    table: str
    owner: str
    is_private: bool
    listed: frozenset[str]
    is_deleted: bool
    parents: tuple[int, ...] = ()
    id: int = 0
    title: str = ""

    def seen_by(self, user: str, world: "World") -> bool:
        if user == "root":
            return True
        parents = all(world.records[each].seen_by(user, world) for each in self.parents)
        if self.table == "task":
            return user == self.owner or parents
        if self.table == "history_event":
            return parents
        return not self.is_private or user in self.listed or self.is_owned_by(user)

    def is_owned_by(self, user: str) -> bool:
        # The managers of a contact are all on its list.
        return user == self.owner and self.table != "contact"


@dataclass
class World:
    records: list[Record]
    told: list[tuple[int, str, bool]]  # the place of a record, to whom, whether it was read
    ids: list[int] = field(default_factory=list)

    def seen(self, user: str) -> list[tuple[int, bool]]:
        """The ids of the notifications that a user sees, newest first, and whether they are
        read."""
        found = []
        for id, (place, person, is_read) in zip(self.ids, self.told, strict=True):
            record = self.records[place]
            if person == user and not record.is_deleted and record.seen_by(user, self):
                found.append((id, is_read))
        return sorted(found, reverse=True)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    users, lists = st.sampled_from(USERS), st.frozensets(st.sampled_from(USERS), max_size=2)
    deleted = st.sampled_from((False, False, True))

    def record(tables: tuple[str, ...], parents: tuple[int, ...] = ()) -> Record:
        return Record(
            draw(st.sampled_from(tables)), draw(users), draw(st.booleans()), draw(lists),
            draw(deleted), parents,
        )  # fmt: skip

    heads = ("opportunity", "contact", "crm_case")
    records = [record(heads) for _ in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 4))):
        places = draw(st.permutations(range(sum(each.table in heads for each in records))))
        contact = [each for each in places if records[each].table == "contact"][:1]
        other = [each for each in places if records[each].table != "contact"][:1]
        parents = [
            *(contact if draw(st.booleans()) else []),
            *(other if draw(st.booleans()) else []),
        ]
        records.append(record(("task", "history_event"), tuple(parents)))
    telling = st.tuples(st.integers(0, len(records) - 1), st.sampled_from(EVERYBODY), st.booleans())
    return World(records, draw(st.lists(telling, min_size=1, max_size=12)))


def build(portal: Portal, world: World) -> None:
    """Replaces the world by this one."""

    async def run(work: Work) -> None:
        await work.execute(Statement(delete(schema.notification)))
        for number, record in enumerate(world.records):
            record.title = f"Record {number}"
            record.id = await _record(work, portal, world, record)
        for place, person, is_read in world.told:
            record = world.records[place]
            row = {
                "person_id": portal.id_of(person),
                "kind": NotificationKind.ACCESS.value,
                "entity_type": NAMES[record.table],
                "entity_id": record.id,
                "created_on": work.now,
                "read_on": work.now if is_read else None,
            }
            made = await work.save(Change(Insert(schema.notification, row)))
            world.ids.append(int(made[0]))

    asyncio.run(app.offline(portal.settings, run))


async def _record(work: Work, portal: Portal, world: World, record: Record) -> int:
    table = schema.metadata.tables[record.table]
    owner = portal.id_of(record.owner)
    root = portal.id_of("root")
    values: dict[str, Any] = {
        **_columns(record, owner),
        "created_by": owner if record.table in ("crm_case",) else root,
        "modified_by": root,
        "created_on": 0,
        "modified_on": 0,
        "search_text": "",
        "deleted_on": 1 if record.is_deleted else None,
        "deleted_by": root if record.is_deleted else None,
    }
    for place in record.parents:
        parent = world.records[place]
        values[f"{NAMES[parent.table]}_id"] = parent.id
    made = await work.save(Change(Insert(table, values)))
    id = int(made[0])
    if record.table in ("opportunity", "contact", "crm_case"):
        name = NAMES[record.table]
        listed = schema.metadata.tables[f"{name}_access"]
        rows = [{f"{name}_id": id, "person_id": portal.id_of(each)} for each in record.listed]
        await work.save(Change(None, tuple(Put(listed, row) for row in rows)))
    return id


def _columns(record: Record, owner: str) -> dict[str, Any]:
    named = {"title": record.title, "title_key": record.title.lower()}
    match record.table:
        case "opportunity":
            return {
                **named,
                "responsible_id": owner,
                "bid_type": 0,
                "bid_value": 0,
                "bid_currency": "EUR",
                "per_period_value": 0,
                "stage_id": 1,
                "success_probability": 0,
                "close_on": 0,
                "is_private": record.is_private,
            }
        case "contact":
            return {
                "is_company": True,
                "company_name": record.title,
                "display_name": record.title,
                "display_key": record.title.lower(),
                "share_type": 0 if record.is_private else 2,
            }
        case "crm_case":
            return {**named, "is_private": record.is_private}
        case "task":
            return {**named, "deadline": 0, "responsible_id": owner}
        case _:
            return {"content": record.title}
