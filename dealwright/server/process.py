"""The listening socket and the server processes on it. Knows no route and no table."""

import os
import signal
import socket
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from dealwright.server import logs
from dealwright.server.protocol import BoundedHeads
from dealwright.setting_values import in_address
from dealwright.settings import Settings, WrongSetting, read, variables

_SECONDS_TO_FINISH = 30
_SECONDS_BETWEEN_REQUESTS = 75  # longer than proxies keep an idle connection, so that they close it


def listen(settings: Settings) -> socket.socket:
    """A bound, listening socket. Raises WrongSetting when the address cannot be had."""
    where = f"{in_address(settings.host)}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as refused:
        reason = (refused.strerror or str(refused)).lower()
        raise WrongSetting(f"--host, --port: cannot listen on {where}: {reason}") from None


def serve(settings: Settings, listener: socket.socket) -> int:
    """Serve until a signal says to stop and what is running has finished; the exit code."""
    logs.configure()
    os.environ.update(variables(settings))  # worker processes read their settings from here
    config = configuration(settings)
    if settings.workers > 1:
        Multiprocess(config, [listener]).run()
        return 0
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn takes over while it serves, then sends the signal again: to end well, not by it.
    signal.signal(signal.SIGTERM, stop)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def configuration(settings: Settings, **changed: Any) -> uvicorn.Config:
    """How uvicorn runs the application; tests change the application to one of their own."""
    chosen: dict[str, Any] = {
        "app": "dealwright.server.process:application",
        "factory": True,
        "workers": settings.workers,
        "lifespan": "on",
        "http": BoundedHeads,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": list(settings.trusted_proxies),
        "timeout_keep_alive": _SECONDS_BETWEEN_REQUESTS,
        "timeout_graceful_shutdown": _SECONDS_TO_FINISH,
    }
    return uvicorn.Config(**{**chosen, **changed})


def application() -> Any:
    """The application of one server process, set up from its environment."""
    from dealwright.app import build

    logs.configure()
    return build(read({}, os.environ))
