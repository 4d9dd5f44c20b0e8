"""Runs the jobs of the outbox: takes due jobs, hands each to its handler, and retries those that
fail.

Every job runs at least once: if a process dies, others take its jobs after their lease. Several
processes take different jobs. Knows no kind of job.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

import msgspec
import structlog
from sqlalchemy import BigInteger, Integer, Update, bindparam, select, update

from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session, Unavailable
from dealwright.storage.statements.change import Alter, Change, Remove
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement

AT_ONCE = 10
SECOND = 1_000_000  # moments are microseconds
LEASE = 300 * SECOND  # a job that was taken this long ago is free again
LONGEST = 120  # seconds that a handler may take: well within its lease
FIRST_PAUSE, LONGEST_PAUSE = 10 * SECOND, 6 * 3600 * SECOND
ATTEMPTS = 15  # about a day and a half
NEVER = 253_402_300_799 * SECOND  # given up: kept for inspection


class Due(NamedTuple):
    id: int
    kind: str
    entity_id: int | None
    payload: dict[str, Any]
    created_on: int
    attempts: int  # including this one

    @property
    def is_last(self) -> bool:
        """The job is given up if it fails now."""
        return self.attempts >= ATTEMPTS


class Again(Exception):
    """A handler has done a part of its job: the rest is due later, as often as needed."""

    def __init__(self, due_on: int) -> None:
        super().__init__("the rest comes later")
        self.due_on = due_on


Handler: TypeAlias = Callable[[Due], Awaitable[None]]


class Worker:
    """Runs in the event loop until it is stopped; call `wake` after writing a job.

    `clock` gives microseconds since 1970. Kinds without a handler wait for a version that has one.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        clock: Callable[[], int],
        pause: float = 2.0,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._pause = pause
        self.is_stopping = False
        self._woken = asyncio.Event()

    async def run(self) -> None:
        while not self.is_stopping:
            self._woken.clear()
            try:
                done = await self.round()
            except Unavailable as failure:
                structlog.get_logger().warning("outbox waits", reason=str(failure))
                done = 0
            if done < AT_ONCE and not self.is_stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._pause)

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Ends `run` after the running jobs."""
        self.is_stopping = True
        self._woken.set()

    async def round(self) -> int:
        """Runs the jobs that are due now, at most `AT_ONCE`; returns how many."""
        if not self._handlers:
            return 0
        self._database.catch_up()
        now = self._clock()
        values = {"now": now, "kinds": [*self._handlers]}
        # A look is cheap; taking would keep SQLite's writer busy without need.
        if await self._database.read(lambda session: session.row(_ANY_DUE, values)) is None:
            return 0
        values |= {"until": now + LEASE, "most": AT_ONCE}
        rows = await self._database.write(lambda session: session.fetch(_TAKE, values))
        await asyncio.gather(*(self._do(_due(row)) for row in sorted(tuple(row) for row in rows)))
        return len(rows)

    async def _do(self, due: Due) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                await self._handlers[due.kind](due)
        except Again as part:
            rest = Alter(schema.outbox, {"due_on": part.due_on, "attempts": 0}, {"id": due.id})
            await self._settle(Change(None, (rest,)))
            self.wake()
        except Exception as failure:
            structlog.get_logger().warning(
                "outbox job failed", job=due.id, kind=due.kind, attempts=due.attempts, exc_info=True
            )
            await self._settle(Change(None, (self._later(due, failure),)))
        else:
            await self._settle(Change(None, (Remove(schema.outbox, {"id": due.id}),)))

    async def _settle(self, change: Change) -> None:
        async def save(session: Session) -> None:
            await session.save(change)

        await self._database.write(save)

    def _later(self, due: Due, failure: Exception) -> Alter:
        pause = min(FIRST_PAUSE * 2 ** (due.attempts - 1), LONGEST_PAUSE)
        due_on = NEVER if due.is_last else self._clock() + pause
        error = f"{type(failure).__name__}: {failure}"[:1000]
        return Alter(schema.outbox, {"due_on": due_on, "error": error}, {"id": due.id})


def _due(row: tuple[Any, ...]) -> Due:
    id, kind, entity_id, payload, created_on, attempts = row
    return Due(id, kind, entity_id, msgspec.json.decode(payload), created_on, attempts)


_table = schema.outbox
_is_due = (
    _table.c.due_on <= bindparam("now", type_=BigInteger()),
    AnyOf(_table.c.kind, "kinds"),
)
_ANY_DUE = Statement(select(_table.c.id).where(*_is_due).limit(constant(1)))


def _take() -> Update:
    # A plain subquery may run more than once, and then takes more than the limit.
    taken = (
        select(_table.c.id)
        .where(*_is_due)
        .order_by(_table.c.due_on, _table.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("taken")
    )
    leased = {
        "due_on": bindparam("until", type_=BigInteger()),
        "attempts": _table.c.attempts + constant(1),
    }
    params = ("id", "kind", "entity_id", "payload", "created_on", "attempts")
    return (
        update(_table)
        .values(leased)
        .where(_table.c.id.in_(select(taken.c.id)))
        .returning(*(_table.c[name] for name in params))
    )


_TAKE = Statement(_take)
