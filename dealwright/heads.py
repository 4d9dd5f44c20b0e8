"""HTTP as uvicorn reads and writes it, but for heads: what comes in is bounded, since the parser
would keep for ever what never ends, and what goes out goes with its body.

Knows bytes of connections and no request. What a body may hold is the application's to say.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 1024  # bytes, and whatever else came in the same piece as the last of them
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHeads(HttpToolsProtocol):
    """Ends a connection that sends on and on without a head, or a piece of a body, being whole.

    Trailers and the sizes of chunks are bounded alike.
    """

    _is_further = False
    _unread = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Together(transport))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        self._is_further = False
        super().data_received(data)
        # A piece in which something became whole began with what belongs to that.
        self._unread = 0 if self._is_further else self._unread + len(data)
        if self._unread > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse()

    def _refuse(self) -> None:
        self.logger.warning("The head of a request was too long.")
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_REFUSAL)
        self.transport.close()

    def on_message_begin(self) -> None:
        self._is_further = True
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._is_further = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_further = True
        super().on_message_complete()


class Together:
    """A transport that keeps the head of an answer for the body that follows at once.

    uvicorn writes them apart, and each write is a system call, a tenth of a short answer's time.
    """

    __slots__ = ("_call_soon", "_held", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._call_soon = asyncio.get_running_loop().call_soon
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        elif data.startswith(b"HTTP/1.1 "):
            self._held = data
            self._call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
