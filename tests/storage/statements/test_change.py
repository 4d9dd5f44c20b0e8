"""One change, two databases, one result."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, insert, select, update

from dealwright.storage.engines.engine import (
    Database,
    ForeignKeyViolation,
    Job,
    Row,
    Session,
    UniqueViolation,
)
from dealwright.storage.statements.change import (
    HEAD,
    Alter,
    Bump,
    Change,
    Insert,
    Put,
    PutMany,
    Remove,
    Run,
    Update,
)
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement
from tests.storage.conftest import Play
from tests.storage.world import (
    COUNTED,
    add_firm,
    counter,
    deal,
    deal_member,
    everything,
    firm,
    journal,
)

State = dict[str, list[tuple[Any, ...]]]


async def state(session: Session) -> State:
    """All rows of all tables; counters without their slots."""
    found = {
        table.name: [tuple(row) for row in await session.fetch(everything(table))]
        for table in (firm, deal, deal_member, journal)
    }
    return found | {"counter": [(name, int(n)) for name, n in await session.fetch(COUNTED)]}


async def three_firms(session: Session) -> None:
    for name in ("Ann", "Bob", "Cid"):
        await add_firm(session, name)


FIRMS = [(1, "Ann", None, False), (2, "Bob", None, False), (3, "Cid", None, False)]


def saved(play: Play[tuple[list[Any], State]], *changes: Change) -> tuple[list[Any], State]:
    """Saves each change as an action of its own, after three firms were made."""

    async def scene(database: Database) -> tuple[list[Any], State]:
        await database.write(three_firms, transaction=True)
        rows = []
        for change in changes:
            row = await database.write(saving(change))
            rows.append(None if row is None else tuple(row))
        return rows, await database.read(state)

    return play(scene)


def saving(change: Change) -> Job[Row | None]:
    return lambda session: session.save(change)


def test_a_head_brings_all_that_belongs_to_it(play: Play[Any]) -> None:
    rows, found = saved(
        play,
        Change(
            Insert(deal, {"title": "Übersee", "firm_id": 1, "bid": 922337203685477}),
            (
                PutMany(
                    deal_member, {"deal_id": HEAD, "note": "x"}, [{"firm_id": 2}, {"firm_id": 3}]
                ),
                Put(journal, {"deal_id": HEAD, "text": "made"}),
                Put(journal, {"deal_id": HEAD, "text": "told"}),
                Bump("deals", 1),
                Bump("all", 2),
                Bump("deals", 1),
            ),
        ),
    )
    assert rows == [(1,)]
    assert found["deal"] == [(1, "Übersee", 1, 922337203685477, 1, None)]
    assert found["deal_member"] == [(1, 2, "x", None), (1, 3, "x", None)]
    assert found["journal"] == [(1, 1, "made"), (2, 1, "told")]
    assert found["counter"] == [("all", 2), ("deals", 2)]


def test_a_change_needs_no_head(play: Play[Any]) -> None:
    rows, found = saved(
        play,
        Change(None, (Put(journal, {"deal_id": None, "text": "a"}),)),
        Change(None, (Bump("deals", 5), Put(journal, {"text": "b"}))),
        Change(None, ()),
        Change(None, (PutMany(journal, {}, []),)),
    )
    assert rows == [(), (), (), ()]
    assert [row[1:] for row in found["journal"]] == [(None, "a"), (None, "b")]
    assert found["counter"] == [("deals", 5)]


def test_head_returns_the_requested_columns(play: Play[Any]) -> None:
    rows, _ = saved(
        play,
        Change(Insert(deal, {"title": "a", "bid": 5}, returning=("id", "bid", "version"))),
        Change(Update(deal, 1, {"bid": 7}, returning=("bid",)), (Put(journal, {"text": "x"}),)),
    )
    assert rows == [(1, 5, 1), (7,)]


def test_an_update_of_the_row_as_it_was_seen_goes_through(play: Play[Any]) -> None:
    rows, found = saved(
        play,
        Change(Insert(deal, {"title": "old"})),
        Change(
            Update(deal, 1, {"title": "new", "version": 2}, {"version": 1, "code": None}),
            (Put(journal, {"deal_id": HEAD, "text": "changed"}), Bump("changes", 1)),
        ),
    )
    assert rows == [(1,), (1,)]
    assert found["deal"] == [(1, "new", None, 0, 2, None)]
    assert found["journal"] == [(1, 1, "changed")]


def test_when_the_head_touches_nothing_nothing_happens(play: Play[Any]) -> None:
    then = (
        Put(journal, {"deal_id": HEAD, "text": "changed"}),
        Put(journal, {"deal_id": 5, "text": "changed"}),
        PutMany(deal_member, {"deal_id": 1}, [{"firm_id": 2}], "update"),
        Remove(firm, {"id": [3]}),
        Alter(counter, {"value": 100}, {"slot": 0}),
        Bump("changes", 1),
        Run(RENAME, {"ids": [1, 2], "name": "Eve"}),
        Run(JOIN, {"deal_id": 1, "ids": [1, 2]}),
    )
    rows, found = saved(
        play,
        Change(Insert(deal, {"title": "old"})),
        Change(Update(deal, 1, {"title": "new"}, {"version": 7}), then),
        Change(Update(deal, 99, {"title": "new"}), then),
    )
    assert rows == [(1,), None, None]
    assert found["deal"] == [(1, "old", None, 0, 1, None)]
    assert found["firm"] == FIRMS
    assert found["deal_member"] == found["journal"] == found["counter"] == []


RENAME = Statement(
    update(firm).values(name=bindparam("name")).where(AnyOf(firm.c.id, "ids"), firm.c.is_large)
)
JOIN = Statement(
    insert(deal_member).from_select(
        ["deal_id", "firm_id"],
        select(bindparam("deal_id", type_=Integer()), firm.c.id).where(
            AnyOf(firm.c.id, "ids"), firm.c.name != constant("costs $1, isn't $2")
        ),
        include_defaults=False,
    )
)


def test_a_statement_can_be_a_step_and_know_the_head(play: Play[Any]) -> None:
    rows, found = saved(
        play,
        Change(
            Insert(deal, {"title": "a"}),
            (Run(JOIN, {"deal_id": HEAD, "ids": [2, 3, 99]}), Put(journal, {"text": "x"})),
        ),
    )
    assert rows == [(1,)]
    assert found["deal_member"] == [(1, 2, None, None), (1, 3, None, None)]


HAS_FIRM = Statement(select(constant(1)).where(firm.c.name == bindparam("wanted")))


def test_a_head_can_depend_on_what_is_there(play: Play[Any]) -> None:
    then = (Put(journal, {"deal_id": HEAD, "text": "x"}),)
    rows, found = saved(
        play,
        Change(Insert(deal, {"title": "a"}, given=Run(HAS_FIRM, {"wanted": "Ann"})), then),
        Change(Insert(deal, {"title": "b"}, given=Run(HAS_FIRM, {"wanted": "Zoe"})), then),
        Change(Update(deal, 1, {"title": "c"}, given=Run(HAS_FIRM, {"wanted": "Zoe"})), then),
        Change(Update(deal, 1, {"title": "d"}, given=Run(HAS_FIRM, {"wanted": "Bob"})), then),
    )
    assert rows == [(1,), None, None, (1,)]
    assert [row[1] for row in found["deal"]] == ["d"]
    assert len(found["journal"]) == 2


def test_a_head_whose_key_exists_may_be_left_out(play: Play[Any]) -> None:
    head = Insert(counter, {"name": "k", "slot": 0, "value": 1}, None, "nothing", ("name",))
    rows, found = saved(
        play,
        Change(head, (Put(journal, {"text": "first"}),)),
        Change(head, (Put(journal, {"text": "second"}),)),
    )
    assert rows == [("k",), None]
    assert [row[2] for row in found["journal"]] == ["first"]


def test_a_set_is_replaced_in_one_change(play: Play[Any]) -> None:
    _, found = saved(
        play,
        Change(
            Insert(deal, {"title": "a"}),
            (PutMany(deal_member, {"deal_id": HEAD}, [{"firm_id": 1}, {"firm_id": 2}]),),
        ),
        Change(
            Update(deal, 1, {"version": 2}),
            (
                Remove(deal_member, {"deal_id": HEAD}),
                PutMany(
                    deal_member,
                    {"deal_id": HEAD},
                    [{"firm_id": 2, "note": "n"}, {"firm_id": 3, "note": "n"}],
                ),
            ),
        ),
    )
    assert found["deal_member"] == [(1, 2, "n", None), (1, 3, "n", None)]


def test_rows_with_a_known_key_are_skipped_or_overwritten(play: Play[Any]) -> None:
    def members(notes: list[tuple[int, str]], on_conflict: Any) -> Change:
        rows = [{"firm_id": id, "note": note, "on": id} for id, note in notes]
        return Change(None, (PutMany(deal_member, {"deal_id": 1}, rows, on_conflict),))

    _, found = saved(
        play,
        Change(Insert(deal, {"title": "a"})),
        members([(1, "a"), (2, "b")], None),
        members([(2, "c"), (3, "d"), (3, "e")], "nothing"),
        members([(1, "f"), (3, "g"), (3, "h")], "update"),
        Change(None, (Put(deal_member, {"deal_id": 1, "firm_id": 2, "note": "i"}, "update"),)),
        Change(None, (Put(deal_member, {"deal_id": 1, "firm_id": 2}, "update"),)),
    )
    assert found["deal_member"] == [(1, 1, "f", 1), (1, 2, "i", 2), (1, 3, "h", 3)]


def test_rows_are_removed_and_altered_by_value_list_and_absence(play: Play[Any]) -> None:
    _, found = saved(
        play,
        Change(None, (PutMany(deal, {"bid": 1}, [{"title": t} for t in "abcdef"]),)),
        Change(None, (Remove(deal, {"title": ["a", "b"], "bid": 1}),)),
        Change(None, (Remove(deal, {"title": "c", "code": None}), Remove(deal, {"title": []}))),
        Change(None, (Alter(deal, {"bid": 5, "code": "x"}, {"title": ("d", "zzz")}),)),
        Change(Update(deal, 5, {"bid": 6}), (Alter(journal, {"deal_id": HEAD}, {"text": "x"}),)),
    )
    assert [row[1:] for row in found["deal"]] == [
        ("d", None, 5, 1, "x"),
        ("e", None, 6, 1, None),
        ("f", None, 1, 1, None),
    ]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (Change(Insert(firm, {"name": "Ann"})), "uq_firm_name"),
        (Change(Insert(firm, {"id": 1, "name": "Dan"})), "pk_firm"),
        (Change(Update(firm, 2, {"name": "Ann"}), (Bump("x", 1),)), "uq_firm_name"),
        (
            Change(None, (PutMany(deal, {"code": "c"}, [{"title": "a"}, {"title": "b"}]),)),
            "ix_deal_code",
        ),
        (
            Change(
                Insert(deal, {"title": "a"}),
                (PutMany(deal_member, {"deal_id": HEAD}, [{"firm_id": 1}, {"firm_id": 1}]),),
            ),
            "pk_deal_member",
        ),
    ],
)
def test_a_key_given_twice_is_named_and_nothing_is_saved(
    play: Play[Any], change: Change, constraint: str
) -> None:
    async def scene(database: Database) -> tuple[str, State]:
        await database.write(three_firms, transaction=True)

        async def job(session: Session) -> str:
            with pytest.raises(UniqueViolation) as clash:
                await session.save(change)
            await session.save(Change(None, (Put(journal, {"text": "afterwards"}),)))
            return clash.value.constraint

        named = {await database.write(job), await database.write(job, transaction=True)}
        assert len(named) == 1
        return named.pop(), await database.read(state)

    named, found = play(scene)
    assert named == constraint
    assert found["firm"] == FIRMS
    assert found["deal"] == found["deal_member"] == found["counter"] == []
    assert [row[2] for row in found["journal"]] == ["afterwards", "afterwards"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (Change(Insert(deal, {"title": "a", "firm_id": 99})), "fk_deal_firm_id"),
        (Change(Update(firm, 1, {"parent_id": 99})), "fk_firm_parent_id"),
        (
            Change(
                Insert(deal, {"title": "a", "firm_id": 1}),
                (PutMany(deal_member, {"deal_id": HEAD}, [{"firm_id": 1}, {"firm_id": 98}]),),
            ),
            "fk_deal_member_firm_id",
        ),
        (Change(None, (Remove(firm, {"name": ["Cid", "Bob"]}),)), "fk_firm_parent_id"),
        (
            Change(None, (Put(deal_member, {"deal_id": 77, "firm_id": 1}),)),
            "fk_deal_member_deal_id",
        ),
    ],
)
def test_a_reference_to_nothing_is_named_and_nothing_is_saved(
    play: Play[Any], change: Change, constraint: str
) -> None:
    async def scene(database: Database) -> tuple[ForeignKeyViolation, State, State]:
        await database.write(three_firms, transaction=True)
        await database.write(saving(Change(Update(firm, 1, {"parent_id": 2}))))
        before = await database.read(state)
        with pytest.raises(ForeignKeyViolation) as caught:
            await database.write(saving(change))
        return caught.value, before, await database.read(state)

    caught, before, after = play(scene)
    assert caught.constraint == constraint
    assert constraint.startswith(f"fk_{caught.table}_")
    assert before == after


def test_steps_that_cannot_see_each_other_are_refused() -> None:
    with pytest.raises(TypeError, match="journal"):
        Change(None, (Put(journal, {"text": "a"}), Remove(journal, {"text": "a"})))


def test_texts_are_made_by_shape_and_not_by_value(play: Play[Any]) -> None:
    from dealwright.storage.statements import change_postgres, change_sqlite

    def sizes() -> int:
        caches = (change_postgres._join, change_sqlite._insert, change_sqlite._remove)
        return sum(cache.cache_info().currsize for cache in caches)

    async def scene(database: Database) -> tuple[int, int]:
        async def job(session: Session, *, n: int) -> None:
            many = [{"text": f"{n} {m}"} for m in range(n)]
            then = (PutMany(journal, {"deal_id": HEAD}, many), Remove(firm, {"id": [*range(n)]}))
            await session.save(Change(Insert(deal, {"title": f"t{n}", "bid": n}), then))

        await database.write(partial(job, n=1))
        before = sizes()
        for n in range(2, 6):
            await database.write(partial(job, n=n))
        return before, sizes()

    before, after = play(scene)
    assert before == after
