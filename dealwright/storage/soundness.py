"""Checks whether a database is whole, with the checks of the database system and of its own
indexes.

Knows no use case. Changes nothing except by `reindex`.
"""

from collections.abc import Iterator

from sqlalchemy import Integer, String, column, exists, func, insert, literal_column, select, table

from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

INDEXED = (schema.opportunity_text, schema.contact_text)
_INTEGRITY = Statement(
    select(column("integrity_check", String())).select_from(func.pragma_integrity_check())
)
_parent = literal_column("parent", String())
_REFERENCES = Statement(
    select(literal_column('"table"', String()), _parent, func.count())
    .select_from(func.pragma_foreign_key_check())
    .group_by(literal_column('"table"'), _parent)
)
_index = table("pg_index", column("indexrelid"), column("indisvalid"))
_named = table("pg_class", column("oid"), column("relname", String()))
_UNUSABLE = Statement(
    select(_named.c.relname)
    .join_from(_index, _named, _named.c.oid == _index.c.indexrelid)
    .where(~_index.c.indisvalid)
    .order_by(_named.c.relname)
)
_key = table(
    "pg_constraint", column("conname", String()), column("conrelid"), column("convalidated")
)
_UNCHECKED = Statement(
    select(_named.c.relname, _key.c.conname)
    .join_from(_key, _named, _named.c.oid == _key.c.conrelid)
    .where(~_key.c.convalidated)
    .order_by(_key.c.conname)
)


async def flaws(session: Session) -> list[str]:
    """What is broken below the tables, one line each with the cure; empty if nothing is."""
    if session.dialect == "sqlite":
        return await _flaws_of_file(session)
    unusable = [
        f"index {name} is not usable; run `reindex index {name}` on the database"
        for (name,) in await session.fetch(_UNUSABLE)
    ]
    unchecked = [
        f"{name} of {owner} was never checked; run `alter table {owner} validate constraint {name}`"
        for owner, name in await session.fetch(_UNCHECKED)
    ]
    return [*unusable, *unchecked]


async def _flaws_of_file(session: Session) -> list[str]:
    torn = [
        f"the file is damaged ({message}); stop the server and go back to a backup"
        for (message,) in await session.fetch(_INTEGRITY)
        if message != "ok"
    ]
    loose = [
        f"{count} rows of {name} refer to rows of {parent} that are not there; delete those rows"
        for name, parent, count in await session.fetch(_REFERENCES)
    ]
    return [*torn, *loose]


async def unindexed(session: Session) -> list[tuple[str, int]]:
    """The text tables whose full-text index has other rows than they have, and how many.

    PostgreSQL maintains its index itself.
    """
    if session.dialect != "sqlite":
        return []
    found = [(name, await session.row(statement)) for name, statement in _strays()]
    return [(name, row[0]) for name, row in found if row and row[0]]


def _strays() -> Iterator[tuple[str, Statement]]:
    for texts in INDEXED:
        sizes = table(f"{texts.name}_fts_docsize", column("id", Integer()))
        lacking = ~exists(select(constant(1)).where(sizes.c.id == texts.c.id).correlate(texts))
        extra = ~exists(select(constant(1)).where(sizes.c.id == texts.c.id).correlate(sizes))
        lost = select(func.count()).select_from(texts).where(lacking).scalar_subquery()
        left = select(func.count()).select_from(sizes).where(extra).scalar_subquery()
        yield texts.name, Statement(select(lost + left))


async def reindex(session: Session) -> None:
    """Rebuilds the full-text indexes from their tables. Needs a transaction."""
    if session.dialect == "sqlite":
        for texts in INDEXED:
            name = f"{texts.name}_fts"
            index = table(name, column(name, String()))
            rebuild = insert(index).values({name: constant("rebuild")}).inline()
            await session.execute(Statement(rebuild))
