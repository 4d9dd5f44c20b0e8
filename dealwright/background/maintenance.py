"""What a running server cleans up beside its requests: expired rows and files, in small batches.

Knows the internal tables; slices hand in their own tasks.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

import structlog

from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.idempotency import KEPT
from dealwright.storage.pruning import prune, prune_jobs
from dealwright.storage.statements.dialect import fold_slots

SECOND = 1_000_000  # moments are microseconds
HOUR = 3600 * SECOND
DAY = 24 * HOUR
AT_ONCE = 200  # rows of one batch: a few milliseconds of the one writer that SQLite has
PAUSE = 0.05  # seconds between batches, so that others can write
FIRST = 30.0  # seconds before the first round, so that it does not slow down the start
INTERVAL = 600.0  # seconds between rounds
ROUNDS_OF_SWEEPS = 36  # files are cleaned up every so many rounds


class Run(Protocol):
    """Handles at most `limit` items in a transaction; returns how many."""

    def __call__(self, session: Session, *, now: int, limit: int) -> Awaitable[int]: ...


class Round(Protocol):
    """Handles all items of something that waits for more than the database; returns how many."""

    def __call__(self, database: Database, *, now: int) -> Awaitable[int]: ...


class MaintenanceTask(NamedTuple):
    """A clean-up task. It runs again at once while it handles as many items as it may."""

    name: str
    run: Run


class FileMaintenance(NamedTuple):
    """A clean-up task that opens the database itself."""

    name: str
    run: Round


def maintenance_tasks(handled: Sequence[str]) -> list[MaintenanceTask]:
    """The tasks for internal tables; `handled` are the kinds of jobs that have a handler."""
    kinds = [*handled]

    async def answers(session: Session, *, now: int, limit: int) -> int:
        table = schema.idempotency
        return await prune(session, table, "created_on", before=now - KEPT, limit=limit)

    async def attempts(session: Session, *, now: int, limit: int) -> int:
        table, before = schema.login_attempt, now - DAY
        return await prune(
            session, table, "since", before=before, limit=limit, unless="blocked_until", now=now
        )

    async def tokens(session: Session, *, now: int, limit: int) -> int:
        return await prune(session, schema.token, "expires_on", before=now, limit=limit)

    async def jobs(session: Session, *, now: int, limit: int) -> int:
        # An hour, so that a version with a handler finds the jobs of its own start.
        return await prune_jobs(session, handled=kinds, before=now - HOUR, limit=limit)

    async def sums(session: Session, *, now: int, limit: int) -> int:
        await fold_slots(session, schema.opportunity_sum)
        return 0

    return [
        MaintenanceTask("kept answers", answers),
        MaintenanceTask("sign-in attempts", attempts),
        MaintenanceTask("expired tokens", tokens),
        MaintenanceTask("jobs without a handler", jobs),
        MaintenanceTask("sums of opportunities", sums),
    ]


async def run_maintenance(
    database: Database,
    maintenance_tasks: Sequence[MaintenanceTask | FileMaintenance],
    *,
    clock: Callable[[], int],
    first: float = FIRST,
    interval: float = INTERVAL,
) -> None:
    """Cleans up until it is cancelled. `clock` gives microseconds since 1970."""
    await asyncio.sleep(first)
    for number in itertools.count():
        sweeps = number % ROUNDS_OF_SWEEPS == 0
        now = [each for each in maintenance_tasks if sweeps or isinstance(each, MaintenanceTask)]
        await tidy(database, now, clock=clock)
        await asyncio.sleep(interval)


async def tidy(
    database: Database,
    maintenance_tasks: Sequence[MaintenanceTask | FileMaintenance],
    *,
    clock: Callable[[], int],
    limit: int = AT_ONCE,
    pause: float = PAUSE,
) -> Mapping[str, int]:
    """Runs one round; returns how many items each task handled. A task that fails is logged and
    does not stop the others."""
    log = structlog.get_logger("dealwright")
    done: dict[str, int] = {}
    for chore in maintenance_tasks:
        try:
            done[chore.name] = await _finish(database, chore, clock, limit, pause)
        except Exception as failure:
            log.warning("housekeeping failed", chore=chore.name, exc_info=failure)
    if any(done.values()):
        log.info("housekeeping", **{name.replace(" ", "_"): n for name, n in done.items() if n})
    return done


async def _finish(
    database: Database,
    chore: MaintenanceTask | FileMaintenance,
    clock: Callable[[], int],
    limit: int,
    pause: float,
) -> int:
    if isinstance(chore, FileMaintenance):
        return await chore.run(database, now=clock())

    async def batch(session: Session) -> int:
        return await chore.run(session, now=clock(), limit=limit)

    total = done = await database.write(batch, transaction=True)
    while done >= limit:
        await asyncio.sleep(pause)
        done = await database.write(batch, transaction=True)
        total += done
    return total
