"""Work done after the change that caused it: what a handler of jobs gets.

A slice that does jobs has a `jobs.py` with `HANDLERS`: kind of job -> handler. A job is done at
least once, by one process at a time; one that raises is tried again later, a day and a half long.
Knows no kind of job.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias, TypeVar

from dealwright.access import SYSTEM, Actor
from dealwright.storage.queue.worker import Again as Again
from dealwright.storage.queue.worker import Due
from dealwright.wire.desk import Desk, Site
from dealwright.wire.exchange import Request
from dealwright.work import Work

T = TypeVar("T")


class Job(NamedTuple):
    """A job that is due. It opens the database when it wants, as the portal's own or as somebody;
    networks are waited for outside of `read` and `write`.

    `now` reads the clock, in microseconds since 1970; `is_stopping` says that the server ends, so
    that a long job had better come to a stop: whoever raises `Again` is called again for the rest.
    """

    due: Due
    site: Site
    now: Callable[[], int]
    is_stopping: Callable[[], bool]

    async def read(
        self,
        run: Callable[[Work], Awaitable[T]],
        *,
        actor: Actor = SYSTEM,
        heavy: bool = False,
    ) -> T:
        answer: T = await self._desk(actor).read(run, heavy=heavy)
        return answer

    async def write(
        self,
        run: Callable[[Work], Awaitable[T]],
        *,
        actor: Actor = SYSTEM,
        transaction: bool = False,
    ) -> T:
        answer: T = await self._desk(actor).write(run, transaction=transaction)
        return answer

    def _desk(self, actor: Actor) -> Desk:
        return Desk(self.site, Request("POST", "/"), actor, self.now())


Handler: TypeAlias = Callable[[Job], Awaitable[None]]
