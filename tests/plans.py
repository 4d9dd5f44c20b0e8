"""The plans of both databases in one form, compared with what a statement should do."""

import asyncio
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from typing import NamedTuple

import asyncpg

from dealwright.storage.engines.engine import Session, explain
from dealwright.storage.engines.opening import is_postgresql, open_database, sqlite_path
from dealwright.storage.statements.statement import Statement

_SQLITE = re.compile(
    r"(?:SEARCH|SCAN) (\w+) (?:USING|VIRTUAL TABLE) (COVERING )?"
    r"(INDEX \w+|INTEGER PRIMARY KEY|PRIMARY KEY)"
)
_SQLITE_SCAN = re.compile(r"SCAN (\w+)$", re.MULTILINE)
_ALIASES = {
    "primary_contact": "contact",
    "wanted_contact": "contact",
    "of_contact": "contact",
    "of_opportunity": "opportunity",
}
_POSTGRESQL = re.compile(r"(Index Only|Index|Bitmap Index) Scan (?:Backward )?(?:using|on) (\w+)")
_POSTGRESQL_SCAN = re.compile(r"Seq Scan on (\w+)")
_POSTGRESQL_SORT = re.compile(r"(?:^|-> ) *(?:Incremental )?Sort$", re.MULTILINE)


class Plan(NamedTuple):
    """Names are those of the schema for PostgreSQL; SQLite's twin of an index counts as the index.

    `alone`: the indexes that are read without their rows; `scans`: tables that are read completely;
    `sorts`: whether rows must be sorted.
    """

    text: str
    indexes: frozenset[str]
    alone: frozenset[str]
    scans: frozenset[str]
    sorts: bool


def plan_of(text: str, dialect: str) -> Plan:
    return _of_sqlite(text) if dialect == "sqlite" else _of_postgresql(text)


def _of_sqlite(text: str) -> Plan:
    used = [(_named(table, index), covering) for table, covering, index in _SQLITE.findall(text)]
    scanned = [name for name in _SQLITE_SCAN.findall(text) if not name.startswith("anon_")]
    return Plan(
        text,
        frozenset(index for index, _ in used),
        frozenset(index for index, covering in used if covering),
        frozenset(scanned),
        "ORDER BY" in text,
    )


def _named(table: str, index: str) -> str:
    if table.endswith("_fts"):
        return f"ix_{table.removesuffix('_fts')}_words"
    name = index.rpartition(" ")[2]
    return f"pk_{_ALIASES.get(table, table)}" if name == "KEY" else name.removesuffix("_sqlite")


def _of_postgresql(text: str) -> Plan:
    used = _POSTGRESQL.findall(text)
    return Plan(
        text,
        frozenset(index for _, index in used),
        frozenset(index for kind, index in used if kind == "Index Only"),
        frozenset(_POSTGRESQL_SCAN.findall(text)),
        _POSTGRESQL_SORT.search(text) is not None,
    )


class Asked(NamedTuple):
    """A statement and what its plan must contain.

    `by`: indexes that are used; `alone`: those that need no row; `order`: rows come in their order,
    except on SQLite where it counts them on the way; `whole`: tables that may be read completely.
    """

    statement: Statement
    by: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    order: str = ""  # kept | kept unless counted
    whole: tuple[str, ...] = ()


def wrong(
    address: str, payload: Mapping[str, Asked], *, small: Collection[str] = ()
) -> list[tuple[str, str]]:
    """The plans that lack something. `small` tables may be read completely."""
    is_sqlite = not is_postgresql(address)
    return [
        (f"{name} {fault}", plan.text)
        for name, plan in _plans(address, payload).items()
        for fault in _faults(payload[name], plan, is_sqlite=is_sqlite, small=small)
    ]


def _plans(address: str, payload: Mapping[str, Asked]) -> dict[str, Plan]:
    async def ask() -> dict[str, Plan]:
        database = await open_database(address)
        found: dict[str, Plan] = {}

        async def explain_all(session: Session) -> None:
            for name, each in payload.items():
                text = await explain(session, each.statement)
                found[name] = plan_of(text, session.dialect)

        await database.read(explain_all)
        await database.close()
        return found

    return asyncio.run(ask())


def _faults(asked: Asked, plan: Plan, *, is_sqlite: bool, small: Collection[str]) -> Iterator[str]:
    indexes = {_UNIQUES.get(index, index) for index in plan.indexes}
    for index in {*asked.by, *asked.alone} - indexes:
        yield f"does not use {index}"
    for index in {*asked.alone} - plan.alone:
        yield f"fetches rows that {index} covers"
    for table in plan.scans - {*small} - {*asked.whole}:
        yield f"reads all of {table}"
    counts = is_sqlite and asked.order == "kept unless counted"
    if plan.sorts and asked.order and not counts:
        yield "sorts"


# An index that SQLite makes for a unique constraint has no name of ours.
_UNIQUES = {
    "sqlite_autoindex_opportunity_1": "uq_opportunity_external_id",
    "sqlite_autoindex_file_1": "uq_file_stored_as",
    "sqlite_autoindex_contact_photo_1": "uq_contact_photo_small",
    "sqlite_autoindex_contact_photo_2": "uq_contact_photo_medium",
    "sqlite_autoindex_contact_photo_3": "uq_contact_photo_big",
}


def run(address: str, *statements: str) -> None:
    """Runs statements without a server, one by one."""
    if is_postgresql(address):
        asyncio.run(_run_in_postgresql(address, statements))
        return
    with closing(sqlite3.connect(sqlite_path(address), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


async def _run_in_postgresql(address: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(address)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
