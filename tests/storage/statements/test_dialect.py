"""Every named difference gives the same answers on both databases, and as plain Python would."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Integer, String, bindparam, select

from dealwright.storage.engines.engine import Database, Locked, Row, Session, explain
from dealwright.storage.statements.change import Change, Insert, PutMany
from dealwright.storage.statements.dialect import (
    Among,
    AnyOf,
    Contains,
    constant,
    rows_as_json,
    rows_of,
    wait_at_most,
)
from dealwright.storage.statements.statement import Statement
from tests.storage.both import Both
from tests.storage.conftest import perform
from tests.storage.world import deal, deal_member, firm

# Texts as the product lets them in: no NUL, no surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
CLOSE = st.text(st.sampled_from("abZ%_'\"\\ äЖ$1:"), max_size=4)
WHOLE = st.integers(-(2**31), 2**31 - 1)
LARGE = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, server: str, template: str) -> Iterator[Both]:
    both = Both(tmp_path_factory.mktemp("both"), server=server, template=template)
    for number in range(6):
        both.save(Change(Insert(firm, {"id": number, "name": f"firm {number}"})))
    both.save(Change(Insert(firm, {"id": 2**31 - 1, "name": "ünï % _ ЖУК"})))
    for id, members in ((1, [5, 3, 4]), (2, []), (3, [1])):
        rows = [{"firm_id": each, "note": f'"{each}"\n\\ ü'} for each in members]
        both.save(
            Change(
                Insert(deal, {"id": id, "title": "t"}),
                (PutMany(deal_member, {"deal_id": id}, rows),),
            )
        )
    yield both
    both.close()


BY_ID = Statement(select(firm.c.id).where(AnyOf(firm.c.id, "ids")).order_by(firm.c.id))
NOT_BY_ID = Statement(select(firm.c.id).where(~AnyOf(firm.c.id, "ids")).order_by(firm.c.id))
FIRMS = {*range(6), 2**31 - 1}


@given(ids=st.lists(st.integers(0, 7) | WHOLE, max_size=5))
def test_any_of_a_list(both: Both, ids: list[int]) -> None:
    assert both.same(BY_ID, ids=ids) == [(id,) for id in sorted(FIRMS & {*ids})]
    assert both.same(NOT_BY_ID, ids=ids) == [(id,) for id in sorted(FIRMS - {*ids})]


@given(names=st.lists(TEXTS | st.integers(0, 6).map(lambda n: f"firm {n}"), max_size=5))
def test_any_of_texts(both: Both, names: list[str]) -> None:
    found = both.same(BY_NAME, names=names)
    assert found == [(n,) for n in range(6) if f"firm {n}" in names]


BY_NAME = Statement(select(firm.c.id).where(AnyOf(firm.c.name, "names")).order_by(firm.c.id))
HOLDS = Statement(select(Contains(bindparam("text", type_=String()), "part")))


AMONG = Statement(
    select(firm.c.id)
    .where(
        Among(
            firm.c.id,
            select(deal_member.c.firm_id)
            .where(deal_member.c.deal_id == bindparam("deal", type_=Integer()))
            .union(select(firm.c.id).where(Contains(firm.c.name, "part"))),
        )
    )
    .order_by(firm.c.id)
)


@pytest.mark.parametrize(
    ("deal", "part", "found"),
    [(1, "ЖУК", [3, 4, 5, 2**31 - 1]), (2, "firm 2", [2]), (2, "nobody", [])],
)
def test_among_those_that_a_select_gives(both: Both, deal: int, part: str, found: list[int]):
    assert both.same(AMONG, deal=deal, part=part) == [(id,) for id in found]


@given(text=CLOSE | TEXTS, part=CLOSE | TEXTS)
def test_a_text_contains_another_letter_for_letter(both: Both, text: str, part: str) -> None:
    assert both.same(HOLDS, text=text, part=part) == [(part in text,)]


given_rows = rows_of("rows", id=Integer(), large=BigInteger(), text=String(), flag=Boolean())
ROWS = Statement(select(given_rows))
ROWS_OF_FIRMS = Statement(
    select(given_rows.c.text, firm.c.name)
    .join(firm, firm.c.id == given_rows.c.id)
    .order_by(given_rows.c.large)
)


@given(st.lists(st.tuples(WHOLE, LARGE | st.none(), TEXTS | st.none(), st.booleans()), max_size=5))
def test_rows_given_as_an_argument_are_a_table(both: Both, rows: Sequence[tuple[Any, ...]]) -> None:
    assert both.same(ROWS, rows=rows) == rows


def test_given_rows_join_with_others(both: Both) -> None:
    rows = [(3, 2, "c", True), (99, 0, "x", True), (1, 1, "a", False)]
    assert both.same(ROWS_OF_FIRMS, rows=rows) == [("a", "firm 1"), ("c", "firm 3")]


async def fetch(database: Database, statement: Statement) -> list[Row]:
    return await database.read(lambda session: session.fetch(statement))


def test_rows_of_a_row_come_as_one_json_text(both: Both) -> None:
    members = (
        select(deal_member.c.firm_id, deal_member.c.note, deal_member.c.on)
        .where(deal_member.c.deal_id == deal.c.id)
        .order_by(deal_member.c.firm_id.desc())
        .correlate(deal)
    )
    statement = Statement(select(deal.c.id, rows_as_json(members)).order_by(deal.c.id))
    for database in both.databases:
        rows = both.run(fetch(database, statement))
        assert [(id, json.loads(text)) for id, text in rows] == [
            (1, [[n, f'"{n}"\n\\ ü', None] for n in (5, 4, 3)]),
            (2, []),
            (3, [[1, '"1"\n\\ ü', None]]),
        ]


# SQL reads the smallest whole number as minus a number that is too large.
CONSTANTS = st.booleans() | LARGE.filter(lambda number: number > -(2**63)) | TEXTS | st.none()


@given(value=CONSTANTS)
def test_a_constant_is_its_value(both: Both, value: Any) -> None:
    assert both.same(Statement(select(constant(value)))) == [(value,)]


def test_a_constant_truth_can_stand_as_a_condition(both: Both) -> None:
    count = select(firm.c.id).limit(constant(1))
    assert len(both.same(Statement(count.where(constant(True))))) == 1
    assert both.same(Statement(count.where(constant(False)))) == []
    assert (
        len(both.same(Statement(count.where(~constant(False), firm.c.is_large == constant(False)))))
        == 1
    )


async def plan_of(database: Database, statement: Statement) -> str:
    return await database.read(lambda session: explain(session, statement))


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_a_list_is_searched_by_index(both: Both, name: str) -> None:
    by_code = Statement(select(deal.c.id).where(AnyOf(deal.c.code, "codes")))
    plan = both.run(plan_of(both.named(name), by_code))
    assert "ix_deal_code" in plan
    assert "SCAN deal" not in plan


def test_a_transaction_waits_only_so_long_for_another(postgresql_address: str) -> None:
    async def scene(database: Database) -> None:
        is_held, may_end = asyncio.Event(), asyncio.Event()

        async def hold(session: Session) -> None:
            await session.save(Change(Insert(firm, {"name": "Ann"})))
            is_held.set()
            await may_end.wait()

        async def wait(session: Session) -> None:
            await wait_at_most(session, 1)
            await session.save(Change(Insert(firm, {"name": "Ann"})))

        holding = asyncio.create_task(database.write(hold, transaction=True))
        await is_held.wait()
        with pytest.raises(Locked):
            await database.write(wait, transaction=True)
        may_end.set()
        await holding

    perform(postgresql_address, scene)


def test_sqlite_never_waits(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        await database.write(lambda session: wait_at_most(session, 1), transaction=True)

    perform(sqlite_address, scene)
