"""Deleting and restoring in any order ends with everything as it was, and no step leaves an
inconsistency."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dealwright import app
from dealwright.storage import dependents
from tests.crm.trash import record_trees
from tests.crm.trash.test_routes import company, opportunity, restore
from tests.running import Portal

OWNERS, PARTS = ("contact", "opportunity", "case"), ("task", "event")
TRAILS = ("audit", "outbox")
KEPT = ("opportunity_sum",)  # in slots, and compared with the rows by `wrong`
CHANGED_BY_READS = ("token",)  # a request records when its token was used


@dataclass(frozen=True)
class World:
    """The records of one test, by their positions in lists: owners by kind, then tasks and events
    with the owners that they belong to, then files with the events that show them; and the order in
    which they are deleted and restored."""

    owners: tuple[str, ...]
    parts: tuple[tuple[str, int | None, int | None], ...]
    files: tuple[frozenset[int], ...]
    deleted: tuple[tuple[str, int], ...]
    restored: tuple[float, ...]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    owners = draw(st.lists(st.sampled_from(OWNERS), min_size=2, max_size=4).map(tuple))
    place = st.none() | st.integers(0, len(owners) - 1)
    part = st.tuples(st.sampled_from(PARTS), place, place)
    parts = draw(st.lists(part, min_size=2, max_size=7).map(tuple))
    files = draw(st.lists(st.frozensets(st.integers(0, 6), max_size=3), max_size=3).map(tuple))
    everything = [
        *(("owner", n) for n in range(len(owners))),
        *(("part", n) for n in range(len(parts))),
        *(("file", n) for n in range(len(files))),
    ]
    deleted = draw(st.lists(st.sampled_from(everything), min_size=1, max_size=6, unique=True))
    order = draw(st.lists(st.floats(0, 1), min_size=6, max_size=6).map(tuple))
    return World(owners, parts, files, tuple(deleted), order)


@pytest.fixture(scope="module")
def kept() -> Any:
    portals: dict[Any, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(worlds())
def test_restoring_in_any_order_restores_everything(portal: Portal, kept: Any, world: World):
    own = kept.get(portal.ground) or kept.setdefault(portal.ground, portal.kept())
    records = _build(own, world)
    before = dumped(own)
    for place in world.deleted:
        kind, id = records[place]
        if id not in record_trees.gone(own, dependents.RECORDS[kind]):  # deleted with another
            record_trees.move_to_trash(own, kind, id)
            assert wrong(own) == []
    while alone := _alone(own):
        order = zip(world.restored * len(alone), alone, strict=False)
        [*_, chosen] = sorted(order)
        answer = restore(own, chosen[1], as_="root")
        if answer.status == 409:  # its holder is in the trash too
            answered = answer.json["error"]["message"]
            holders = [each for each in alone if f"the {each[0]} {each[1]}," in answered]
            answer = restore(own, *(holders or alone), as_="root")
            answer = answer if answer.status == 200 else restore(own, *alone, as_="root")
        assert answer.status == 200, answer.text
        assert wrong(own) == []
    assert dumped(own) == before


def _build(own: Portal, world: World) -> dict[tuple[str, int], tuple[str, int]]:
    made: dict[tuple[str, int], tuple[str, int]] = {}
    makers = {"contact": company, "opportunity": opportunity, "case": record_trees.case}
    for n, kind in enumerate(world.owners):
        made["owner", n] = (kind, makers[kind](own))
    for n, (kind, first, second) in enumerate(world.parts):
        make = record_trees.task if kind == "task" else record_trees.event
        made["part", n] = (kind, make(own, **_columns(made, first, second)))
    events = [id for (what, _), (kind, id) in made.items() if what == "part" and kind == "event"]
    for n, shown in enumerate(world.files):
        by = {events[each % len(events)] for each in shown} if events else ()
        made["file", n] = ("file", record_trees.file(own, *by))
    return made


def _columns(made: Any, *places: int | None) -> dict[str, int]:
    """A contact, and of an opportunity and a case the first."""
    found = [made["owner", each] for each in places if each is not None]
    columns = {f"{kind}_id": id for kind, id in reversed(found)}
    if "opportunity_id" in columns:
        columns.pop("case_id", None)
    return columns


def _alone(own: Portal) -> list[tuple[str, int]]:
    """The records in the trash that were deleted on their own."""
    rows = own.call("GET", "crm/trash?count=100", as_="root").response
    return [(each["entityType"], each["id"]) for each in rows]


def wrong(own: Portal) -> list[str]:
    """The findings of `dealwright check`."""
    return asyncio.run(app.check(own.settings, mend=False))


def dumped(own: Portal, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """All rows, without versions, audit trails and the tables `without`; counters as sums."""
    found: dict[str, Any] = record_trees.dump(own, frozenset({"version"}))
    counts: Counter[str] = Counter()
    for row in found.pop("counter"):
        name, _, count = row.strip("()").split(", ")
        counts[name] += int(count)
    for table in (*TRAILS, *KEPT, *CHANGED_BY_READS, *without):
        found.pop(table)
    return {**found, "counted": counts}
