"""What both databases promise to an action."""

from typing import Any

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from dealwright.errors import ConcurrentUpdate, Conflict
from dealwright.storage.engines.engine import Database, Session, UniqueViolation, explain
from dealwright.storage.statements.change import Change, Insert, Put, Update
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement
from tests.storage.conftest import Play
from tests.storage.world import FIRM_NAMES, NEW_FIRM, add_firm, deal, firm, journal

FIRM = Statement(lambda: select(firm.c.id, firm.c.name).where(firm.c.id == bindparam("id")))
RENAME_ALL = Statement(lambda: update(firm).values(name=firm.c.name + constant("!")))
CLEAR = Statement(lambda: delete(firm))
_all = select(firm.c.id).cte("all_firms")
RENAME_CHOSEN = Statement(
    lambda: update(firm).values(name=firm.c.name + constant("?")).where(firm.c.id.in_(select(_all)))
)
CLEAR_CHOSEN = Statement(lambda: delete(firm).where(firm.c.id.in_(select(_all.c.id))))
NEW_FIRM_ID = Statement(lambda: insert(firm).values(name=bindparam("name")).returning(firm.c.id))


async def names(session: Session) -> list[str]:
    return [name for (name,) in await session.fetch(FIRM_NAMES)]


def test_what_was_written_is_read_at_once_everywhere(play: Play[None]) -> None:
    async def scene(database: Database) -> None:
        for number in range(20):
            await database.write(lambda session, n=number: add_firm(session, f"{n:02}"))  # type: ignore[misc]
            assert len(await database.read(names)) == number + 1
            assert len(await database.read(names, heavy=True)) == number + 1

    play(scene)


def test_an_action_sees_its_own_save(play: Play[None]) -> None:
    async def job(session: Session) -> list[str]:
        await add_firm(session, "Ann")
        return await names(session)

    async def scene(database: Database) -> None:
        assert await database.write(job) == ["Ann"]

    play(scene)


def test_a_row_is_one_or_none(play: Play[None]) -> None:
    async def scene(database: Database) -> None:
        id = await database.write(lambda session: add_firm(session, "Ann"))
        found = await database.read(lambda session: session.row(FIRM, {"id": id}))
        assert found is not None
        assert tuple(found) == (id, "Ann")
        assert await database.read(lambda session: session.row(FIRM, {"id": 99})) is None

    play(scene)


@pytest.mark.parametrize("second", ["save", "execute", "fetch"])
def test_an_action_saves_once(play: Play[None], second: str) -> None:
    async def job(session: Session, first: str, other: str) -> None:
        await add_firm(session, first)
        if second == "save":
            await add_firm(session, other)
        elif second == "execute":
            await session.execute(NEW_FIRM, {"name": other})
        else:
            await session.fetch(NEW_FIRM_ID, {"name": other})

    async def scene(database: Database) -> None:
        with pytest.raises(RuntimeError, match="one save per action"):
            await database.write(lambda session: job(session, "Ann", "Bob"))
        await database.write(lambda session: job(session, "Cid", "Dan"), transaction=True)

    play(scene)


def test_a_save_that_did_nothing_does_not_count(play: Play[None]) -> None:
    async def job(session: Session) -> None:
        assert await session.save(Change(Update(firm, 99, {"name": "x"}))) is None
        await add_firm(session, "Ann")

    async def clash(session: Session) -> None:
        with pytest.raises(UniqueViolation):
            await add_firm(session, "Ann")
        await add_firm(session, "Bob")

    async def scene(database: Database) -> None:
        await database.write(job)
        await database.write(clash)
        assert await database.read(names) == ["Ann", "Bob"]

    play(scene)


@pytest.mark.parametrize("heavy", [False, True])
def test_a_read_does_not_write(play: Play[None], heavy: bool) -> None:
    async def scene(database: Database) -> None:
        for job in (
            lambda session: add_firm(session, "Ann"),
            lambda session: session.execute(NEW_FIRM, {"name": "Ann"}),
            lambda session: session.fetch(NEW_FIRM_ID, {"name": "Ann"}),
        ):
            with pytest.raises(RuntimeError, match="a read does not write"):
                await database.read(job, heavy=heavy)
        assert await database.read(names) == []

    play(scene)


def test_a_statement_tells_how_many_rows_it_touched(play: Play[None]) -> None:
    async def job(session: Session) -> list[int]:
        return [
            await session.execute(NEW_FIRM, {"name": "Ann"}),
            await session.execute(NEW_FIRM, {"name": "Bob"}),
            await session.execute(RENAME_ALL),
            await session.execute(CLEAR),
            await session.execute(CLEAR),
        ]

    async def scene(database: Database) -> None:
        assert await database.write(job, transaction=True) == [1, 1, 2, 2, 0]

    play(scene)


def test_a_statement_that_chooses_first_tells_so_too(play: Play[None]) -> None:
    async def job(session: Session) -> list[int]:
        for name in ("Ann", "Bob"):
            await session.execute(NEW_FIRM, {"name": name})
        chosen = (RENAME_CHOSEN, CLEAR_CHOSEN, RENAME_CHOSEN, CLEAR_CHOSEN)
        assert all(each.sqlite.text.lower().startswith("with") for each in chosen)
        return [await session.execute(each) for each in chosen]

    async def scene(database: Database) -> None:
        assert await database.write(job, transaction=True) == [2, 2, 0, 0]

    play(scene)


def test_a_transaction_is_undone_as_a_whole(play: Play[None]) -> None:
    async def job(session: Session) -> None:
        await add_firm(session, "Ann")
        await add_firm(session, "Bob")
        raise LookupError

    async def scene(database: Database) -> None:
        with pytest.raises(LookupError):
            await database.write(job, transaction=True)
        assert await database.read(names) == []
        await database.write(lambda session: add_firm(session, "Cid"))
        assert await database.read(names) == ["Cid"]

    play(scene)


def test_a_transaction_goes_on_after_a_clash(play: Play[None]) -> None:
    async def job(session: Session) -> None:
        for name in ("Ann", "Bob", "Ann", "Cid", "Bob", "Dan"):
            try:
                await session.save(
                    Change(Insert(deal, {"title": name}), (Put(firm, {"name": name}),))
                )
            except UniqueViolation as clash:
                assert clash.constraint == "uq_firm_name"
            if name == "Cid":
                with pytest.raises(UniqueViolation):
                    await session.execute(NEW_FIRM, {"name": "Ann"})

    async def scene(database: Database) -> None:
        await database.write(job, transaction=True)
        assert await database.read(names) == ["Ann", "Bob", "Cid", "Dan"]
        titles = Statement(select(deal.c.title).order_by(deal.c.title))
        assert len(await database.read(lambda session: session.fetch(titles))) == 4

    play(scene)


@pytest.mark.parametrize("transaction", [False, True])
def test_a_raced_action_runs_again(play: Play[None], transaction: bool) -> None:
    runs: list[int] = []

    async def job(session: Session) -> int:
        runs.append(1)
        if len(runs) < 5:
            raise ConcurrentUpdate
        return await add_firm(session, "Ann")

    async def scene(database: Database) -> None:
        assert await database.write(job, transaction=transaction) == 1
        assert len(runs) == 5

    play(scene)


def test_what_a_raced_transaction_did_is_undone_before_it_runs_again(play: Play[None]) -> None:
    runs: list[int] = []

    async def job(session: Session) -> None:
        runs.append(1)
        await add_firm(session, "Ann")
        if len(runs) < 3:
            raise ConcurrentUpdate

    async def scene(database: Database) -> None:
        await database.write(job, transaction=True)
        assert await database.read(names) == ["Ann"]

    play(scene)


def test_an_action_that_always_loses_the_race_is_a_conflict(play: Play[None]) -> None:
    runs: list[int] = []

    async def job(session: Session) -> None:
        runs.append(1)
        raise ConcurrentUpdate

    async def scene(database: Database) -> None:
        with pytest.raises(Conflict):
            await database.write(job)
        assert len(runs) == 100

    play(scene)


def test_what_was_saved_is_not_decided_again(play: Play[None]) -> None:
    async def job(session: Session) -> None:
        await add_firm(session, "Ann")
        raise ConcurrentUpdate

    async def scene(database: Database) -> None:
        with pytest.raises(RuntimeError, match="cannot be decided again"):
            await database.write(job)

    play(scene)


def test_statements_are_counted(play: Play[None]) -> None:
    async def job(session: Session) -> None:
        await names(session)
        await session.row(FIRM, {"id": 1})
        await session.save(Change(Insert(deal, {"title": "a"}), (Put(journal, {"text": "x"}),)))

    async def scene(database: Database) -> None:
        before = database.statements
        await database.write(job)
        assert database.statements - before == 3

    play(scene)


def test_a_plan_names_the_index_it_uses(play: Play[None]) -> None:
    by_code = Statement(select(deal.c.id).where(deal.c.code == bindparam("code")))

    async def scene(database: Database) -> None:
        async def job(session: Session) -> str:
            return await explain(session, by_code, {"code": "x"})

        for _ in range(2):
            assert "ix_deal_code" in await database.read(job)

    play(scene)


def test_errors_of_other_kinds_stay_what_they_are(play: Play[None]) -> None:
    async def job(session: Session) -> Any:
        return await session.save(Change(Insert(firm, {"name": None})))

    async def scene(database: Database) -> None:
        with pytest.raises(Exception, match=r"(?i)not[- ]null"):
            await database.write(job)
        with pytest.raises(TypeError, match="missing argument id"):
            await database.read(lambda session: session.row(FIRM))
        assert await database.read(names) == []

    play(scene)
