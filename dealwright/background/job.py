"""Work done after the change that caused it: what a handler of jobs gets.

A slice that does jobs has a `jobs.py` with `HANDLERS`: kind of job -> handler. A job is done at
least once, by one process at a time; one that raises is tried again later, a day and a half long.
Knows no kind of job.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeAlias

from dealwright.access import SYSTEM, Actor
from dealwright.storage.queue.worker import Again as Again
from dealwright.storage.queue.worker import Due
from dealwright.wire.context import RequestContext, Site
from dealwright.wire.exchange import Request


class Job(NamedTuple):
    """A job that is due.

    `now` reads the clock, in microseconds since 1970 in UTC. `is_stopping` says that the server
    ends and a long job should stop: a handler that raises `Again` is called again for the rest.
    """

    due: Due
    site: Site
    now: Callable[[], int]
    is_stopping: Callable[[], bool]

    def context(self, actor: Actor = SYSTEM) -> RequestContext:
        """The way to the database, as the portal's own or as somebody."""
        return RequestContext(self.site, Request("POST", "/"), actor, self.now())


Handler: TypeAlias = Callable[[Job], Awaitable[None]]
