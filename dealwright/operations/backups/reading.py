"""Reads an archive and believes nothing in it: every member is expected, counted and summed.

Contents are read as streams under names that the manifest lists, so nothing is unpacked to a path
that the archive chooses.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
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
    ArchiveRefused,
    Content,
    Manifest,
    Part,
    TablePart,
    member_of_content,
    member_of_table,
)
from dealwright.storage.transfer.tables import decoder

PIECE = 256 * 1024  # bytes
LONGEST_MANIFEST = 4 * 1024 * 1024  # bytes
LONGEST_LINE = 128 * 1024 * 1024  # bytes; no stored text comes near
_FOREIGN = "is not a backup of Dealwright"
_DAMAGED = "is damaged or incomplete"
_BROKEN = (
    msgspec.MsgspecError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # a method of compression that is never written
    RuntimeError,  # a member with a password
    ValueError,
    KeyError,
    OSError,
)


class Archive:
    """An open archive. Its parts are read in any order, any number of times."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {each.filename: each for each in archive.infolist()}
        self.manifest = self._manifest()

    def verify(self) -> None:
        """Reads everything once. Raises ArchiveRefused unless exactly what the manifest promises is
        there, and fits its sums."""
        expected = {MANIFEST, CONTENTS, *(member_of_table(t.name) for t in self.manifest.tables)}
        total = 0
        for content in self.contents():
            expected.add(member_of_content(content.name))
            for piece in self._pieces(content):
                total += len(piece)
        if total != self.manifest.files_size or expected != self._members.keys():
            raise ArchiveRefused(_DAMAGED)
        if len(self._archive.infolist()) != len(expected):
            raise ArchiveRefused(_DAMAGED)
        for table in self.manifest.tables:
            for _ in self.rows(table):
                pass

    def rows(self, part: TablePart) -> Iterator[Sequence[Any]]:
        """The rows of a table, each with as many values and of such kinds as its columns."""
        with _sound():
            read = decoder(part.table.columns)
            for line in self._lines(member_of_table(part.name), part):
                yield read.decode(line)

    def contents(self) -> Iterator[Content]:
        read = msgspec.json.Decoder(Content)
        with _sound():
            for line in self._lines(CONTENTS, self.manifest.files):
                content = read.decode(line)
                if not NAME_OF_CONTENT.fullmatch(content.name):
                    raise ArchiveRefused(_DAMAGED)
                yield content

    async def content(self, content: Content) -> AsyncIterator[bytes]:
        for piece in self._pieces(content):
            yield piece

    def _pieces(self, content: Content) -> Iterator[bytes]:
        member = self._member(member_of_content(content.name), content.size)
        if member.compress_type != zipfile.ZIP_STORED:
            raise ArchiveRefused(_DAMAGED)
        digest = sha256()
        with _sound(), self._archive.open(member) as inside:
            while piece := inside.read(PIECE):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != content.sha256:
            raise ArchiveRefused(_DAMAGED)

    def _lines(self, name: str, part: Part) -> Iterator[bytes]:
        digest, rows = sha256(), 0
        with _sound(), self._archive.open(self._member(name, part.size)) as inside:
            while line := inside.readline(LONGEST_LINE):
                digest.update(line)
                rows += 1
                yield line
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise ArchiveRefused(_DAMAGED)

    def _manifest(self) -> Manifest:
        found = self._members.get(MANIFEST)
        if found is None or found.file_size > LONGEST_MANIFEST:
            raise ArchiveRefused(_FOREIGN)
        with _sound(), self._archive.open(self._member(MANIFEST, found.file_size)) as inside:
            text = inside.read(LONGEST_MANIFEST)
        try:
            manifest = msgspec.json.decode(text, type=Manifest)
        except msgspec.MsgspecError:
            raise ArchiveRefused(_FOREIGN) from None
        if manifest.program != PROGRAM:
            raise ArchiveRefused(_FOREIGN)
        if manifest.layout != LAYOUT:
            raise ArchiveRefused(f"was made by version {manifest.version}, which this cannot read")
        return manifest

    def _member(self, name: str, size: int) -> zipfile.ZipInfo:
        """A plain file of this size. No more than its size is ever read from it."""
        member = self._members.get(name)
        if member is None or member.file_size != size:
            raise ArchiveRefused(_DAMAGED)
        mode = member.external_attr >> 16
        if member.is_dir() or stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ArchiveRefused(_DAMAGED)
        return member


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises ArchiveRefused in one line that names the file, also while it is being read."""
    try:
        with _file(path) as file:
            yield Archive(_zip(file))
    except ArchiveRefused as refused:
        raise ArchiveRefused(f"{path}: {refused.text}") from None


def _file(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as failure:
        raise ArchiveRefused((failure.strerror or str(failure)).lower()) from None


def _zip(file: IO[bytes]) -> zipfile.ZipFile:
    if not zipfile.is_zipfile(file):
        file.seek(0)
        is_begun = file.read(4) == b"PK\x03\x04"
        raise ArchiveRefused(_DAMAGED if is_begun else _FOREIGN)
    with _sound():
        return zipfile.ZipFile(file)


@contextmanager
def _sound() -> Iterator[None]:
    """What goes wrong while a broken archive is read."""
    try:
        yield
    except _BROKEN:
        raise ArchiveRefused(_DAMAGED) from None
