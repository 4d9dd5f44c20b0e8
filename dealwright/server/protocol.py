"""HTTP/1.1 on one connection: requests in, answers out in the same order, and every wait bounded.

Knows bytes, order and time; what a request means is the application's business.
"""

import asyncio
from contextlib import aclosing
from typing import Any, NamedTuple

import structlog

from dealwright.server import responses
from dealwright.server.body import IncomingBody
from dealwright.server.reader import Incoming, RequestReader
from dealwright.server.shared import Shared
from dealwright.wire.exchange import ClientDisconnected, ProtocolError, Request, Response

log = structlog.get_logger("dealwright.server")


class Refused(NamedTuple):
    """What came instead of a request."""

    error: ProtocolError


class Connection(asyncio.BufferedProtocol):
    """One connection. `look` is called every second and ends what has waited too long."""

    __slots__ = (
        "_client",
        "_drained",
        "_has_ended",
        "_is_behind_proxy",
        "_is_closing_after",
        "_is_lingering",
        "_is_lost",
        "_is_stopping",
        "_lingered",
        "_paused_at",
        "_queue",
        "_reader",
        "_running",
        "_shared",
        "_since",
        "_stream",
        "_task",
        "_transport",
        "_unsent",
        "_unsent_since",
    )

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._transport: Any = None
        self._reader = RequestReader(shared.limits, self._make_body, self._on_request)
        self._queue: list[Incoming | Refused] = []
        self._running: Incoming | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream: Response | None = None  # that is being sent
        self._drained: asyncio.Future[None] | None = None  # while the client takes too little
        self._since = 0.0  # when it became idle, began a head, or began to linger or to close
        self._paused_at = 0.0  # when reading was paused
        self._unsent, self._unsent_since = 0, 0.0
        self._has_ended = False  # the client sends nothing more
        self._is_stopping = False
        self._is_closing_after = False  # the answer that is being sent
        self._is_lingering = False
        self._is_lost = False
        self._lingered = 0

    # What the event loop calls.

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        shared = self._shared
        self._since = shared.loop.time()
        peer = transport.get_extra_info("peername")
        self._client = peer[0] if isinstance(peer, tuple) else ""
        self._is_behind_proxy = shared.proxies.trusts(self._client)
        shared.add(self)
        if shared.is_full:
            self._turn_away()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._shared.buffer

    def buffer_updated(self, size: int) -> None:
        if self._is_lingering:
            self._lingered += size
            if self._lingered > self._shared.limits.linger_size:
                self._transport.abort()
            return
        reader = self._reader
        was_in_head = reader.is_in_head
        try:
            has_progressed = reader.feed(self._shared.buffer[:size])
            if has_progressed or (reader.is_in_head and not was_in_head):
                self._since = self._shared.loop.time()
        except ProtocolError as error:
            self._fail(error)
        self._regulate_reading()
        if self._running is None:
            self._advance()

    def eof_received(self) -> bool:
        """True keeps the way to the client open, for an answer that is still being made."""
        self._lose_body()
        self._has_ended = True
        if self._stream is not None and self._stream.length is None:
            self._cancel_stream()
        return bool(self._running or self._queue) and not self._is_lingering

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        if self._task is None:
            self._shared.remove(self)
        self._lose_body()
        self._queue.clear()
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        if self._stream is not None:
            self._cancel_stream()

    def pause_writing(self) -> None:
        self._drained = self._shared.loop.create_future()
        self._unsent_since = self._shared.loop.time()

    def resume_writing(self) -> None:
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)
        if self._running is None:
            self._advance()

    # Time.

    def look(self, now: float) -> None:
        """Ends the connection, or the request that is being read, if it has taken too long."""
        if self._is_lost:
            return
        limits, waited = self._shared.limits, now - self._since
        body = self._reader.body
        if self._is_lingering or self._transport.is_closing():
            if waited > limits.linger_seconds and not self._drained:
                self._transport.abort()
        elif self._running is None and not self._queue and body is None:
            if self._reader.is_in_head:
                if waited > limits.head_seconds:
                    self._reader.is_finished = True
                    self._fail(ProtocolError(408, "The head of the request did not arrive in time"))
                    self._advance()
            elif waited > limits.idle_seconds:
                self.close()
        elif body is not None and not self._paused_at:
            allowed = limits.body_seconds + body.size / limits.body_rate
            if now - body.started > allowed:
                self._reader.is_finished = True
                body.fail(ProtocolError(408, "The body of the request did not arrive in time"))
        if self._drained is not None:
            self._look_at_sending(now)

    def _look_at_sending(self, now: float) -> None:
        unsent = self._transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since > self._shared.limits.send_seconds:
            self._transport.abort()

    def stop(self) -> None:
        """Ends with what is running: there will be no other request."""
        self._is_stopping = True
        if self._running is None:
            self.close()
        elif self._stream is not None and self._stream.length is None:
            self._cancel_stream()

    def abort(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._transport.abort()

    def close(self) -> None:
        self._since = self._shared.loop.time()
        self._transport.close()

    # Requests.

    def _make_body(self) -> IncomingBody:
        body = IncomingBody(self._shared.loop, self._on_wait)
        body.started = self._shared.loop.time()
        return body

    def _on_request(self, incoming: Incoming) -> None:
        request = incoming.request
        request.client = self._client
        if self._is_behind_proxy:
            self._shared.proxies.apply(request)
        self._queue.append(incoming)

    def _on_wait(self) -> None:
        """The application waits for more of the body of the request it is at."""
        self._regulate_reading()
        body = self._running.body if self._running else None
        if body is not None and body.awaits_continue and self._stream is None:
            body.awaits_continue = False
            body.started = self._shared.loop.time()
            self._transport.write(responses.CONTINUE)

    def _fail(self, error: ProtocolError) -> None:
        """Nothing more can be read: a request that is being read fails, or an answer says why."""
        if self._reader.body is not None:
            self._reader.body.fail(error)
        else:
            self._queue.append(Refused(error))

    def _lose_body(self) -> None:
        if self._reader.body is not None:
            self._reader.is_finished = True
            self._reader.body.fail(ClientDisconnected())

    def _regulate_reading(self) -> None:
        """Reads no further than the application does: one request, and a part of its body."""
        if self._transport.is_closing():
            return
        body = self._reader.body
        is_ahead = len(self._queue) > (self._running is None)
        is_full = body is not None and body.held > self._shared.limits.held_size
        if (is_ahead or is_full) and not self._is_lingering:
            if not self._paused_at:
                self._paused_at = self._shared.loop.time()
                self._transport.pause_reading()
        elif self._paused_at:
            if body is not None:
                body.started += self._shared.loop.time() - self._paused_at
            self._paused_at = 0.0
            self._transport.resume_reading()

    def _advance(self) -> None:
        """Begins with the next request, if the client takes the answers."""
        if self._running or not self._queue or self._drained or self._transport.is_closing():
            return
        following = self._queue.pop(0)
        if isinstance(following, Refused):
            self._send_refusal(following.error)
            return
        self._running = following
        self._task = self._shared.loop.create_task(self._run(following))

    async def _run(self, incoming: Incoming) -> None:
        started, status = self._shared.loop.time(), 499
        try:
            response = await self._shared.application(incoming.request)
            if response.stream is None:
                self._send(incoming, response)
            else:
                await self._send_stream(incoming, response)
            status = response.status
        except ClientDisconnected:
            self.close()
        except Exception as error:
            status = 500
            self._break_off(error)
        finally:
            self._running = self._task = self._stream = None
            if self._is_lost:
                self._shared.remove(self)
        if self._shared.access_log:
            self._log(incoming.request, status, self._shared.loop.time() - started)
        self._go_on(incoming)

    def _break_off(self, error: Exception) -> None:
        """Half an answer breaks the connection, so that nobody takes it for the whole."""
        log.error("the answer could not be sent", exc_info=error)
        if self._stream is None:
            self._send_refusal(ProtocolError(500, "Internal error"))
        else:
            self._transport.abort()

    def _go_on(self, incoming: Incoming) -> None:
        """After an answer: the next request, or the end."""
        if self._transport.is_closing() or self._is_lingering:
            return
        if not incoming.body.is_complete:
            self._linger()
        elif self._is_closing_after or self._is_last(incoming):
            self.close()
        else:
            self._since = self._shared.loop.time()
            if self._queue:
                self._shared.loop.call_soon(self._advance)  # others come first
            self._regulate_reading()

    # Answers.

    def _is_last(self, incoming: Incoming) -> bool:
        has_no_other = self._is_stopping or (self._has_ended and not self._queue)
        return incoming.is_last or has_no_other or not incoming.body.is_complete

    def _send(self, incoming: Incoming, response: Response) -> None:
        if self._transport.is_closing():
            return
        self._is_closing_after = self._is_last(incoming)
        head = responses.head(response, date=self._shared.date, is_last=self._is_closing_after)
        is_whole = response.body and incoming.request.method != "HEAD"
        self._transport.write(head + response.body if is_whole else head)

    async def _send_stream(self, incoming: Incoming, response: Response) -> None:
        """Raises ClientDisconnected, and what the stream raises."""
        assert response.stream is not None
        self._is_closing_after = self._is_last(incoming)
        is_measured = response.length is not None
        is_chunked = not is_measured and not self._is_closing_after
        head = responses.head(response, date=self._shared.date, is_last=self._is_closing_after)
        left = response.length or 0
        async with aclosing(response.stream) as pieces:
            if self._transport.is_closing():
                return
            self._transport.write(head)
            if incoming.request.method == "HEAD":
                return
            self._stream = response
            try:
                async for piece in pieces:
                    left -= len(piece)
                    if is_measured and left < 0:
                        raise ValueError("the stream is longer than its response says")
                    if piece:
                        self._transport.write(responses.chunk(piece) if is_chunked else piece)
                    if self._drained is not None:
                        await self._drained
                    if self._transport.is_closing():
                        raise ClientDisconnected
            except asyncio.CancelledError:
                if self._transport.is_closing() or is_measured:
                    raise ClientDisconnected from None
        if is_measured and left:
            raise ValueError("the stream is shorter than its response says")
        if is_chunked:
            self._transport.write(responses.LAST_CHUNK)

    def _cancel_stream(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _send_refusal(self, error: ProtocolError) -> None:
        """The answer to what is no request, and the end."""
        if self._transport.is_closing():
            return
        response = self._shared.application.refuse(error)
        head = responses.head(response, date=self._shared.date, is_last=True)
        self._transport.write(head + response.body)
        if self._shared.access_log:
            log.info("request refused", status=error.status, reason=error.text)
        self._linger()

    def _turn_away(self) -> None:
        """There are too many connections: says so, or if too many are being told, just ends it."""
        self._reader.is_finished = True
        if self._shared.is_overfull:
            self._transport.abort()
        else:
            self._send_refusal(ProtocolError(503, "The server has too many connections"))

    def _linger(self) -> None:
        """Ends the connection, but reads on for a while: what is unread would make the system throw
        away the answer with the connection."""
        self._since = self._shared.loop.time()
        self._is_lingering = True
        self._queue.clear()
        self._regulate_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _log(self, request: Request, status: int, seconds: float) -> None:
        log.info(
            "request",
            request=request.id,
            method=request.method,
            path=request.path,
            status=status,
            ms=round(seconds * 1000, 1),
        )
