"""The store of file contents, outside of the database and of every address: a directory, behind an
interface that object storage fits too.

Names are random and say nothing about the content. A content is complete on the disk before its
name is returned, so that a row may refer to it; contents that no row refers to are removed by a
maintenance task. Knows no table.
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple, Protocol
from uuid import uuid4

from dealwright.storage.engines.engine import Unavailable

PIECE = 256 * 1024  # bytes read at once
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FOLDERS = [f"{number:02x}" for number in range(256)]
_COMING = "coming"  # the ending of incomplete contents


class Stored(NamedTuple):
    """A content and its name. `size` is in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


class FilesUnavailable(Unavailable):
    """The store cannot be reached, is full, or may not be written."""


class Lost(Exception):
    """There is no content under this name."""


class Incoming(Protocol):
    """A content that is being received."""

    @property
    def size(self) -> int:
        """Bytes so far."""

    async def write(self, piece: bytes) -> None:
        """Raises FilesUnavailable."""

    async def keep(self) -> Stored:
        """Completes it; contents that are neither kept nor dropped are removed later. Raises
        FilesUnavailable."""

    async def drop(self) -> None:
        """Removes it, also if it was kept already."""

    def write_now(self, piece: bytes) -> None:
        """The same three, blocking: for threads."""

    def keep_now(self) -> Stored: ...

    def drop_now(self) -> None: ...


class FileStore(Protocol):
    def receive(self) -> Incoming:
        """A new content, to be written in pieces."""

    async def put(self, content: bytes | AsyncIterable[bytes]) -> Stored:
        """A new content. Raises FilesUnavailable."""

    async def bring(self, name: str, content: AsyncIterable[bytes]) -> Stored:
        """A content under the name that it had in another store, in place of what is there. Raises
        Lost for an impossible name, FilesUnavailable."""

    def put_now(self, content: bytes) -> Stored:
        """`put` that blocks: for a job of the database, which may wait for nothing else."""

    def read(
        self, name: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` up to `end` (None: the last), in pieces. The first piece raises
        Lost."""

    async def size(self, name: str) -> int:
        """How many bytes a content has. Raises Lost."""

    async def delete(self, names: Sequence[str]) -> None:
        """Names that do not exist are skipped."""

    def older(self, than: int) -> AsyncIterator[list[str]]:
        """The names of contents stored before a moment (microseconds since 1970), in batches;
        incomplete ones that were started before it are removed on the way."""


class Directory:
    """Contents as files of one directory, two levels deep, readable only for the server.

    Each portal has a folder of its own (`portal` names it), so that no portal removes the contents
    of another as unreferenced.
    """

    def __init__(self, root: Path, portal: str) -> None:
        self._root = root / sha256(b"files of " + portal.encode()).hexdigest()[:16]

    def receive(self) -> "_IncomingFile":
        return _IncomingFile(self._root)

    async def put(self, content: bytes | AsyncIterable[bytes]) -> Stored:
        if isinstance(content, bytes):
            return await asyncio.to_thread(self.put_now, content)
        return await _received(self.receive(), content)

    async def bring(self, name: str, content: AsyncIterable[bytes]) -> Stored:
        self._path(name)
        return await _received(_IncomingFile(self._root, name), content)

    def put_now(self, content: bytes) -> Stored:
        incoming = self.receive()
        incoming.write_now(content)
        return incoming.keep_now()

    async def read(
        self, name: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        file = await asyncio.to_thread(_opened, self._path(name))
        try:
            place = start
            while end is None or place < end:
                wanted = PIECE if end is None else min(PIECE, end - place)
                piece = await asyncio.to_thread(os.pread, file, wanted, place)
                if not piece:
                    return
                place += len(piece)
                yield piece
        finally:
            os.close(file)

    async def size(self, name: str) -> int:
        try:
            return (await asyncio.to_thread(os.stat, self._path(name))).st_size
        except OSError:
            raise Lost(name) from None

    async def delete(self, names: Sequence[str]) -> None:
        paths = [self._path(name) for name in names]
        await asyncio.to_thread(_remove, paths)

    async def older(self, than: int) -> AsyncIterator[list[str]]:
        begun = await asyncio.to_thread(_older, self._root / _COMING, than)
        await asyncio.to_thread(_remove, [self._root / _COMING / name for name in begun])
        for folder in _FOLDERS:
            found = await asyncio.to_thread(_older, self._root / folder, than)
            if names := [name for name in found if _NAME.fullmatch(name)]:
                yield names

    def _path(self, name: str) -> Path:
        return _place(self._root, name)


def prepare_directory(root: Path) -> None:
    """Makes the directory if there is none, and tests writing to it. Raises FilesUnavailable."""
    trial = root / f"trial-{uuid4().hex}"
    with _explained(root):
        _make(root)
        os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        trial.unlink()


class _IncomingFile:
    """Written under a temporary name; gets its name when it is complete."""

    def __init__(self, root: Path, name: str = "") -> None:
        self.size = 0
        self._root = root
        self._name = name or token_hex(16)
        self._path = root / _COMING / self._name
        self._hash = sha256()
        self._file: int | None = None

    async def write(self, piece: bytes) -> None:
        await asyncio.to_thread(self.write_now, piece)

    def write_now(self, piece: bytes) -> None:
        with _explained(self._root):
            file = self._opened()
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(file, rest) :]
        self._hash.update(piece)
        self.size += len(piece)

    async def keep(self) -> Stored:
        return await asyncio.to_thread(self.keep_now)

    def keep_now(self) -> Stored:
        place = _place(self._root, self._name)
        with _explained(self._root):
            os.fsync(self._opened())
            self._close()
            _make(place.parent)
            self._path.rename(place)
            _sync(place.parent)
            self._path = place
        return Stored(self._name, self.size, self._hash.hexdigest())

    async def drop(self) -> None:
        await asyncio.to_thread(self.drop_now)

    def drop_now(self) -> None:
        self._close()
        _remove([self._path])

    def _opened(self) -> int:
        if self._file is None:
            _make(self._path.parent)
            self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self._close()


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    """Turns failures of the system into FilesUnavailable."""
    try:
        yield
    except OSError as failure:
        reason = (failure.strerror or str(failure)).lower()
        raise FilesUnavailable(f"{root}: {reason}") from failure


def _place(root: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise Lost(name)
    return root / name[:2] / name


def _make(folder: Path) -> None:
    """Missing parents get the same mode."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


async def _received(incoming: _IncomingFile, content: AsyncIterable[bytes]) -> Stored:
    try:
        async for piece in content:
            await incoming.write(piece)
        return await incoming.keep()
    except BaseException:
        await incoming.drop()
        raise


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        raise Lost(path.name) from None


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()


def _older(folder: Path, than: int) -> list[str]:
    return list(_found(folder, than))


def _found(folder: Path, than: int) -> Iterator[str]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.stat(follow_symlinks=False).st_mtime_ns // 1000 < than:
                yield entry.name


def _sync(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
