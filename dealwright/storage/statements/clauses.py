"""Pieces of SQL that are the same for both databases, for the composers of changes."""

from collections.abc import Iterable

from sqlalchemy import Table

from dealwright.storage.statements.change import OnConflict
from dealwright.storage.statements.printing import quoted


def names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))


def returning(columns: tuple[str, ...]) -> str:
    return f" returning {names(columns)}" if columns else ""


def conflict(table: Table, columns: Iterable[str], on_conflict: OnConflict) -> str:
    """What to do with a new row whose key exists."""
    keys = table.primary_key.columns.keys()
    rest = [quoted(column) for column in columns if column not in keys]
    match on_conflict:
        case None:
            return ""
        case "update" if rest:
            values = ", ".join(f"{column} = excluded.{column}" for column in rest)
            return f" on conflict ({names(keys)}) do update set {values}"
    return " on conflict do nothing"
