"""Everything that is stored about one person as a ZIP archive: a JSON file for each table, and the
attached files as they were uploaded."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncGenerator, Mapping
from typing import IO, Any, NamedTuple

import msgspec

from dealwright.access import demand_admin
from dealwright.crm.contacts import repository
from dealwright.operations.personal_data import queries
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.wire.values import money
from dealwright.work import Work

PIECE = 256 * 1024  # bytes
# Columns that are derived from others, or that are internal.
_FOLLOWS = {
    *("search_text", "is_long_text", "display_key", "name_key", "title_key", "data_key"),
    *("close_on", "stored_as", "sha256"),
}


class Gathered(NamedTuple):
    """JSON by file name, and the attached files: name, and name in the store."""

    parts: dict[str, bytes]
    files: list[tuple[str, str]]


async def gather(work: Work, contact_id: int) -> Gathered:
    """Everything that is stored about a contact. Raises Forbidden, NotFound."""
    demand_admin(work.actor)
    await repository.load(work, contact_id)
    parts: dict[str, bytes] = {}
    files: list[tuple[str, str]] = []
    for name in queries.KEPT:
        rows = await work.fetch(queries.kept(name), id=contact_id)
        named = [dict(zip(queries.columns(name), row, strict=True)) for row in rows]
        read = [_readable(work, each) for each in named]
        parts[f"{name}.json"] = msgspec.json.format(msgspec.json.encode(read))
        if name == "file":
            files = [(f"{each['id']}-{_plain(each['title'])}", each["stored_as"]) for each in named]
    return Gathered(parts, files)


async def packed(store: FileStore, gathered: Gathered) -> tuple[AsyncGenerator[bytes, None], int]:
    """The archive and its length in bytes. A file that the store has lost is left out."""
    whole: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed when it was sent
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in gathered.parts.items():
            archive.writestr(name, text)
        for name, stored_as in gathered.files:
            try:
                size = await store.size(stored_as)
            except Lost:
                continue
            head = zipfile.ZipInfo(f"files/{name}")
            head.file_size = size
            with archive.open(head, "w") as inside:
                async for piece in store.read(stored_as):
                    await asyncio.to_thread(inside.write, piece)
    length = whole.tell()
    whole.seek(0)
    return _pieces(whole), length


async def _pieces(whole: IO[bytes]) -> AsyncGenerator[bytes, None]:
    with whole:
        while piece := await asyncio.to_thread(whole.read, PIECE):
            yield piece


def _readable(work: Work, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row by the names of its columns, with moments and amounts as the API prints them."""
    found = {name: value for name, value in row.items() if name not in _FOLLOWS}
    for name, value in found.items():
        if value is not None and (name in ("on", "deadline") or name.endswith("_on")):
            found[name] = work.moments(value)
        if name == "bid_value":
            found[name] = money(value)
        if name in ("changes", "moved"):
            found[name] = msgspec.Raw(str(value).encode())
    return found


def _plain(title: str) -> str:
    """A name without folders."""
    return title.replace("/", "_").replace("\\", "_")[-150:]
