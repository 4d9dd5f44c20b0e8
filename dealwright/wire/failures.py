"""What the log says of a request that failed: a traceback for a fault of ours, one line for a
service that is away, nothing for what the caller is told."""

import structlog

from dealwright.errors import CrmError
from dealwright.wire.envelope import is_unavailable
from dealwright.wire.exchange import ClientDisconnected, Request

log = structlog.get_logger("dealwright")


def log_failure(request: Request, error: Exception) -> None:
    if is_unavailable(error):  # a traceback for each request would bury the reason
        reason = str(error)
        log.warning("service unavailable", method=request.method, path=request.path, reason=reason)
    elif not isinstance(error, CrmError | ClientDisconnected):
        log.error("request failed", method=request.method, path=request.path, exc_info=error)
