"""The body of a request between the socket and the application that reads it."""

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable


class IncomingBody:
    """Holds what has come and nobody has read. `on_wait` is called whenever the reader waits."""

    __slots__ = (
        "_loop",
        "_pieces",
        "_waiter",
        "awaits_continue",
        "failure",
        "held",
        "is_complete",
        "on_wait",
        "size",
        "started",
    )

    def __init__(self, loop: AbstractEventLoop, on_wait: Callable[[], None]) -> None:
        self.awaits_continue = False  # the client sends nothing before it is told to
        self.is_complete = False
        self.failure: Exception | None = None
        self.started = 0.0
        self.size = self.held = 0
        self.on_wait = on_wait
        self._loop = loop
        self._pieces: list[bytes] = []
        self._waiter: Future[None] | None = None

    async def read(self) -> bytes:
        """See `wire.exchange.Body`."""
        while not self._pieces:
            if self.failure is not None:
                raise self.failure
            if self.is_complete:
                return b""
            self._waiter = self._loop.create_future()
            self.on_wait()
            await self._waiter
        piece = self._pieces.pop(0)
        self.held -= len(piece)
        return piece

    def feed(self, piece: bytes) -> None:
        self.size += len(piece)
        self.held += len(piece)
        self._pieces.append(piece)
        self._wake()

    def end(self) -> None:
        self.is_complete = True
        self._wake()

    def fail(self, failure: Exception) -> None:
        """No more will come; whoever reads gets this after what has come."""
        if not self.is_complete and self.failure is None:
            self.failure = failure
            self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
