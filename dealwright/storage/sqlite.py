"""SQLite: point reads on the event loop, long reads on two threads, all writes on one.

Every thread has its own connection, in WAL mode: readers and the writer never wait for each other,
and a read that begins after a write was answered sees it.
"""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

from sqlalchemy import MetaData

from dealwright.storage.engine import Job, Result, Unavailable
from dealwright.storage.private_file import make_private
from dealwright.storage.sqlite_session import SQLiteSession, unique_names
from dealwright.storage.sqlite_writer import Writer, drive, out_of_order

READERS = 2
_PRAGMAS = (
    "busy_timeout = 10000",
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

    def __init__(self, path: Path, metadata: MetaData) -> None:
        self.statements = 0
        self._path = path
        self._names = unique_names(metadata)
        self._opened: list[sqlite3.Connection] = []
        writing = _connect(path)  # first: it turns the file to WAL mode
        self._writer = Writer(writing, SQLiteSession(writing, self, self._names))
        self._session = self._reading_session()
        self._of_thread = threading.local()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    @classmethod
    async def open(cls, path: Path, *, metadata: MetaData) -> "SQLite":
        """Creates the file if there is none. Raises `Unavailable`."""
        try:
            return cls(path, metadata)
        except (sqlite3.Error, OSError) as failure:
            raise Unavailable(f"{path}: {failure}") from failure

    async def read(self, job: Job[Result], *, heavy: bool = False) -> Result:
        try:
            if not heavy:
                return await job(self._session)
            loop, context = asyncio.get_running_loop(), copy_context()
            return await loop.run_in_executor(self._readers, context.run, self._read_aside, job)
        except sqlite3.Error as failure:
            raise out_of_order(failure) from failure

    async def write(self, job: Job[Result], *, transaction: bool = False) -> Result:
        return await self._writer.write(job, transaction=transaction)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._readers, self._writer.close)
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()

    def _read_aside(self, job: Job[Result]) -> Result:
        session = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = self._reading_session()
        return drive(job, session)

    def _reading_session(self) -> SQLiteSession:
        connection = _connect(self._path)
        connection.execute("pragma query_only = on")
        self._opened.append(connection)
        return SQLiteSession(connection, self, self._names)


def _connect(path: Path) -> sqlite3.Connection:
    make_private(path)
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=500
    )
    for pragma in _PRAGMAS:
        connection.execute(f"pragma {pragma}").fetchall()
    return connection
