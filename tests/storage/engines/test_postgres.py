"""Connections are replaced when they break, and names are called out between processes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Float, Integer, bindparam, func, select, update

from dealwright.storage.engines.engine import Session, Unavailable
from dealwright.storage.engines.opening import open_database
from dealwright.storage.engines.postgres import Postgres
from dealwright.storage.statements.change import Change, Update
from dealwright.storage.statements.statement import Statement
from tests.storage.world import FIRM_NAMES, add_firm, firm, metadata

PROCESS = Statement(select(func.pg_backend_pid()))
SLEEP = Statement(select(func.pg_sleep(bindparam("seconds", type_=Float()))))
KILL = Statement(select(func.pg_terminate_backend(bindparam("process", type_=Integer()))))
SETTING = Statement(select(func.current_setting(bindparam("name", type_=firm.c.name.type))))
RENAME = Statement(
    update(firm)
    .values(name=bindparam("new", type_=firm.c.name.type))
    .where(firm.c.id == bindparam("key"))
)


@asynccontextmanager
async def opened(address: str, connections: int = 1, **options: Any) -> AsyncIterator[Postgres]:
    database = await open_database(address, metadata=metadata, connections=connections, **options)
    assert isinstance(database, Postgres)
    try:
        yield database
    finally:
        await database.close()


async def process(session: Session) -> int:
    row = await session.row(PROCESS)
    assert row is not None
    return int(row[0])


async def kill(address: str, number: int) -> None:
    async with opened(address) as other:
        await other.read(lambda session: session.row(KILL, {"process": number}))


async def names(session: Session) -> list[str]:
    return [name for (name,) in await session.fetch(FIRM_NAMES)]


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await scene()

    asyncio.run(limited())


def test_one_connection_serves_all_in_turn(postgresql_address: str) -> None:
    async def scene() -> None:
        async with opened(postgresql_address) as database:
            listed = [database.read(process) for _ in range(30)]
            assert len(set(await asyncio.gather(*listed))) == 1

    play(scene)


def test_no_more_connections_are_opened_than_allowed(postgresql_address: str) -> None:
    async def slowly(session: Session) -> int:
        await session.row(SLEEP, {"seconds": 0.02})
        return await process(session)

    async def scene() -> None:
        async with opened(postgresql_address, connections=3) as database:
            listed = [database.read(slowly) for _ in range(12)]
            assert len(set(await asyncio.gather(*listed))) == 3

    play(scene)


@pytest.mark.parametrize("heavy", [False, True])
def test_a_read_on_a_lost_connection_runs_again(postgresql_address: str, heavy: bool) -> None:
    async def scene() -> None:
        async with opened(postgresql_address) as database:
            first = await database.read(process)
            await kill(postgresql_address, first)
            assert await database.read(process, heavy=heavy) != first

    play(scene)


def test_a_connection_lost_within_a_read_is_replaced(postgresql_address: str) -> None:
    runs: list[int] = []

    async def job(session: Session) -> int:
        runs.append(await process(session))
        if len(runs) == 1:
            await kill(postgresql_address, runs[0])
        return await process(session)

    async def scene() -> None:
        async with opened(postgresql_address) as database:
            assert await database.read(job) != runs[0]
            assert len(runs) == 2

    play(scene)


@pytest.mark.parametrize("transaction", [False, True])
def test_a_write_that_lost_its_connection_before_saving_runs_again(
    postgresql_address: str, transaction: bool
) -> None:
    runs: list[int] = []

    async def job(session: Session) -> int:
        runs.append(await process(session))
        if len(runs) == 1:
            await kill(postgresql_address, runs[0])
            await process(session)  # this is what fails, so nothing was sent that could be saved
        return await add_firm(session, "Ann")

    async def scene() -> None:
        async with opened(postgresql_address) as database:
            await database.write(job, transaction=transaction)
            assert len(runs) == 2
            assert await database.read(names) == ["Ann"]

    play(scene)


def test_a_write_that_lost_its_connection_after_saving_is_unavailable(
    postgresql_address: str,
) -> None:
    async def job(session: Session) -> None:
        await add_firm(session, "Ann")
        await kill(postgresql_address, await process(session))
        await process(session)

    async def scene() -> None:
        async with opened(postgresql_address) as database:
            with pytest.raises(Unavailable):
                await database.write(job)
            assert await database.read(names) == ["Ann"]

    play(scene)


def test_a_connection_left_within_a_transaction_is_replaced(postgresql_address: str) -> None:
    async def scene() -> None:
        async with opened(postgresql_address) as database:
            first = await database.read(process)

            async def leave(session: Any) -> None:
                await session._connection.execute("begin")

            await database.read(leave)
            assert await database.read(process) != first

    play(scene)


def test_a_failed_statement_keeps_the_connection(postgresql_address: str) -> None:
    async def fail(session: Session) -> None:
        await session.row(SETTING, {"name": "no_such_setting"})

    async def scene() -> None:
        async with opened(postgresql_address) as database:
            first = await database.read(process)
            for transaction in (False, True):
                with pytest.raises(asyncpg.PostgresError):
                    await database.write(fail, transaction=transaction)
            with pytest.raises(asyncpg.PostgresError):
                await database.read(fail)
            assert await database.read(process) == first

    play(scene)


@pytest.mark.parametrize("way", ["read", "write", "transaction"])
def test_after_a_cancellation_the_connection_is_replaced(postgresql_address: str, way: str) -> None:
    async def sleep(session: Session) -> None:
        await session.row(SLEEP, {"seconds": 20.0})

    async def scene() -> None:
        async with opened(postgresql_address) as database:
            first = await database.read(process)
            task = asyncio.create_task(
                database.read(sleep)
                if way == "read"
                else database.write(sleep, transaction=way == "transaction")
            )
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await database.read(process) != first

    play(scene)


def test_who_stops_waiting_takes_no_connection_along(postgresql_address: str) -> None:
    async def scene() -> None:
        async with opened(postgresql_address) as database:
            held = await database._connections.take()
            waiting = [asyncio.create_task(database.read(process)) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            database._connections.give(held)
            waiting[1].cancel()  # the connection is in its hands, but it has not run yet
            assert await waiting[2]
            assert await database.read(process)

    play(scene)


def test_two_transactions_that_wait_for_each_other_both_get_through(
    postgresql_address: str,
) -> None:
    begun: set[str] = set()
    both_began = asyncio.Event()

    async def job(session: Session, keys: tuple[int, int], name: str) -> None:
        await session.execute(RENAME, {"key": keys[0], "new": f"{name}{keys[0]}"})
        begun.add(name)
        if len(begun) == 2:
            both_began.set()
        await both_began.wait()
        await session.execute(RENAME, {"key": keys[1], "new": f"{name}{keys[1]}"})

    async def scene() -> None:
        async with opened(postgresql_address, connections=2) as database:
            await database.write(lambda session: add_firm(session, "Ann"))
            await database.write(lambda session: add_firm(session, "Bob"))
            await asyncio.gather(
                database.write(lambda session: job(session, (1, 2), "x"), transaction=True),
                database.write(lambda session: job(session, (2, 1), "y"), transaction=True),
            )
            assert await database.read(names) in (["x1", "x2"], ["y1", "y2"])

    play(scene)


def test_guarded_updates_at_the_same_time_lose_nothing(postgresql_address: str) -> None:
    from dealwright.errors import ConcurrentUpdate

    one = Statement(select(firm.c.name).where(firm.c.id == bindparam("id")))

    async def add(session: Session) -> None:
        row = await session.row(one, {"id": 1})
        assert row is not None
        change = Change(Update(firm, 1, {"name": str(int(row[0]) + 1)}, {"name": row[0]}))
        if await session.save(change) is None:
            raise ConcurrentUpdate

    async def scene() -> None:
        async with opened(postgresql_address, connections=5) as database:
            await database.write(lambda session: add_firm(session, "0"))
            await asyncio.gather(*(database.write(add) for _ in range(40)))
            assert await database.read(names) == ["40"]

    play(scene)


def test_connections_plan_once_for_all_values(postgresql_address: str) -> None:
    async def scene() -> None:
        async with opened(postgresql_address) as database:
            for name, value in (
                ("plan_cache_mode", "force_generic_plan"),
                ("application_name", "dealwright"),
                ("jit", "off"),
            ):
                payload = {"name": name}
                row = await database.read(lambda session, v=payload: session.row(SETTING, v))  # type: ignore[misc]
                assert row is not None
                assert row[0] == value

    play(scene)


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        asyncio.run(open_database("postgresql://nobody@127.0.0.1:1/nothing", metadata=metadata))


def test_names_are_called_out_once_the_change_holds(postgresql_address: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def plain(session: Session) -> None:
        session.announce("before the save")
        await add_firm(session, "Ann")
        session.announce("after the save")

    async def whole(session: Session) -> None:
        session.announce("in a transaction")
        await add_firm(session, "Bob")
        await asyncio.sleep(0.02)
        assert heard.empty()

    async def half(session: Session) -> None:
        session.announce("what was saved stays saved")
        await add_firm(session, "Cid")
        raise LookupError

    async def undone(session: Session) -> None:
        session.announce("never")
        await add_firm(session, "Dan")
        raise LookupError

    async def scene() -> None:
        async with (
            opened(postgresql_address, on_announcement=heard.put_nowait),
            opened(postgresql_address) as database,
        ):
            await database.write(plain)
            assert {await heard.get(), await heard.get()} == {"before the save", "after the save"}
            with pytest.raises(LookupError):
                await database.write(half)
            assert await heard.get() == "what was saved stays saved"
            with pytest.raises(LookupError):
                await database.write(undone, transaction=True)
            await database.write(whole, transaction=True)
            assert await heard.get() == "in a transaction"

    play(scene)


def test_a_listener_that_lost_its_connection_says_so_and_listens_again(
    postgresql_address: str,
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def tell(session: Session) -> None:
        session.announce("news")

    async def scene() -> None:
        async with opened(postgresql_address, on_announcement=heard.put_nowait) as database:
            listener = database._listener
            assert listener is not None
            assert listener._connection is not None
            await kill(postgresql_address, listener._connection.get_server_pid())
            assert await heard.get() == ""
            await database.write(tell)
            assert await heard.get() == "news"

    play(scene)


def test_a_closed_database_refuses_and_keeps_nothing_open(postgresql_address: str) -> None:
    async def scene() -> None:
        async with opened(postgresql_address, connections=2) as database:
            held = await database._connections.take()
            await database.read(process)
        database._connections.give(held)
        assert held.is_closed()
        with pytest.raises(Unavailable, match="closed"):
            await database.read(process)

    play(scene)
