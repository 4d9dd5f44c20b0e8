"""How much, how many and how long: what one connection may ask of the server."""

import sys
from typing import NamedTuple


class Limits(NamedTuple):
    """Sizes in bytes, times in seconds."""

    head_size: int = 64 * 1024  # of a head, of trailers, of what describes a chunk
    headers: int = 128
    held_size: int = 64 * 1024  # of a body that nobody has read yet
    head_seconds: float = 20.0  # from the first byte of a head to its last
    body_seconds: float = 30.0  # for a body, besides what its size allows
    body_rate: int = 4096  # bytes of a body that are worth one more second
    idle_seconds: float = 75.0  # longer than proxies keep an idle connection, so that they close it
    send_seconds: float = 60.0  # while the client takes nothing of its answer
    linger_seconds: float = 5.0  # reading on after a refusal, so that the client gets to see it
    linger_size: int = 16 * 1024 * 1024
    connections: int = 10_000
    refused_connections: int = 32  # that are told so at the same time
    finish_seconds: float = 30.0  # for what is running when the server stops


_MOST_DESCRIPTORS = 65_536
_KEPT_FREE = 128  # for databases, files and the event loop


def raise_descriptor_limit() -> int:
    """Lets this process open as many files as it may; how many those are."""
    if sys.platform == "win32":
        return _MOST_DESCRIPTORS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return _MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def connections_for(descriptors: int) -> int:
    """How many connections a process may have that can open so many files."""
    return min(Limits().connections, max(descriptors // 4, descriptors - _KEPT_FREE))
