"""A running server does the jobs that changes write: at once, or when they are due."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from dealwright import app
from dealwright.access import SYSTEM
from dealwright.background.job import Job
from dealwright.settings import Settings, read
from dealwright.storage import schema
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement
from dealwright.wire.context import RequestContext
from dealwright.wire.dispatcher import Dispatcher
from dealwright.wire.exchange import Request
from dealwright.work import Work
from tests.running import Portal

HOUR = 3600 * 1_000_000
LEFT = Statement(select(schema.outbox.c.payload).order_by(schema.outbox.c.id))


@pytest.fixture
def quiet(portal: Portal) -> Iterator[Settings]:
    """A portal without a server."""
    ground = portal.ground
    address = ground.databases.copy(ground.template)
    yield read({**ground.flags, "database": address}, {})
    ground.databases.drop(address)


class Place:
    """A server that does jobs of the kind `note`, with a clock that is set by hand."""

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        self.now = time.time_ns() // 1000
        self.done: asyncio.Queue[Any] = asyncio.Queue()
        self.dispatcher: Dispatcher
        patch.setattr(app, "handlers", lambda: {"note": self.note})

    async def note(self, job: Job) -> None:
        self.done.put_nowait((job.due.payload, await job.context().read(who), job.now()))

    async def order(self, text: str, *, kind: str = "note", later: int = 0) -> None:
        step = job(kind, {"said": text}, now=self.now, entity_id=1, due_on=self.now + later)

        async def run(work: Work) -> None:
            await work.save(Change(None, (step,)))

        await RequestContext(self.dispatcher.site, Request("POST", "/"), SYSTEM, self.now).write(
            run
        )

    async def left(self) -> list[str]:
        rows = await self.dispatcher.site.database.read(lambda session: session.fetch(LEFT))
        return [row[0] for row in rows]

    def play(self, scene: Callable[["Place"], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with asyncio.timeout(60):
                async with app.running(self.settings, clock=lambda: self.now) as self.dispatcher:
                    await scene(self)

        asyncio.run(whole())


async def who(work: Work) -> bool:
    return work.actor is SYSTEM


@pytest.fixture
def place(quiet: Settings, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(quiet, monkeypatch)


def test_a_job_is_done_by_the_portal_itself_with_the_clock_of_the_server(place: Place):
    async def scene(place: Place) -> None:
        await place.order("now")
        assert await place.done.get() == ({"said": "now"}, True, place.now)

    place.play(scene)


def test_a_commit_that_wrote_a_job_wakes_the_worker(place: Place, monkeypatch: pytest.MonkeyPatch):
    woken: list[str] = []

    async def scene(place: Place) -> None:
        site: Any = place.dispatcher.site
        monkeypatch.setattr(site._worker, "wake", lambda: woken.append("woken"))
        await place.order("of no kind that is done", kind="another")
        assert woken == []
        await place.order("now")
        assert woken == ["woken"]

    place.play(scene)


def test_a_job_of_the_future_waits_for_its_moment(place: Place):
    async def scene(place: Place) -> None:
        await place.order("in an hour", later=HOUR)
        await place.order("now")
        assert (await place.done.get())[0] == {"said": "now"}
        place.now += HOUR
        await place.order("later")
        answer = {(await place.done.get())[0]["said"] for _ in range(2)}
        assert answer == {"in an hour", "later"}

    place.play(scene)


def test_a_job_that_the_end_of_a_server_broke_off_is_done_by_the_next_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(app, "SECONDS_TO_FINISH", 0.01)
    begun = asyncio.Event()

    async def never(job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(app, "handlers", lambda: {"note": never})

    async def first(place: Place) -> None:
        await place.order("broken off")
        await begun.wait()

    place.play(first)
    place.now += HOUR
    monkeypatch.setattr(app, "handlers", lambda: {"note": place.note})

    async def second(place: Place) -> None:
        assert (await place.done.get())[0] == {"said": "broken off"}

    place.play(second)


def test_the_end_of_a_server_waits_for_jobs_that_are_being_done(
    place: Place, monkeypatch: pytest.MonkeyPatch
):
    begun, is_told = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        begun.set()
        for _ in iter(job.is_stopping, True):
            await asyncio.sleep(0)
        is_told.set()

    monkeypatch.setattr(app, "handlers", lambda: {"note": slow})

    async def scene(place: Place) -> None:
        await place.order("long")
        await begun.wait()

    place.play(scene)
    assert is_told.is_set()

    async def afterwards(place: Place) -> None:
        assert await place.left() == []

    place.play(afterwards)
