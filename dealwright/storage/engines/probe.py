"""Checks that the SQLite of this Python supports what the tables and statements need."""

import sqlite3
import sys
from contextlib import closing

_WANTED = (
    "create virtual table probe using fts5(words, tokenize='ascii', prefix='2 3')",
    "insert into probe(words) select value from json_each('[\"word\"]') returning rowid",
)


def lacking() -> str:
    """One line that says what is missing and what helps; empty if nothing is."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            for statement in _WANTED:
                connection.execute(statement).fetchall()
        except sqlite3.Error as refused:
            return (
                f"SQLite {sqlite3.sqlite_version} of {sys.executable} cannot be used ({refused}): "
                "3.35 or newer with FTS5 is needed; a newer Python brings one, "
                "and --database postgresql://… needs none"
            )
    return ""
