"""Jobs of the outbox are done at least once, later again if they failed, by one worker each."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.queue.outbox import job, jobs
from dealwright.storage.queue.worker import AT_ONCE, ATTEMPTS, LEASE, NEVER, SECOND, Due, Worker
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement
from tests import postgres

LEFT = Statement(
    select(
        schema.outbox.c.kind,
        schema.outbox.c.attempts,
        schema.outbox.c.due_on,
        schema.outbox.c.error,
    ).order_by(schema.outbox.c.id)
)


@pytest.fixture(scope="module")
def migrated(server: str) -> Iterator[str]:
    address = postgres.fresh_database(server)
    asyncio.run(upgrade(address))
    yield postgres.name_of(address)
    postgres.drop_database(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        file = str(tmp_path / "portal.db")
        asyncio.run(upgrade(file))
        yield file
    else:
        server, template = map(request.getfixturevalue, ("server", "migrated"))
        copy = postgres.fresh_database(server, template=template)
        yield copy
        postgres.drop_database(copy)


class ManualWorker:
    """A worker with a clock that is set by hand, and a note of what it did."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = 1_000 * SECOND
        self.done: list[tuple[str, int | None, Any]] = []
        self.failures = 0
        handlers = {"mail": self.note, "trouble": self.fail}
        self.worker = Worker(database, handlers, clock=lambda: self.now, pause=0.01)

    async def note(self, due: Due) -> None:
        self.done.append((due.kind, due.entity_id, due.payload))

    async def fail(self, due: Due) -> None:
        self.failures += 1
        raise OSError("nobody at home")

    async def order(self, *kinds: str) -> None:
        steps = tuple(job(kind, {"to": "ann"}, now=self.now, entity_id=7) for kind in kinds)
        await self.database.write(lambda session: session.save(Change(None, steps)))

    async def left(self) -> list[tuple[Any, ...]]:
        rows = await self.database.read(lambda session: session.fetch(LEFT))
        return [tuple(row) for row in rows]


def play(address: str, scene: Callable[[ManualWorker], Awaitable[None]]) -> None:
    async def whole() -> None:
        database = await open_database(address)
        try:
            async with asyncio.timeout(60):
                await scene(ManualWorker(database))
        finally:
            await database.close()

    asyncio.run(whole())


def test_a_due_job_is_done_and_gone(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("mail", "mail")
        assert await manual.worker.round() == 2
        assert manual.done == [("mail", 7, {"to": "ann"})] * 2
        assert await manual.left() == []
        assert await manual.worker.round() == 0

    play(address, scene)


def test_a_job_waits_until_it_is_due(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("mail")
        manual.now -= 1
        assert await manual.worker.round() == 0
        manual.now += 1
        assert await manual.worker.round() == 1

    play(address, scene)


def test_a_failed_job_is_tried_again_later_and_later(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("trouble", "mail")
        assert await manual.worker.round() == 2
        pauses = []
        for _ in range(4):
            ((kind, attempts, due_on, error),) = await manual.left()
            assert (kind, error) == ("trouble", "OSError: nobody at home")
            assert attempts == manual.failures
            pauses.append((due_on - manual.now) // SECOND)
            assert await manual.worker.round() == 0
            manual.now = due_on
            assert await manual.worker.round() == 1
        assert pauses == [10, 20, 40, 80]

    play(address, scene)


def test_a_hopeless_job_is_kept_to_be_looked_at(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("trouble")
        for _ in range(ATTEMPTS):
            assert await manual.worker.round() == 1
            manual.now = (await manual.left())[0][2]
        manual.now = NEVER - 1
        assert await manual.worker.round() == 0
        assert (await manual.left())[0][:2] == ("trouble", ATTEMPTS)

    play(address, scene)


def test_job_without_handler_waits(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("riddle", "mail")
        assert await manual.worker.round() == 1
        assert [row[0] for row in await manual.left()] == ["riddle"]

    play(address, scene)


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_ends(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order("mail")

        async def die(due: Due) -> None:
            raise asyncio.CancelledError

        dying = Worker(manual.database, {"mail": die}, clock=lambda: manual.now)
        with pytest.raises(asyncio.CancelledError):
            await dying.round()
        manual.now += LEASE - 1
        assert await manual.worker.round() == 0
        manual.now += 1
        assert await manual.worker.round() == 1
        assert len(manual.done) == 1

    play(address, scene)


def test_workers_side_by_side_take_different_jobs(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        many = jobs("mail", range(100), now=manual.now)
        await manual.database.write(lambda session: session.save(Change(None, (many,))))
        other = Worker(manual.database, {"mail": manual.note}, clock=lambda: manual.now)
        while any(await asyncio.gather(manual.worker.round(), other.round(), other.round())):
            pass
        assert len(manual.done) == 100
        assert {entity_id for _, entity_id, _ in manual.done} == {*range(100)}

    play(address, scene)


def test_a_round_takes_only_so_many(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        await manual.order(*["mail"] * (AT_ONCE + 1))
        assert await manual.worker.round() == AT_ONCE
        assert len(await manual.left()) == 1

    play(address, scene)


def test_worker_runs_new_jobs_and_stops_on_request(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        is_done = asyncio.Event()

        async def note(due: Due) -> None:
            await manual.note(due)
            is_done.set()

        worker = Worker(manual.database, {"mail": note}, clock=lambda: manual.now, pause=600)
        running = asyncio.create_task(worker.run())
        await manual.order("mail")
        worker.wake()
        await is_done.wait()
        worker.stop()
        await running
        assert await manual.left() == []

    play(address, scene)


def test_a_job_of_an_undone_change_never_was(address: str) -> None:
    async def scene(manual: ManualWorker) -> None:
        async def undone(session: Session) -> None:
            step = job("mail", {}, now=manual.now, entity_id=1)
            await session.save(Change(None, (step,)))
            raise LookupError

        with pytest.raises(LookupError):
            await manual.database.write(undone, transaction=True)
        assert await manual.worker.round() == 0

    play(address, scene)
