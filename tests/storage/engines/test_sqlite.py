"""One thread writes a SQLite file, in groups; a failing job does not harm the others."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dealwright.storage.engines.engine import (
    Database,
    NoPortal,
    Session,
    Unavailable,
    UniqueViolation,
)
from dealwright.storage.engines.opening import open_database
from dealwright.storage.engines.sqlite import SQLite
from dealwright.storage.statements.change import Change, Insert
from dealwright.storage.statements.statement import Statement
from tests.storage.conftest import perform
from tests.storage.world import FIRM_NAMES, add_firm, firm, metadata

Job = Callable[[Session], Awaitable[Any]]
BROKEN_RULES = """
create table deferred (id integer references firm (id) deferrable initially deferred);
create table strict_key (id integer primary key on conflict rollback);
"""


def adding(name: str) -> Job:
    return lambda session: add_firm(session, name)


def running(sql: str) -> Job:
    statement = Statement(text(sql))

    async def job(session: Session) -> None:
        await session.execute(statement)

    return job


async def names(session: Session) -> list[str]:
    return [name for (name,) in await session.fetch(FIRM_NAMES)]


async def together(
    database: Database, *jobs: Job, transactions: frozenset[Job] = frozenset()
) -> list[Any]:
    """Results of jobs that come while another runs, so that they share its transaction; but not if
    one of `transactions` is the first of them."""
    is_started, may_end = threading.Event(), threading.Event()

    async def hold(session: Session) -> None:
        is_started.set()
        may_end.wait(30)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(is_started.wait, 30)
    tasks = [
        asyncio.create_task(database.write(job, transaction=job in transactions)) for job in jobs
    ]
    await asyncio.sleep(0)
    may_end.set()
    await holding
    return await asyncio.gather(*tasks, return_exceptions=True)


def commands(database: Database) -> list[str]:
    """What the writing connection runs from now on."""
    heard: list[str] = []
    assert isinstance(database, SQLite)
    database._writer._connection.set_trace_callback(heard.append)
    return heard


def test_jobs_that_wait_together_share_one_transaction(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        heard = commands(database)
        assert await together(database, *(adding(f"{n:02}") for n in range(20))) == [*range(1, 21)]
        assert [each for each in heard if each.lower() == "commit"] == ["commit"]

    perform(sqlite_address, scene)


def test_what_needs_savepoints_joins_no_group_without(sqlite_address: str) -> None:
    ann, bob = adding("Ann"), adding("Bob")

    async def scene(database: Database) -> None:
        heard = commands(database)
        assert await together(database, ann, bob, transactions=frozenset([bob])) == [1, 2]
        listed = [each.lower() for each in heard]
        assert listed.count("commit") == 2
        assert listed.count("savepoint job") == 1
        assert await database.read(names) == ["Ann", "Bob"]

    perform(sqlite_address, scene)


def test_a_failing_job_is_undone_alone(sqlite_address: str) -> None:
    async def fail_late(session: Session) -> None:
        await add_firm(session, "Cid")
        raise LookupError

    async def scene(database: Database) -> None:
        ann, clash, late, bob = await together(
            database, adding("Ann"), adding("Ann"), fail_late, adding("Bob")
        )
        assert (ann, bob) == (1, 2)
        assert isinstance(clash, UniqueViolation)
        assert isinstance(late, LookupError)
        assert await database.read(names) == ["Ann", "Bob"]

    perform(sqlite_address, scene)


def test_jobs_run_in_savepoints_only_when_one_fails_that_has_written(sqlite_address: str) -> None:
    async def fail_early(session: Session) -> None:
        raise LookupError

    async def fail_late(session: Session) -> None:
        await add_firm(session, "Cid")
        raise LookupError

    def savepoints(heard: list[str]) -> int:
        return sum(each.lower() == "savepoint job" for each in heard)

    async def scene(database: Database) -> None:
        heard = commands(database)
        await together(database, adding("Ann"), fail_early, adding("Bob"))
        assert savepoints(heard) == 0
        results = await together(database, adding("Dan"), fail_late, adding("Eve"))
        assert [type(each) for each in results] == [int, LookupError, int]
        assert savepoints(heard) == 4  # with the one that held the writer
        await database.write(adding("Fay"), transaction=True)
        assert savepoints(heard) == 5
        assert await database.read(names) == ["Ann", "Bob", "Dan", "Eve", "Fay"]

    perform(sqlite_address, scene)


def test_after_a_failed_commit_the_jobs_run_one_by_one(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        ann, broken, bob = await together(
            database,
            adding("Ann"),
            running("insert into deferred values (99)"),
            adding("Bob"),
        )
        assert (ann, bob) == (1, 2)
        assert isinstance(broken, sqlite3.IntegrityError)
        assert await database.read(names) == ["Ann", "Bob"]

    with_broken_rules(sqlite_address)
    perform(sqlite_address, scene)


def test_a_transaction_that_is_gone_takes_no_neighbour_along(sqlite_address: str) -> None:
    async def careless(session: Session) -> None:
        with pytest.raises(UniqueViolation):
            await session.execute(Statement(text("insert into strict_key values (1)")))

    async def scene(database: Database) -> None:
        await database.write(running("insert into strict_key values (1)"))
        ann, clash, bob, swallowed, cid = await together(
            database,
            adding("Ann"),
            running("insert into strict_key values (1)"),
            adding("Bob"),
            careless,
            adding("Cid"),
        )
        assert isinstance(clash, UniqueViolation)
        assert isinstance(swallowed, sqlite3.Error)
        assert [ann, bob, cid] == [1, 2, 3]
        assert await database.read(names) == ["Ann", "Bob", "Cid"]

    with_broken_rules(sqlite_address)
    perform(sqlite_address, scene)


def with_broken_rules(address: str) -> None:
    connection = sqlite3.connect(address.removeprefix("sqlite:///"))
    connection.executescript(BROKEN_RULES)
    connection.close()


def test_a_full_disk_is_unavailable_and_small_writes_go_on(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        assert isinstance(database, SQLite)
        connection = database._writer._connection
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages + 5}").fetchall()
        ann, full, bob = await together(
            database, adding("Ann"), adding("x" * 1_000_000), adding("Bob")
        )
        assert isinstance(full, Unavailable)
        assert (ann, bob) == (1, 2)
        assert await database.read(names) == ["Ann", "Bob"]

    perform(sqlite_address, scene)


def test_a_file_locked_by_another_program_is_unavailable(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        assert isinstance(database, SQLite)
        database._writer._connection.execute("pragma busy_timeout = 1").fetchall()
        other = sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="locked"):
            await database.write(adding("Ann"))
        other.execute("rollback")
        other.close()
        await database.write(adding("Ann"))

    perform(sqlite_address, scene)


def test_a_job_whose_caller_is_gone_before_it_began_is_left_out(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        is_started, may_end = threading.Event(), threading.Event()

        async def hold(session: Session) -> None:
            is_started.set()
            may_end.wait(30)

        holding = asyncio.create_task(database.write(hold))
        await asyncio.to_thread(is_started.wait, 30)
        gone = asyncio.create_task(database.write(adding("Ann")))
        stays = asyncio.create_task(database.write(adding("Bob")))
        await asyncio.sleep(0)
        gone.cancel()
        holding.cancel()  # this one runs already: its neighbours still get their answers
        await asyncio.sleep(0)
        may_end.set()
        assert await stays == 1
        assert await database.read(names) == ["Bob"]

    perform(sqlite_address, scene)


@pytest.mark.parametrize("heavy", [None, True])
def test_a_job_beside_the_loop_waits_for_nothing_but_the_database(
    sqlite_address: str, heavy: bool | None
) -> None:
    async def job(session: Session) -> None:
        await asyncio.sleep(0)

    async def scene(database: Database) -> None:
        with pytest.raises(RuntimeError, match="waits for nothing but the database"):
            await (database.write(job) if heavy is None else database.read(job, heavy=True))
        await database.write(adding("Ann"))

    perform(sqlite_address, scene)


def test_a_job_keeps_the_context_of_its_caller(sqlite_address: str) -> None:
    request = ContextVar("request", default="")

    async def job(session: Session) -> str:
        return request.get()

    async def ask(database: Database, name: str) -> list[str]:
        request.set(name)
        return [await database.write(job), await database.read(job, heavy=True)]

    async def scene(database: Database) -> None:
        listed = (ask(database, name) for name in "abc")
        assert await asyncio.gather(*listed) == [["a", "a"], ["b", "b"], ["c", "c"]]

    perform(sqlite_address, scene)


def test_a_raced_job_does_not_disturb_its_group(sqlite_address: str) -> None:
    from dealwright.errors import ConcurrentUpdate, Conflict

    async def lose(session: Session) -> None:
        raise ConcurrentUpdate

    async def scene(database: Database) -> None:
        ann, lost, bob = await together(database, adding("Ann"), lose, adding("Bob"))
        assert (ann, bob) == (1, 2)
        assert isinstance(lost, Conflict)

    perform(sqlite_address, scene)


def test_more_jobs_than_fit_one_group_are_all_done(sqlite_address: str) -> None:
    async def scene(database: Database) -> None:
        ids = await together(database, *(adding(str(n)) for n in range(300)))
        assert sorted(ids) == [*range(1, 301)]

    perform(sqlite_address, scene)


def test_closing_finishes_what_waits_and_then_refuses(sqlite_address: str) -> None:
    async def scene() -> None:
        database = await open_database(sqlite_address, metadata=metadata)
        tasks = [asyncio.create_task(database.write(adding(str(n)))) for n in range(10)]
        await asyncio.sleep(0)
        await database.close()
        assert sorted(await asyncio.gather(*tasks)) == [*range(1, 11)]
        with pytest.raises(Unavailable):
            await database.write(adding("late"))

    asyncio.run(scene())


def test_an_idle_writer_copies_its_log_into_the_file(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dealwright.storage.engines.sqlite_writer.IDLE", 0.01)

    async def scene(database: Database) -> None:
        assert isinstance(database, SQLite)
        loop, is_copied = asyncio.get_running_loop(), asyncio.Event()

        def hear(command: str) -> None:
            if "wal_checkpoint" in command:
                loop.call_soon_threadsafe(is_copied.set)

        database._writer._connection.set_trace_callback(hear)
        await database.write(adding("Ann"))
        await asyncio.wait_for(is_copied.wait(), 30)
        await database.write(adding("Bob"))
        assert await database.read(names) == ["Ann", "Bob"]

    perform(sqlite_address, scene)


def test_a_write_survives_a_process_that_does_not_close(sqlite_address: str) -> None:
    async def scene() -> None:
        database = await open_database(sqlite_address, metadata=metadata)
        await database.write(adding("Ann"))

    asyncio.run(scene())
    assert perform(sqlite_address, lambda database: database.read(names)) == ["Ann"]


def test_a_server_hears_of_what_another_process_writes_and_not_of_its_own(
    sqlite_address: str,
) -> None:
    async def scene() -> None:
        heard: list[str] = []
        server = await open_database(
            sqlite_address, metadata=metadata, on_announcement=heard.append
        )
        await server.write(adding("Ann"))
        server.catch_up()
        assert heard == []
        for round in (1, 2):
            command = await open_database(sqlite_address, metadata=metadata)
            await command.read(names)
            await command.write(adding(f"Bob {round}"))
            await command.close()
            server.catch_up()
            server.catch_up()
            assert heard == [""] * round
        await server.close()

    asyncio.run(scene())


def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(NoPortal):
        asyncio.run(open_database(str(tmp_path / "new.db"), metadata=metadata))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ann, this is not a database.\n" * 100)
    with pytest.raises(Unavailable, match="not a SQLite database"):
        asyncio.run(open_database(str(path), metadata=metadata))
    with pytest.raises(Unavailable, match="not a file"):
        asyncio.run(open_database(str(tmp_path), metadata=metadata))


def test_a_save_undoes_all_its_steps_when_one_fails(sqlite_address: str) -> None:
    from dealwright.storage.statements.change import Put

    async def job(session: Session) -> None:
        change = Change(Insert(firm, {"name": "Bob"}), (Put(firm, {"name": "Ann"}),))
        with pytest.raises(UniqueViolation):
            await session.save(change)

    async def scene(database: Database) -> None:
        await database.write(adding("Ann"))
        await database.write(job)
        await database.write(job, transaction=True)
        assert await database.read(names) == ["Ann"]

    perform(sqlite_address, scene)
