"""SQLite: point reads on the event loop, long reads on two threads, all writes on one.

Every thread has its own connection, in WAL mode: readers and the writer never wait for each other,
and a read that begins after a write was answered sees it.

One process serves a file, others (the command line) may write to it meanwhile. Each write of these
raises the number that SQLite keeps for applications in the file, `user_version`; the server looks
at it and so knows when what it remembers may be out of date.
"""

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path

from sqlalchemy import MetaData

from dealwright.storage.engines.engine import Announced, Job, Result, TooSlow
from dealwright.storage.engines.sqlite_file import opened, unavailable
from dealwright.storage.engines.sqlite_session import SQLiteSession, unique_names
from dealwright.storage.engines.sqlite_writer import Writer, drive, out_of_order, writes_of_others

READERS = 2
LOOKS = 200_000  # steps of SQLite's machine, some milliseconds, between two looks at the clock
# Seconds within which a server hears of a write by another process. A look costs 4 µs, too much for
# every request.
HEARD_WITHIN = 0.01
_PRAGMAS = (
    "journal_mode = wal",
    "synchronous = full",
    "foreign_keys = on",
    "temp_store = memory",
    "cache_size = -32000",
    "mmap_size = 268435456",
    "wal_autocheckpoint = 4000",
)


class SQLite:
    dialect = "sqlite"

    def __init__(
        self,
        path: Path,
        metadata: MetaData,
        on_announcement: Announced | None = None,
        longest: float | None = None,
    ) -> None:
        self._longest = longest
        self._of_thread = threading.local()
        self.statements = 0
        self._on_announcement = on_announcement
        self._looks_at = 0.0
        self._path = path
        self._names = unique_names(metadata)
        self._opened: list[sqlite3.Connection] = []
        writing = _connect(path)  # first: it turns the file to WAL mode
        session = SQLiteSession(writing, self, self._names)
        self._writer = Writer(writing, session, announces=on_announcement is None)
        self._watching = self._connected()
        self._heard = writes_of_others(self._watching)
        self._session = SQLiteSession(self._watching, self, self._names)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    connections = 0

    @property
    def waiting(self) -> int:
        return self._writer.waiting

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        metadata: MetaData,
        on_announcement: Announced | None = None,
        longest: float | None = None,
    ) -> "SQLite":
        """`on_announcement` is for the one process that serves;
        the writes of a process without it are announced. Raises `Unavailable`."""
        try:
            return cls(path, metadata, on_announcement, longest)
        except sqlite3.Error as failure:
            raise unavailable(path, failure) from failure

    async def read(self, job: Job[Result], *, heavy: bool = False) -> Result:
        try:
            if not heavy:
                self._of_thread.began = time.monotonic()
                return await job(self._session)
            loop, context = asyncio.get_running_loop(), copy_context()
            return await loop.run_in_executor(self._readers, context.run, self._read_aside, job)
        except sqlite3.Error as failure:
            name = getattr(failure, "sqlite_errorname", "")
            if name == "SQLITE_INTERRUPT" and self._longest is not None:
                raise TooSlow(self._longest) from failure
            raise out_of_order(failure) from failure

    async def write(self, job: Job[Result], *, transaction: bool = False) -> Result:
        return await self._writer.write(job, transaction=transaction)

    def catch_up(self) -> None:
        if self._on_announcement is None or (now := time.monotonic()) < self._looks_at:
            return
        self._looks_at = now + HEARD_WITHIN
        with suppress(sqlite3.Error):  # the file cannot be read: the next reader gets the error
            found = writes_of_others(self._watching)
            if found != self._heard:
                self._heard = found
                self._on_announcement("")

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._readers, self._writer.close)
        if self._writer.has_announced:
            # the change of a finished command applies in the server
            await asyncio.sleep(HEARD_WITHIN)
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()

    def _read_aside(self, job: Job[Result]) -> Result:
        session = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = SQLiteSession(self._connected(), self, self._names)
        self._of_thread.began = time.monotonic()
        return drive(job, session)

    def _is_over(self) -> bool:
        """Whether what this thread reads takes longer than it may; SQLite asks now and then."""
        assert self._longest is not None
        began: float = self._of_thread.began
        return time.monotonic() - began > self._longest

    def _connected(self) -> sqlite3.Connection:
        """A connection that reads."""
        connection = _connect(self._path)
        connection.execute("pragma query_only = on")
        if self._longest is not None:
            self._of_thread.began = time.monotonic()
            connection.set_progress_handler(self._is_over, LOOKS)
        self._opened.append(connection)
        return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = opened(path, check_same_thread=False, cached_statements=500)
    for pragma in _PRAGMAS:
        connection.execute(f"pragma {pragma}").fetchall()
    return connection
