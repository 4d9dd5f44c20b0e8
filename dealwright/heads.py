"""HTTP as uvicorn reads it, but for heads that never end: the parser would keep them for ever.

Knows bytes of connections and no request. What a body may hold is the application's to say.
"""

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
