"""What a handler of jobs gets. Jobs run after the change that caused them.

A slice that handles jobs has a `jobs.py` with `HANDLERS`: kind of job → handler. A job runs at
least once, in one process at a time; one that raises is tried again later, for a day and a half.
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

    `now` reads the clock, in microseconds since 1970 in UTC. `is_stopping` says that the server is
    ending and a long job should stop: a handler that raises `Again` is called again for the rest.
    """

    due: Due
    site: Site
    now: Callable[[], int]
    is_stopping: Callable[[], bool]

    def context(self, actor: Actor = SYSTEM) -> RequestContext:
        """Opens the database, as the portal itself or as a user."""
        return RequestContext(self.site, Request("POST", "/"), actor, self.now())


Handler: TypeAlias = Callable[[Job], Awaitable[None]]
