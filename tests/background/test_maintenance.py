import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from dealwright import app
from dealwright.background.maintenance import (
    DAY,
    HOUR,
    MaintenanceTask,
    maintenance_tasks,
    run_maintenance,
    tidy,
)
from dealwright.settings import Settings, read
from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.engines.opening import open_database
from dealwright.storage.statements.change import Change, Put
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work
from tests.running import Portal

ANSWERS, ATTEMPTS, TOKENS, JOBS, *_ = (chore.name for chore in maintenance_tasks([]))


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


@pytest.fixture
def quiet(portal: Portal) -> Iterator[Settings]:
    """A portal without a server, so that no other process cleans it up."""
    ground = portal.ground
    address = ground.databases.copy(ground.template)
    own = {"database": address, "files": str(ground.files_of(address))}
    yield read({**ground.flags, **own}, {})
    ground.databases.drop(address)


def clean(
    place: Portal | Settings, *, later: int = 0, handled: Sequence[str] = (), limit: int = 100
) -> Mapping[str, int]:
    """A round at so many microseconds from now."""

    async def scene(database: Database) -> Mapping[str, int]:
        return await tidy(
            database,
            maintenance_tasks(handled),
            clock=lambda: time.time_ns() // 1000 + later,
            limit=limit,
            pause=0,
        )

    return with_database(place, scene)


def with_database(place: Portal | Settings, scene: Callable[[Database], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        database = await open_database(place.database)
        try:
            return await scene(database)
        finally:
            await database.close()

    return asyncio.run(whole())


def rows(place: Portal | Settings, table: Table) -> int:
    counted = Statement(select(func.count()).select_from(table))

    async def scene(database: Database) -> int:
        found = await database.read(lambda session: session.row(counted))
        assert found is not None
        return int(found[0])

    return int(with_database(place, scene))


def put(settings: Settings, table: Table, **values: object) -> None:
    async def run(work: Work) -> None:
        await work.save(Change(None, (Put(table, values),)))

    asyncio.run(app.offline(settings, run))


def opportunity(portal: Portal, **headers: str) -> Any:
    payload = {
        "title": "Catalogue",
        "responsibleid": portal.id_of("ann"),
        "stageid": portal.call("GET", "crm/opportunity/stage").response[0]["id"],
        "bidCurrencyAbbr": "USD",
    }
    return portal.call("POST", "crm/opportunity", json=payload, headers=headers).response["id"]


def test_a_kept_answer_is_given_for_a_day(own: Portal):
    first = opportunity(own, **{"Idempotency-Key": "once"})
    assert clean(own, later=23 * HOUR)[ANSWERS] == 0
    assert opportunity(own, **{"Idempotency-Key": "once"}) == first
    assert clean(own, later=25 * HOUR)[ANSWERS] == 1
    assert opportunity(own, **{"Idempotency-Key": "once"}) != first


def test_jobs_without_handler_are_deleted_after_a_while(own: Portal):
    opportunity(own)
    written = rows(own, schema.outbox)
    assert written > 0
    clean(own)
    assert rows(own, schema.outbox) == written
    clean(own, later=2 * HOUR, handled=["opportunity.created"])
    assert rows(own, schema.outbox) == written
    assert clean(own, later=2 * HOUR, handled=["another"])[JOBS] == written
    assert rows(own, schema.outbox) == 0


def test_tokens_go_when_they_have_expired_and_never_before(portal: Portal, quiet: Settings):
    now = time.time_ns() // 1000
    before = rows(quiet, schema.token)
    for number, expires_on in enumerate((now - 1, now + DAY, None)):
        put(
            quiet,
            schema.token,
            person_id=portal.id_of("ann"),
            hash=f"hash {number}",
            kind="api",
            scope="read",
            created_on=now,
            expires_on=expires_on,
        )
    assert clean(quiet)[TOKENS] == 1
    assert rows(quiet, schema.token) == before + 2


def test_failed_sign_ins_are_forgotten_unless_they_still_block(quiet: Settings):
    now = time.time_ns() // 1000
    old, fresh = now - 2 * DAY, now - HOUR
    for key, since, until in (
        ("a", old, None),
        ("b", old, now - 1),
        ("c", old, now + HOUR),
        ("d", fresh, None),
    ):
        put(quiet, schema.login_attempt, key=key, failures=9, since=since, blocked_until=until)
    assert clean(quiet)[ATTEMPTS] == 2
    assert rows(quiet, schema.login_attempt) == 2


def test_much_is_done_in_small_batches(quiet: Settings):
    for number in range(5):
        put(quiet, schema.login_attempt, key=f"{number}", failures=9, since=0)
    assert clean(quiet, limit=2)[ATTEMPTS] == 5
    assert rows(quiet, schema.login_attempt) == 0


def test_failing_task_is_logged_and_the_others_run(own: Portal):
    async def fail(session: Session, *, now: int, limit: int) -> int:
        raise RuntimeError("no broom")

    async def work(session: Session, *, now: int, limit: int) -> int:
        return now

    async def scene(database: Database) -> Mapping[str, int]:
        both = [MaintenanceTask("fails", fail), MaintenanceTask("works", work)]
        return await tidy(database, both, clock=lambda: 7)

    assert with_database(own, scene) == {"works": 7}
    output = [line for line in own.log if line.get("chore") == "fails"]
    assert "no broom" in str(output[-1])


def test_maintenance_runs_until_the_server_stops(own: Portal):
    rounds: list[int] = []

    async def scene(database: Database) -> None:
        clock = iter(range(1_000_000))
        enough = asyncio.Event()

        async def count(session: Session, *, now: int, limit: int) -> int:
            rounds.append(now)
            if len(rounds) == 3:
                loop.call_soon_threadsafe(enough.set)
            return 0

        loop = asyncio.get_running_loop()
        keeping = asyncio.create_task(
            run_maintenance(
                database,
                [MaintenanceTask("counts", count)],
                clock=lambda: next(clock),
                first=0,
                interval=0,
            )
        )
        await enough.wait()
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping

    with_database(own, scene)
    assert rounds[:3] == [0, 1, 2]
