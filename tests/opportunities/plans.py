"""What a database says it will do, read alike from SQLite and PostgreSQL."""

import re
from typing import NamedTuple

_SQLITE = re.compile(
    r"(?:SEARCH|SCAN) (\w+) (?:USING|VIRTUAL TABLE) (COVERING )?"
    r"(INDEX \w+|INTEGER PRIMARY KEY|PRIMARY KEY)"
)
_SQLITE_SCAN = re.compile(r"SCAN (\w+)$", re.MULTILINE)
_ALIASES = {"primary_contact": "contact", "wanted_contact": "contact"}
_POSTGRESQL = re.compile(r"(Index Only|Index|Bitmap Index) Scan (?:Backward )?(?:using|on) (\w+)")
_POSTGRESQL_SCAN = re.compile(r"Seq Scan on (\w+)")
_POSTGRESQL_SORT = re.compile(r"(?:^|-> ) *(?:Incremental )?Sort$", re.MULTILINE)


class Plan(NamedTuple):
    """Names are those of the schema for PostgreSQL; SQLite's twin of an index counts as the index.

    `alone`: the indexes that are read without the rows behind them; `scans`: tables of which every
    row is read; `sorts`: whether rows have to be put in an order that they do not come in.
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
