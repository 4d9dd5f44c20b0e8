"""Statements that are the same for every table of records: one page of a sorted list, the
collections of its rows, and changing many at once. Knows no table and no rule: both are given.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    select,
    tuple_,
    union_all,
    update,
)

from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, CountedAll, constant, rows_of
from dealwright.storage.statements.statement import Statement

Conditions = Sequence[ColumnElement[Any]]
Key = tuple[ColumnElement[Any], Any]  # what rows are sorted by, and its type

ONE, ZERO = constant(1), constant(0)
LIMIT, OFFSET = (bindparam(name, type_=BigInteger()) for name in ("limit", "offset"))
NOW, ACTOR = bindparam("now", type_=BigInteger()), bindparam("actor", type_=String())


def alive(row: FromClause) -> ColumnElement[Any]:
    """Not in the trash."""
    return row.c.deleted_on.is_(constant(None))


# ------------------------------------------------------------------------------------ one page


def page(
    row: FromClause,
    conditions: Conditions,
    by: Key,
    *,
    descending: bool,
    total: bool,
    after: bool,
    source: FromClause | None = None,
    ordered: bool = False,
) -> Select[Any]:
    """One page of ids, with the total (0 without `total`) and the sort key of each row.

    Binds: `limit`, `offset`, and with `after` the `after_key` and `after_id` of the row before.
    `source`: the row with the tables that its sort key needs. `ordered`: an index returns the
    matching rows in this order.
    """
    key, _ = by
    order = _order(key, row.c.id, descending=descending)
    counted = CountedAll(*order) if ordered else func.count().over()
    found = (
        select(row.c.id, counted if total else ZERO, key)
        .select_from(row if source is None else source)
        .where(*conditions)
        .order_by(*order)
        .limit(LIMIT)
        .offset(OFFSET)
    )
    return found.where(_behind(row, by, descending=descending)) if after else found


def parted_page(
    row: FromClause,
    flag: ColumnElement[bool],
    conditions: Conditions,
    by: Key,
    *,
    descending: bool,
    total: bool,
    after: bool,
) -> Select[Any]:
    """One page of a list in which rows with a flag come after those without, in either direction:
    id, total, flag, sort key; with `after` the flag of the row before is `after_part`.

    Each part reads its first rows by an index; an index of both could be read in only one
    direction.
    """
    how = {"descending": descending}
    is_behind = _behind(row, by, **how)
    before = bindparam("after_part", type_=Integer())
    parts = (
        [(0, [before == ZERO, is_behind]), (1, [before == ONE, is_behind]), (1, [before == ZERO])]
        if after
        else [(0, []), (1, [])]
    )
    firsts = union_all(
        *(
            _first(row, flag if part else ~flag, part, [*conditions, *more], by, **how)
            for part, more in parts
        )
    ).subquery("parts")
    counted = select(func.count()).select_from(row).where(*conditions).scalar_subquery()
    columns = firsts.c
    return (
        select(columns.id, counted if total else ZERO, columns.part, columns.key)
        .order_by(columns.part, *_order(columns.key, columns.id, **how))
        .limit(LIMIT)
        .offset(OFFSET)
    )


def _first(
    row: FromClause,
    is_part: ColumnElement[Any],
    part: int,
    conditions: Conditions,
    by: Key,
    *,
    descending: bool,
) -> Select[Any]:
    first = (
        select(row.c.id, constant(part).label("part"), by[0].label("key"))
        .where(is_part, *conditions)
        .order_by(*_order(by[0], row.c.id, descending=descending))
        .limit(LIMIT + OFFSET)
        .subquery()
    )
    return select(first)


def _order(
    key: ColumnElement[Any], id: ColumnElement[Any], *, descending: bool
) -> tuple[ColumnElement[Any], ...]:
    return (key.desc(), id.desc()) if descending else (key, id)


def _behind(row: FromClause, by: Key, *, descending: bool) -> ColumnElement[bool]:
    """After the row that a cursor names."""
    key, kind = by
    here = tuple_(key, row.c.id)
    there = tuple_(bindparam("after_key", type_=kind), bindparam("after_id", type_=Integer()))
    return here < there if descending else here > there


# ------------------------------------------------------------------------- what hangs on rows


def values_of(values: Table, owner: Column[Any]) -> Statement:
    """The custom values of the records `ids`: rows of (record, field, value)."""
    return Statement(
        select(owner, values.c.field_id, values.c.value).where(AnyOf(owner, "ids", Integer()))
    )


def tagged(
    row: FromClause, link: Table, owner: Column[Any], *, entity_type: int, several: bool
) -> ColumnElement[Any]:
    """Has the tag with the key `tag`, and if `several` all of `tags` (`tag_count` of them)."""
    tag = schema.tag
    known = select(tag.c.id).where(tag.c.entity_type == constant(entity_type))
    first = known.where(tag.c.title_key == bindparam("tag", type_=String())).scalar_subquery()
    carries = row.c.id.in_(select(owner).where(link.c.tag_id == first))
    if not several:
        return carries
    wanted = known.where(AnyOf(tag.c.title_key, "tags", String()))
    carried = select(func.count()).where(owner == row.c.id, link.c.tag_id.in_(wanted))
    how_many = bindparam("tag_count", type_=Integer())
    return and_(carries, carried.correlate(row).scalar_subquery() == how_many)


# ----------------------------------------------------------------------------- many at once


def remove(table: Table, *conditions: ColumnElement[Any]) -> Statement:
    """Moves those of the records `ids` to the trash that meet the conditions; rows of (id, is
    private)."""
    return Statement(
        update(table)
        .where(AnyOf(table.c.id, "ids", Integer()), *conditions)
        .values(deleted_on=NOW, deleted_by=ACTOR, version=table.c.version + ONE)
        .returning(table.c.id, table.c.is_private)
    )


def share(table: Table) -> Statement:
    """Makes those records of `given` (id, version, is private) private or public that still have
    their versions; returns their ids."""
    given = rows_of("given", id=Integer(), version=Integer(), is_private=Boolean())
    return Statement(
        update(table)
        .where(table.c.id == given.c.id, table.c.version == given.c.version)
        .values(
            is_private=given.c.is_private,
            version=table.c.version + ONE,
            modified_by=ACTOR,
            modified_on=NOW,
        )
        .returning(table.c.id)
    )


def private_of(
    table: Table, listed: Table, owner: Column[Any], own: Column[Any]
) -> Iterator[Select[Any]]:
    """The private records outside the trash that are the actor's by a column of their own, and
    those whose access list names the actor."""
    yield select(table.c.id).where(table.c.is_private, alive(table), own == ACTOR)
    yield (
        select(table.c.id)
        .join(listed, owner == table.c.id)
        .where(table.c.is_private, alive(table), listed.c.person_id == ACTOR)
    )
