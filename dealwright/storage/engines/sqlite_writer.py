"""The one thread that writes to a SQLite file.

Waiting jobs share one transaction, also with jobs that arrive while it runs, so that they share the
wait for the disk. A failing job must not undo the others. Savepoints would ensure that, but each
costs a copy of every page that a job changes. Jobs rarely fail after they have written, so they run
without savepoints first; if one fails, all run again with savepoints.
"""

import asyncio
import queue
import sqlite3
import threading
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any

import structlog

from dealwright.errors import ConcurrentUpdate, Conflict
from dealwright.storage.engines.engine import ATTEMPTS, SAVED, Job, Result, Unavailable
from dealwright.storage.engines.sqlite_file import reason
from dealwright.storage.engines.sqlite_session import SAVING, TRANSACTION, SQLiteSession, Unguarded

GROUP = 64  # at most so many jobs share one transaction
IDLE = 1.0  # seconds without a write after which the log is copied into the file


@dataclass(slots=True)
class _Waiting:
    job: Job[Any]
    mode: int
    context: Context
    answer: asyncio.Future[Any]
    result: Any = None
    failure: BaseException | None = None


class Writer:
    def __init__(
        self, connection: sqlite3.Connection, session: SQLiteSession, *, announces: bool
    ) -> None:
        """`announces`: another process may serve the file, and must learn of what is written."""
        self._announces = announces
        self.has_announced = False
        self._connection = connection
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._queue = queue.SimpleQueue[_Waiting | None]()
        self._held_back: list[_Waiting | None] = []  # at most one, for the next group
        self._is_open = True
        self._is_dirty = False
        self._thread = threading.Thread(target=self._work, name="sqlite-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many jobs wait for the thread."""
        return self._queue.qsize()

    async def write(self, job: Job[Result], *, transaction: bool) -> Result:
        if not self._is_open:
            raise Unavailable("the database is closed")
        mode = TRANSACTION if transaction else SAVING
        waiting = _Waiting(job, mode, copy_context(), self._loop.create_future())
        self._queue.put(waiting)
        try:
            result: Result = await waiting.answer
        except sqlite3.Error as failure:
            raise out_of_order(failure) from failure
        return result

    def close(self) -> None:
        """Blocks until everything that waits is written."""
        self._is_open = False
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while (first := self._next()) is not None:
            if not first.answer.cancelled():
                self._write_group([first])
        self._tidy("pragma optimize")

    def _join(self, group: list[_Waiting], *, most: int, guarded: bool) -> None:
        """Adds jobs that have arrived meanwhile to a group whose last job has run. A group without
        savepoints takes no transaction, and no group takes the job that ends the thread."""
        while len(group) < most and not self._queue.empty():
            late = self._queue.get()
            if late is None or (late.mode == TRANSACTION and not guarded):
                self._held_back.append(late)
                return
            if not late.answer.cancelled():
                group.append(late)

    def _next(self) -> _Waiting | None:
        if self._held_back:
            return self._held_back.pop()
        try:
            return self._queue.get(timeout=IDLE if self._is_dirty else None)
        except queue.Empty:
            self._tidy("pragma wal_checkpoint(passive)")
            self._is_dirty = False
            return self._queue.get()

    def _tidy(self, command: str) -> None:
        with suppress(sqlite3.Error):  # in the next group
            self._connection.execute(command).fetchall()

    def _write_group(self, group: list[_Waiting]) -> None:
        """Writes a group and gives every waiting caller its result, after the commit and by one
        call into the loop."""
        try:
            if not self._commit(group, most=GROUP) and len(group) > 1:
                for waiting in group:
                    self._commit([waiting], most=1)
        except Exception as failure:  # whatever happens here, no caller may wait for ever
            for waiting in group:
                waiting.failure = failure
        if self._connection.in_transaction:
            self._tidy("rollback")
        self._is_dirty = True
        try:
            self._loop.call_soon_threadsafe(_settle, group)
        except RuntimeError:  # the loop is closed: no caller waits any more
            structlog.get_logger().warning(
                "results of writes could not be delivered", count=len(group)
            )

    def _commit(self, group: list[_Waiting], *, most: int) -> bool:
        """Runs one transaction; returns whether the whole group was committed (failed jobs
        included). The group grows by jobs that arrive meanwhile, up to `most`."""
        try:
            # A transaction may be long, so it should not run twice.
            guarded = group[0].mode == TRANSACTION
            self._attempt_all(group, most=most, guarded=guarded)
            if self._announces:
                self._announce()
            self._connection.execute("commit")
        except sqlite3.Error as failure:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            for waiting in group:
                # A job that broke the transaction itself has the better error.
                waiting.failure = (waiting.failure if len(group) == 1 else None) or failure
            return False
        return True

    def _announce(self) -> None:
        following = (writes_of_others(self._connection) + 1) % 2**31
        self._connection.execute(f"pragma user_version = {following}")
        self.has_announced = True

    def _attempt_all(self, group: list[_Waiting], *, most: int, guarded: bool) -> None:
        self._connection.execute("begin immediate")
        try:
            for waiting in group:
                self._attempt(waiting, guarded=guarded)
                if waiting is group[-1]:
                    self._join(group, most=most, guarded=guarded)
        except Unguarded:
            if self._connection.in_transaction:  # else all is undone already: the disk is full
                self._connection.execute("rollback")
            self._attempt_all(group, most=most, guarded=True)

    def _attempt(self, waiting: _Waiting, *, guarded: bool) -> None:
        """Raises Unguarded if the job has changed something before it failed and has no
        savepoint."""
        for _ in range(ATTEMPTS):
            self._session.start(waiting.mode, guarded=guarded)
            if guarded:
                self._connection.execute("savepoint job")
            try:
                waiting.failure = None
                waiting.result = waiting.context.run(drive, waiting.job, self._session)
            except Unguarded:
                raise
            except ConcurrentUpdate as raced:
                self._undo(guarded=guarded)
                if self._session.has_saved and waiting.mode == SAVING:
                    waiting.failure = RuntimeError(SAVED)
                    waiting.failure.__cause__ = raced
                    return
            except BaseException as failure:
                waiting.failure = failure
                self._undo(guarded=guarded)
                return
            else:
                if guarded:
                    self._connection.execute("release job")
                return
        waiting.failure = Conflict()

    def _undo(self, *, guarded: bool) -> None:
        """Fails, and the group with it, if the whole transaction is gone (for example when the disk
        is full)."""
        if guarded:
            self._connection.execute("rollback to job")
            self._connection.execute("release job")
        elif self._session.has_saved:
            raise Unguarded


def writes_of_others(connection: sqlite3.Connection) -> int:
    """A number that every write of a non-serving process raises."""
    ((number,),) = connection.execute("pragma user_version").fetchall()
    return int(number)


def drive(job: Job[Result], session: SQLiteSession) -> Result:
    """Runs a job that never suspends; a job that only uses its SQLite session does not."""
    steps = job(session).__await__()
    try:
        next(steps)
    except StopIteration as done:
        result: Result = done.value
        return result
    if hasattr(steps, "close"):
        steps.close()
    raise RuntimeError("such a job waits for nothing but the database")


def _settle(group: list[_Waiting]) -> None:
    for waiting in group:
        if waiting.answer.done():  # cancelled: the caller is gone
            continue
        if waiting.failure is None:
            waiting.answer.set_result(waiting.result)
        else:
            waiting.answer.set_exception(waiting.failure)


_OUT_OF_ORDER = (
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_CORRUPT",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_NOTADB",
    "SQLITE_READONLY",
)


def out_of_order(failure: sqlite3.Error) -> Exception:
    """`Unavailable` if it is not the statement's fault, else the failure itself."""
    name = getattr(failure, "sqlite_errorname", None) or ""
    return Unavailable(reason(failure)) if name.startswith(_OUT_OF_ORDER) else failure
