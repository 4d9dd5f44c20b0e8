"""What goes to the trash with a record and comes back with it, as the schema declares: rows whose
column is marked `goes_along`, and what only they show (a link table marked so).

Such a row is `deleted_with` its record, written as `contact:42`. Knows no slice and no right.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Select,
    String,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from dealwright.storage import schema
from dealwright.storage.statements.change import Run
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement, shape

NULL, ONE = constant(None), constant(1)

# The tables that have a trash, by the words that the wire uses for their rows.
RECORDS: Mapping[str, Table] = {
    "contact": schema.contact,
    "opportunity": schema.opportunity,
    "case": schema.crm_case,
    "task": schema.task,
    "event": schema.history_event,
    "file": schema.file,
    "invoice": schema.invoice,
}
ENTITIES: Mapping[str, str] = {table.name: entity for entity, table in RECORDS.items()}


class Link(NamedTuple):
    """A table that links rows that show to rows that are shown. A shown row goes to the trash with
    the last row that shows it."""

    table: Table
    shows: Column[Any]
    shown: Column[Any]

    @property
    def table_shows(self) -> Table:
        return _pointed_to(self.shows)

    @property
    def table_shown(self) -> Table:
        return _pointed_to(self.shown)


def name_of(entity: str, id: int) -> str:
    """The name of a record in `deleted_with`."""
    return f"{entity}:{id}"


def parsed(name: str) -> tuple[str, int]:
    entity, _, id = name.partition(":")
    return entity, int(id)


@cache
def parents(entity: str) -> Mapping[str, str]:
    """The columns by which a row belongs to records, and the entities of those."""
    return {
        key.parent.name: ENTITIES[key.column.table.name]
        for key in sorted(RECORDS[entity].foreign_keys, key=lambda key: key.parent.name)
        if key.parent.info.get("goes_along")
    }


@cache
def children(entity: str) -> Mapping[str, str]:
    """The entities whose rows go along with a record, and the column by which they belong to it."""
    return {
        child: column
        for child in RECORDS
        for column, parent in parents(child).items()
        if parent == entity
    }


CHILDREN: Sequence[str] = tuple(each for each in RECORDS if parents(each))


@cache
def links() -> tuple[Link, ...]:
    """The link tables by which other rows show a row."""
    found = []
    for table in schema.metadata.sorted_tables:
        if (shown := table.info.get("goes_along")) is not None:
            keys = {key.parent.name: key.parent for key in table.foreign_keys}
            column = keys.pop(shown)
            [shows] = keys.values()
            found.append(Link(table, shows, column))
    return tuple(found)


# --------------------------------------------------------------------------------- into the trash


def trash_steps(
    entity: str, ids: Sequence[int], *, now: int, actor: str, author: str | None
) -> tuple[Run, ...]:
    """The steps that move the dependents of the records `ids` to the trash with them, in the change
    that moves these (or after it); `author` is the user in the audit trail."""
    values = {"ids": list(ids), "now": now, "actor": actor, "author": author}
    return tuple(Run(statement, values) for statement in _taking(entity))


@cache
def _taking(entity: str) -> tuple[Statement, ...]:
    """Shown rows go first, while the rows that show them are still there; the audit comes before
    the update. This order works on both databases: PostgreSQL sees no effect of the same statement,
    SQLite runs one step after the other."""
    made: list[Insert | Update] = []
    for link in links():
        going = _going(entity, link)
        if going is not None:
            made += _taken(link.table_shown, *going)
    for child, column in children(entity).items():
        row = RECORDS[child]
        mine = and_(AnyOf(row.c[column], "ids"), _alive(row))
        made += _taken(row, mine, _named(entity, row.c[column]))
    return tuple(Statement(each) for each in made)


def _going(entity: str, link: Link) -> tuple[ColumnElement[Any], ColumnElement[Any]] | None:
    """Which shown rows go with records of an entity, and the name of one of those."""
    shows = link.table_shows
    by = "id" if RECORDS[entity] is shows else children(entity).get(ENTITIES[shows.name])
    if by is None:
        return None
    shown = link.table_shown
    one = shows.alias("showing")
    owner = one.c[by]
    mine: ColumnElement[Any] = AnyOf(owner, "ids", Integer())
    if by != "id":  # for the records themselves SQLite has already cleared the date
        mine = and_(mine, _alive(one))
    here = _showing(link, one)
    other = and_(_alive(one), or_(owner.is_(NULL), ~AnyOf(owner, "ids", Integer())))
    goes = and_(_alive(shown), exists(here.where(mine)), ~exists(here.where(other)))
    first = here.with_only_columns(func.min(owner)).where(mine).scalar_subquery()
    return goes, _named(entity, first)


def _taken(row: Table, goes: ColumnElement[Any], name: ColumnElement[Any]) -> tuple[Insert, Update]:
    audit_rows = select(
        constant(ENTITIES[row.name]),
        row.c.id,
        constant("deleted"),
        bindparam("author", type_=String()),
        bindparam("now", type_=BigInteger()),
        constant("[]"),
    ).where(goes)
    columns = ["entity_type", "entity_id", "action", "person_id", "on", "changes"]
    taken = {
        "deleted_on": bindparam("now", type_=BigInteger()),
        "deleted_by": bindparam("actor", type_=String()),
        "deleted_with": name,
        "version": row.c.version + ONE,
    }
    return (
        insert(schema.audit).from_select(columns, audit_rows, include_defaults=False),
        update(row).where(goes).values(taken),
    )


def held_by(entity: str, values: Mapping[str, Any]) -> Run | None:
    """Requires that the records to which a row will belong are outside the trash, and keeps them
    there until the change is done. None: the row belongs to none, or stays where it is."""
    columns = tuple(name for name in parents(entity) if values.get(name) is not None)
    given = {name: values[name] for name in columns}
    return Run(_held_by(entity, columns), given) if columns else None


@shape
def _held_by(entity: str, columns: tuple[str, ...]) -> Statement:
    held: Select[Any] = select(ONE)
    for column in columns:
        record = RECORDS[parents(entity)[column]].alias(f"held_by_{column}")
        held = held.where(record.c.id == bindparam(column, type_=Integer()), _alive(record))
    return Statement(held.with_for_update(read=True))


@shape
def held(entity: str) -> Statement:
    """Which of the records `ids` are outside the trash; they stay there until the transaction
    ends."""
    record = RECORDS[entity]
    mine = AnyOf(record.c.id, "ids"), _alive(record)
    return Statement(
        select(record.c.id).where(*mine).order_by(record.c.id).with_for_update(read=True)
    )


@shape
def hold(entity: str) -> tuple[Statement, ...]:
    """Locks the records to which the rows `ids` belong: until the transaction ends nobody can move
    them to the trash."""
    row, made = RECORDS[entity], []
    for column, parent in parents(entity).items():
        record = RECORDS[parent].alias("held_by")
        mine = select(row.c[column]).where(AnyOf(row.c.id, "ids", Integer()))
        found = select(record.c.id).where(record.c.id.in_(mine)).order_by(record.c.id)
        made.append(Statement(found.with_for_update(read=True, of=record)))
    return tuple(made)


# ------------------------------------------------------------------------------- out of the trash


@shape
def back(entity: str) -> Statement:
    """Restores the rows that were deleted with the records `names`, except those that another
    record in the trash holds; returns the ids."""
    row = RECORDS[entity]
    free = ~or_(*(_in_trash(row.c[name], parent) for name, parent in parents(entity).items()))
    return _brought(row, and_(AnyOf(row.c.deleted_with, "names"), free))


@shape
def handed_over(entity: str) -> Statement:
    """Rows that were deleted with the records `names`, which are restored, are now attached to
    another of their records."""
    row = RECORDS[entity]
    others = [
        (_in_trash(row.c[name], parent), _named(parent, row.c[name]))
        for name, parent in parents(entity).items()
    ]
    return Statement(
        update(row).where(AnyOf(row.c.deleted_with, "names")).values(deleted_with=case(*others))
    )


@shape
def shown_back(link: Link) -> Statement:
    """Restores shown rows that went along with others: those that one of the rows `ids` shows
    again, or that were deleted with the records `names` and that no row in the trash shows. Returns
    the ids."""
    shown, shows = link.table_shown, link.table_shows.alias("showing")
    here = _showing(link, shows)
    again = and_(
        shown.c.deleted_with.is_not(NULL),
        exists(here.where(AnyOf(shows.c.id, "ids", Integer()), _alive(shows))),
    )
    left = and_(
        AnyOf(shown.c.deleted_with, "names"), ~exists(here.where(shows.c.deleted_on.is_not(NULL)))
    )
    return _brought(shown, or_(again, left))


@shape
def shown_handed_over(link: Link) -> Statement:
    """Shown rows that were deleted with the records `names`, which are restored or purged, are now
    attached to the record of another row that shows them, or to that row itself if it was deleted
    alone."""
    shown, shows = link.table_shown, link.table_shows.alias("showing")
    here = _showing(link, shows).where(shows.c.deleted_on.is_not(NULL))
    name = holder_of(shows, ENTITIES[link.table_shows.name])
    holder = here.with_only_columns(func.min(name)).scalar_subquery()
    mine = and_(AnyOf(shown.c.deleted_with, "names"), exists(here))
    return Statement(update(shown).where(mine).values(deleted_with=holder))


def holder_of(shows: FromClause, entity: str) -> ColumnElement[Any]:
    """The record with which a row of the trash that shows others comes back: the row itself, if it
    was deleted alone."""
    return func.coalesce(shows.c.deleted_with, _named(entity, shows.c.id))


def _showing(link: Link, shows: FromClause) -> Select[Any]:
    shown = link.table_shown
    joined = link.table.join(shows, shows.c.id == link.shows)
    return select(ONE).select_from(joined).where(link.shown == shown.c.id).correlate(shown)


def _brought(row: Table, which: ColumnElement[Any]) -> Statement:
    values = {"deleted_on": NULL, "deleted_by": NULL, "deleted_with": NULL}
    return Statement(
        update(row).where(which).values(**values, version=row.c.version + ONE).returning(row.c.id)
    )


# ------------------------------------------------------------------------------------------ words


def _in_trash(column: ColumnElement[Any], entity: str) -> ColumnElement[bool]:
    record = RECORDS[entity].alias("held_by")
    found: Select[Any] = select(ONE).where(record.c.id == column, record.c.deleted_on.is_not(NULL))
    return exists(found.correlate_except(record))


def _alive(row: FromClause) -> ColumnElement[bool]:
    return row.c.deleted_on.is_(NULL)


def _named(entity: str, id: ColumnElement[Any]) -> ColumnElement[Any]:
    return constant(f"{entity}:").concat(cast(id, Text()))


def _pointed_to(column: Column[Any]) -> Table:
    """What a column of a link table points to."""
    [key] = column.foreign_keys
    return key.column.table
