"""Writes an archive: the rows of one moment, then the contents that these rows name."""

import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import msgspec

from dealwright.operations.backups.manifest import (
    CONTENTS,
    LAYOUT,
    MANIFEST,
    NAME_OF_CONTENT,
    PROGRAM,
    Content,
    Manifest,
    Part,
    TablePart,
    member_of_content,
    member_of_table,
)
from dealwright.settings import VERSION
from dealwright.storage.files.file_store import Directory, Lost
from dealwright.storage.files.file_sweep import MENTIONED, NAMED
from dealwright.storage.transfer.opening import source
from dealwright.storage.transfer.tables import Source, Table, flags

_encode = msgspec.json.Encoder().encode
_MENTION = re.compile(rf"(?<![0-9a-f]){NAME_OF_CONTENT.pattern}(?![0-9a-f])", re.ASCII)


async def write(file: IO[bytes], address: str, files: Path, *, now: datetime) -> Manifest:
    """The database at `address` as it is now, with the contents in the directory `files`.

    Raises `Unavailable`, `OSError`.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        noted = _Noted()
        async with source(address) as copied:
            tables = [await _table(archive, copied, each, noted) for each in await copied.tables()]
            step, database = copied.step, address.partition(":")[0]
        # A content outlives the last row that names it, so the contents come after the rows.
        contents, missing = await _contents(archive, Directory(files, noted.secret), noted)
        manifest = Manifest(
            program=PROGRAM,
            layout=LAYOUT,
            version=VERSION,
            step=step,
            created_on=now.astimezone(UTC).isoformat(timespec="seconds"),
            database=database,
            tables=tables,
            files=_list(archive, contents),
            files_size=sum(each.size for each in contents),
            missing=missing,
        )
        archive.writestr(MANIFEST, msgspec.json.format(_encode(manifest)))
    return manifest


class _Noted:
    """What rows say of the file store: the secret that names its folder, and the names."""

    def __init__(self) -> None:
        self.secret = ""
        self.names: set[str] = set()
        self.mentioned: set[str] = set()

    def reader(self, table: Table) -> "_Reader":
        named = _places(table, [each.name for each in NAMED if each.table.name == table.name])
        texts = _places(table, [each.name for each in MENTIONED if each.table.name == table.name])
        secret = table.place("secret") if table.name == "portal" else None
        return _Reader(self, named, texts, secret)


class _Reader:
    """Notes what the rows of one table say."""

    def __init__(
        self, noted: _Noted, named: list[int], texts: list[int], secret: int | None
    ) -> None:
        self._noted, self._named, self._texts, self._secret = noted, named, texts, secret

    def read(self, row: list[Any]) -> None:
        if self._secret is not None:
            self._noted.secret = row[self._secret]
        for place in self._named:
            self._noted.names.add(row[place])
        for place in self._texts:
            self._noted.mentioned.update(_MENTION.findall(row[place] or ""))


def _places(table: Table, columns: list[str]) -> list[int]:
    return [place for each in columns if (place := table.place(each)) is not None]


async def _table(
    archive: zipfile.ZipFile, copied: Source, table: Table, noted: _Noted
) -> TablePart:
    booleans, reader = flags(table.columns), noted.reader(table)
    with _member(archive, member_of_table(table.name)) as lines:
        async for row in copied.rows(table):
            values = list(row)
            for place in booleans:
                values[place] = None if values[place] is None else bool(values[place])
            reader.read(values)
            lines.write(values)
    columns = [(each.name, each.kind) for each in table.columns]
    found = lines.part
    return TablePart(
        name=table.name,
        columns=columns,
        last_id=table.last_id,
        rows=found.rows,
        size=found.size,
        sha256=found.sha256,
    )


async def _contents(
    archive: zipfile.ZipFile, store: Directory, noted: _Noted
) -> tuple[list[Content], int]:
    contents, missing = list[Content](), 0
    for name in sorted(noted.names | noted.mentioned):
        try:
            size = await store.size(name)
            contents.append(await _content(archive, name, size, store.read(name)))
        except Lost:
            missing += name in noted.names
    return contents, missing


async def _content(
    archive: zipfile.ZipFile, name: str, size: int, pieces: AsyncIterator[bytes]
) -> Content:
    head = zipfile.ZipInfo(member_of_content(name))
    head.file_size = size
    total, digest = 0, sha256()
    first = await anext(pieces, b"")  # raises Lost before the member is begun
    with archive.open(head, "w") as inside:
        inside.write(first)
        digest.update(first)
        total += len(first)
        async for piece in pieces:
            inside.write(piece)
            digest.update(piece)
            total += len(piece)
    return Content(name, total, digest.hexdigest())


def _list(archive: zipfile.ZipFile, contents: list[Content]) -> Part:
    with _member(archive, CONTENTS) as lines:
        for each in contents:
            lines.write(each)
    return lines.part


class _Lines:
    """A member of JSON lines that is being written."""

    def __init__(self, inside: IO[bytes]) -> None:
        self._inside, self._rows, self._size, self._sha256 = inside, 0, 0, sha256()

    def write(self, value: object) -> None:
        line = _encode(value) + b"\n"
        self._inside.write(line)
        self._sha256.update(line)
        self._size += len(line)
        self._rows += 1

    @property
    def part(self) -> Part:
        return Part(rows=self._rows, size=self._size, sha256=self._sha256.hexdigest())


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[_Lines]:
    head = zipfile.ZipInfo(name)
    head.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(head, "w", force_zip64=True) as inside:
        yield _Lines(inside)
