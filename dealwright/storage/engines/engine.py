"""The protocol of a database: read, write, refuse.

Knows no table. An action gets a `Session` for its statements; it never sees a connection.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, Protocol, TypeVar

from dealwright.storage.statements.change import Change
from dealwright.storage.statements.statement import Statement

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Result = TypeVar("Result")
NOTHING: Values = {}
LONGEST = 60.0  # seconds that a statement of a running server may take
ATTEMPTS = 100  # how often an action runs again after a concurrent update
ONE_SAVE = "one save per action; ask for a transaction"
READ_ONLY = "a read does not write"
SAVED = "what was saved cannot be decided again"


class UniqueViolation(Exception):
    """A row with this key exists already. Nothing was changed and the action may go on.

    `constraint` is its name in the schema, on both databases.
    """

    def __init__(self, constraint: str, table: str = "") -> None:
        super().__init__(constraint)
        self.constraint, self.table = constraint, table


class ForeignKeyViolation(Exception):
    """A reference points to no row, or other rows refer to a row that was to be deleted. Nothing
    was changed.

    `constraint` is its name in the schema and `table` holds the reference; both are empty if SQLite
    cannot say (a bare statement).
    """

    def __init__(self, constraint: str = "", table: str = "") -> None:
        super().__init__(constraint or "a reference leads nowhere")
        self.constraint, self.table = constraint, table


class Unavailable(Exception):
    """The database cannot be reached, is full, or stayed locked. Only reading it again tells
    whether a running save has happened."""


class TooSlow(Unavailable):
    """A statement of a running server took longer than it may, and was stopped. `seconds`: the
    limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"a statement took longer than {seconds:g} s and was stopped")
        self.seconds = seconds


class NoPortal(Unavailable):
    """There is no portal at the address yet: no file, or no tables."""


class Outdated(Unavailable):
    """The tables are those of an older version."""


class Locked(Unavailable):
    """Another transaction held a lock for longer than this one waits. Nothing was changed."""


class Session(Protocol):
    """One action's access to the database. Arguments are passed by name; rows are the driver's
    tuples (booleans from SQLite are 0 and 1)."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    async def fetch(self, statement: Statement, values: Values = NOTHING) -> list[Row]:
        """All rows. A writing statement with rows to return counts as a save."""

    async def row(self, statement: Statement, values: Values = NOTHING) -> Row | None:
        """The first row."""

    async def execute(self, statement: Statement, values: Values = NOTHING) -> int:
        """Runs a writing statement, which counts as a save; returns the number of rows."""

    async def save(self, change: Change) -> Row | None:
        """The head's returned columns (`()` without a head), or None if the head matched no row:
        then nothing was changed, and it does not count.

        Raises `UniqueViolation` and `ForeignKeyViolation`, after which nothing was changed either;
        `RuntimeError` for a second save outside a transaction.
        """

    async def moment(self) -> tuple[int, Hashable] | None:
        """Who counts, and what two reads by the same counter have in common if and only if nothing
        was committed between them; None within a write, which sees what nobody else sees."""

    def announce(self, name: str) -> None:
        """Announces a name to every process of a PostgreSQL after the commit."""

    async def explain(self, statement: Statement, values: Values = NOTHING) -> str:
        """The plan of the statement for any arguments, one step a line."""


Job = Callable[[Session], Awaitable[Result]]


class Counted(Protocol):
    statements: int  # since the database was opened; a change counts as one


class Database(Counted, Protocol):
    @property
    def dialect(self) -> str: ...

    @property
    def waiting(self) -> int:
        """How many callers wait for the writer of SQLite or for a connection to PostgreSQL."""

    @property
    def connections(self) -> int:
        """How many connections to PostgreSQL are open; 0 on SQLite."""

    async def read(self, job: Job[Result], *, heavy: bool = False) -> Result:
        """Runs the job, and again after a lost connection. `heavy`: it may take long, so SQLite
        runs it beside the event loop; such a job waits for nothing but the database.

        Raises `Unavailable`.
        """

    async def write(self, job: Job[Result], *, transaction: bool = False) -> Result:
        """Runs the job with the right to save once, or any number of times in a transaction. It
        waits for nothing but the database.

        A job that raises `errors.ConcurrentUpdate` runs again; after the last attempt it is an
        `errors.Conflict`. What it raises after its one save undoes that save on SQLite only. Raises
        `Unavailable`.
        """

    def catch_up(self) -> None:
        """Receives the announcements of other processes so far. PostgreSQL calls by itself; on
        SQLite this must be called before a cached value is trusted."""

    async def close(self) -> None:
        """Finishes running work."""


Announced = Callable[[str], None]


async def explain(session: Session, statement: Statement, values: Values = NOTHING) -> str:
    """The plan of a statement, for tests that assert which index it uses."""
    return await session.explain(statement, values)
