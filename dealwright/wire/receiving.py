"""The body of a request that may contain files: they are written to the store as they arrive while
the rest becomes a tree. Files of refused requests are removed. Does not know what files are for.
"""

import asyncio

from dealwright.errors import Malformed
from dealwright.storage.files.file_store import FileStore, Incoming
from dealwright.wire import parse
from dealwright.wire.aside import LARGE, aside
from dealwright.wire.exchange import Request
from dealwright.wire.file_names import decoded_name, extended_name, without_folders
from dealwright.wire.multipart import Content, Reading, Upload, header_options

AT_ONCE = 256 * 1024  # bytes written to the store at a time
_MULTIPART = "multipart/form-data"


async def parsed(request: Request, limit: int) -> parse.Tree:
    """The tree of a body without files; a large one is parsed beside the event loop. Raises
    Malformed, TooLarge, ClientDisconnected."""
    body = await request.body(limit)
    if not body:
        return {}
    content_type = request.header(b"content-type")
    if len(body) < LARGE:
        return parse.body(content_type, body)
    return await aside(lambda: parse.body(content_type, body))


class Receiving:
    """One body. `is_raw`: a body that is not a form is a file itself, named by
    Content-Disposition."""

    def __init__(self, files: FileStore, *, is_raw: bool) -> None:
        self._files = files
        self._is_raw = is_raw
        self._begun: list[Incoming] = []

    async def tree(self, request: Request, *, body_limit: int, upload_limit: int) -> parse.Tree:
        """What the body says. Raises Malformed, TooLarge, ClientDisconnected,
        FilesUnavailable."""
        content_type = request.header(b"content-type")
        if content_type.partition(";")[0].strip().lower() == _MULTIPART:
            return await self._form(request, content_type, upload_limit)
        if self._is_raw:
            return await self._raw(request, content_type, upload_limit)
        return await parsed(request, body_limit)

    async def drop(self) -> None:
        """Removes the received files: no row will refer to them."""
        begun, self._begun = self._begun, []
        for incoming in begun:
            await incoming.drop()

    async def _form(self, request: Request, content_type: str, limit: int) -> parse.Tree:
        reading = Reading(content_type, self._begin)
        held: list[bytes] = []
        size = 0
        async for piece in request.pieces(limit):
            held.append(piece)
            size += len(piece)
            if size >= AT_ONCE:
                await asyncio.to_thread(reading.feed, b"".join(held))
                held, size = [], 0
        await asyncio.to_thread(reading.feed, b"".join(held))
        texts, uploads = await asyncio.to_thread(reading.end)
        return parse.form([*texts, *((upload.name, upload) for upload in uploads)])

    async def _raw(self, request: Request, content_type: str, limit: int) -> parse.Tree:
        filename = _filename(request)
        incoming = self._begin()
        async for piece in request.pieces(limit):
            if piece:
                await incoming.write(piece)
        if filename is None and not incoming.size:
            return {}
        content = Content(await incoming.keep())
        return {"": Upload("", filename or "", content_type, b"", content)}

    def _begin(self) -> Incoming:
        incoming = self._files.receive()
        self._begun.append(incoming)
        return incoming


def _filename(request: Request) -> str | None:
    """The name of a file that is the body itself, without folders. Raises Malformed."""
    sent = request.headers.get(b"content-disposition")
    if sent is None:
        return None
    _, named = header_options(sent)
    name = extended_name(sent.decode("latin-1"))
    if name is None:
        if b"filename" not in named:
            return None
        try:
            name = decoded_name(named[b"filename"].decode())
        except UnicodeDecodeError:
            raise Malformed("Content-Disposition", "must name the file in UTF-8") from None
    return without_folders(name)
