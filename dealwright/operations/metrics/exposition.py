"""`GET /metrics`: the numbers of this server for Prometheus, for whoever has the token."""

from collections.abc import Awaitable, Callable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Optional

from dealwright.errors import Unauthenticated
from dealwright.operations.metrics.queries import JOBS
from dealwright.storage.engines.engine import Database, Session
from dealwright.wire.exchange import Request, Response

if TYPE_CHECKING:
    from dealwright.operations.metrics.meter import Meter

PATH = "/metrics"
TYPE = "text/plain; version=0.0.4; charset=utf-8"
Page = Callable[[Request], Awaitable[Response]]


def metrics(
    token: str | None, database: Database, clock: Callable[[], int]
) -> tuple[Optional["Meter"], Mapping[str, Page]]:
    """What counts requests, and the page that shows the numbers; nothing without a token."""
    if not token:
        return None, {}
    # Only a server that is watched pays for importing the client of Prometheus.
    from dealwright.operations.metrics.meter import Meter

    meter, wanted = Meter(database), token.encode()

    async def page(request: Request) -> Response:
        """Raises Unauthenticated without `Authorization: Bearer` and the token."""
        given = request.header(b"authorization").removeprefix("Bearer ").encode()
        if not compare_digest(given, wanted):
            raise Unauthenticated
        due, dead, oldest = await database.read(_jobs(clock()), heavy=True)
        body = meter.printed(jobs_due=due, jobs_given_up=dead, lag=oldest)
        return Response(200, body, [("Content-Type", TYPE), ("Cache-Control", "no-store")])

    return meter, {PATH: page}


def _jobs(now: int) -> Callable[[Session], Awaitable[tuple[int, int, float]]]:
    """Reads how many jobs are due, how many were given up, and for how many seconds the oldest
    has been due."""

    async def look(session: Session) -> tuple[int, int, float]:
        row = await session.row(JOBS, {"now": now})
        assert row is not None
        due, dead, oldest = row
        return int(due), int(dead), 0.0 if oldest is None else (now - oldest) / 1_000_000

    return look
