"""SQL about the trash. Treats every table with a trash alike, without knowing its slice.

Rows that belong to a record are deleted with it by their foreign key; columns that only refer to it
are emptied first. What was deleted together (`storage/dependents.py`) stays together.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)

from dealwright import access
from dealwright.records.kinds import KINDS
from dealwright.storage import dependents, schema
from dealwright.storage.statements.dialect import AnyOf, Contains, constant
from dealwright.storage.statements.statement import Statement, shape

ONE, ZERO, NULL = constant(1), constant(0), constant(None)


SORTS = {
    "deletedon": "deleted_on",
    "deletedby": "deleted_by",
    "entitytype": "entity_type",
    "expireson": "deleted_on",
    "id": "id",
    "title": "title_key",
}


@shape
def page(
    is_admin: bool, kinds: tuple[str, ...], parts: int, sort: str, descending: bool
) -> Statement:
    """The records of the trash that the actor sees, as (kind, then `rules.Record`, then the total).

    Binds: `limit`, `offset`, and the words `part_0`… that titles must contain.
    """
    rows = _union(is_admin, kinds, parts)
    keys = [rows.c[SORTS[sort]], rows.c.id, rows.c.entity_type]
    return Statement(
        select(*_shown(rows), func.count().over())
        .order_by(*(key.desc() if descending else key for key in keys))
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
    )


@shape
def count(is_admin: bool, kinds: tuple[str, ...], parts: int) -> Statement:
    """The number of records of the trash that the actor sees."""
    return Statement(select(func.count()).select_from(_union(is_admin, kinds, parts)))


@shape
def records(is_admin: bool, kind: str) -> Statement:
    """The records `ids` that the actor sees, in the trash or not, as `rules.Record`."""
    table = KINDS[kind].table
    see = KINDS[kind].rights(table, is_admin=is_admin).see
    return Statement(_record(kind, is_admin=is_admin).where(AnyOf(table.c.id, "ids"), see))


@shape
def restore(kind: str) -> Statement:
    """Restores the records `ids` and returns the ids of those that were in the trash.

    A record without a stage gets `stage` (of `stage_type`), and the date that lists read.
    """
    table = KINDS[kind].table
    values: dict[str, Any] = {
        "deleted_on": NULL,
        "deleted_by": NULL,
        "version": table.c.version + ONE,
    }
    if "deleted_with" in table.c:
        values["deleted_with"] = NULL
    if "stage_id" in table.c:
        is_open = bindparam("stage_type", type_=Integer()) == ZERO
        closes = case((is_open, table.c.expected_close_on), else_=table.c.actual_close_on)
        now = bindparam("now", type_=BigInteger())
        values |= {
            "stage_since": case((table.c.stage_id.is_(NULL), now), else_=table.c.stage_since),
            "stage_id": func.coalesce(table.c.stage_id, bindparam("stage", type_=Integer())),
            "close_on": case(
                (table.c.stage_id.is_(NULL), func.coalesce(closes, constant(schema.UNSET_CLOSE))),
                else_=table.c.close_on,
            ),
        }
    known = [value.is_not(NULL) for name, value in values.items() if name == "stage_id"]
    return Statement(
        update(table)
        .where(AnyOf(table.c.id, "ids"), table.c.deleted_on.is_not(NULL), *known)
        .values(values)
        .returning(table.c.id)
    )


# The opportunities `ids` leave the stages on which they stand.
LEAVE = Statement(
    update(schema.stage_stay)
    .where(
        AnyOf(schema.stage_stay.c.opportunity_id, "ids", Integer()),
        schema.stage_stay.c.left_on.is_(NULL),
    )
    .values(left_on=bindparam("now", type_=BigInteger()))
)


@shape
def expired(kind: str) -> Statement:
    """At most `limit` ids of records deleted before `before` on their own; the rows are locked
    against a restore."""
    table = KINDS[kind].table
    return Statement(
        select(table.c.id)
        .where(table.c.deleted_on < bindparam("before", type_=BigInteger()), *_alone(table))
        .order_by(table.c.deleted_on)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True)
    )


@shape
def count_dependents(is_admin: bool) -> Statement:
    """What the actor sees of the dependents that are in the trash with the records `names`: rows of
    (name, entity, number). `ids` are those of the records that show others."""
    selects = []
    for child in dependents.CHILDREN:
        row = KINDS[child].table
        see = KINDS[child].rights(row, is_admin=is_admin).see
        lies = select(row.c.deleted_with, constant(child), func.count())
        mine = AnyOf(row.c.deleted_with, "names")
        selects.append(lies.where(mine, see).group_by(row.c.deleted_with))
    for link in dependents.links():
        selects.append(_count_shown(link, is_admin=is_admin))
    return Statement(union_all(*selects))


def _count_shown(link: dependents.Link, *, is_admin: bool) -> Select[Any]:
    shown, shows = link.table_shown, link.table_shows
    entity = dependents.ENTITIES[shows.name]
    mine = or_(AnyOf(shows.c.deleted_with, "names"), AnyOf(shows.c.id, "ids", Integer()))
    name = dependents.holder_of(shows, entity)
    return (
        select(name, constant(dependents.ENTITIES[shown.name]), func.count(shown.c.id.distinct()))
        .select_from(
            shows.join(link.table, link.shows == shows.c.id).join(shown, shown.c.id == link.shown)
        )
        .where(mine, shows.c.deleted_on.is_not(NULL), shown.c.deleted_with.is_not(NULL))
        .where(KINDS[entity].rights(shows, is_admin=is_admin).see)
        .group_by(name)
    )


@shape
def held(is_admin: bool, kind: str) -> Statement | None:
    """What keeps the rows `ids` of a kind in the trash because it is there itself: id, then entity
    and id of the parent or of a record that shows it; without an id when the actor does not see it.
    None if nothing can keep such rows."""
    row = KINDS[kind].table
    selects = []
    for column, parent in dependents.parents(kind).items():
        record = KINDS[parent].table.alias("held_by")
        see = KINDS[parent].rights(record, is_admin=is_admin).see
        selects.append(
            select(row.c.id, constant(parent), case((see, record.c.id)))
            .select_from(row.join(record, record.c.id == row.c[column]))
            .where(AnyOf(row.c.id, "ids"), record.c.deleted_on.is_not(NULL))
        )
    for link in dependents.links():
        if link.table_shown is row:
            selects.append(_hidden_by(link, is_admin=is_admin))
    return Statement(union_all(*selects)) if selects else None


def _hidden_by(link: dependents.Link, *, is_admin: bool) -> Select[Any]:
    shows = link.table_shows.alias("held_by")
    entity = dependents.ENTITIES[link.table_shows.name]
    see = KINDS[entity].rights(shows, is_admin=is_admin).see
    return (
        select(link.shown, constant(entity), func.min(case((see, shows.c.id))))
        .select_from(link.table.join(shows, shows.c.id == link.shows))
        .where(AnyOf(link.shown, "ids", Integer()))
        .group_by(link.shown)
        .having(func.count(case((shows.c.deleted_on.is_(NULL), ONE))) == ZERO)
    )


@shape
def merged(is_admin: bool) -> Statement:
    """Which of the contacts `ids` were merged into others: id, then the id of the other one, NULL
    when the actor does not see it."""
    merge, other = schema.contact_merge, schema.contact.alias("other")
    see = access.contact(other, is_admin=is_admin).see
    return Statement(
        select(merge.c.source_id, case((see, other.c.id)))
        .join_from(merge, other, other.c.id == merge.c.contact_id)
        .where(AnyOf(merge.c.source_id, "ids", Integer()), merge.c.undone_on.is_(NULL))
    )


@shape
def clear_references(kind: str) -> tuple[Statement, ...]:
    """Empties every column that refers to the records `ids` but is not deleted with them."""
    return tuple(
        Statement(update(column.table).where(AnyOf(column, "ids")).values({column.name: NULL}))
        for column in pointing(KINDS[kind].table)
    )


@shape
def dependents_of(kind: str) -> Statement:
    """The ids of a kind that are in the trash with the records `names`."""
    table = KINDS[kind].table
    return Statement(select(table.c.id).where(AnyOf(table.c.deleted_with, "names")))


@shape
def erase(kind: str) -> Statement:
    """Deletes the records `ids` for good, with everything that belongs to them."""
    table = KINDS[kind].table
    return Statement(delete(table).where(AnyOf(table.c.id, "ids")))


def pointing(table: Table) -> Iterator[Column[Any]]:
    """The columns of all tables to empty before a row of this table can be deleted."""
    for other in schema.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete != "CASCADE":
                yield key.parent


def _union(is_admin: bool, kinds: tuple[str, ...], parts: int) -> Any:
    return union_all(*(_in_trash(kind, parts, is_admin=is_admin) for kind in kinds)).subquery()


def _in_trash(kind: str, parts: int, *, is_admin: bool) -> Select[Any]:
    table, rights, _, title_key, _ = KINDS[kind]
    words = (Contains(title_key, f"part_{n}") for n in range(parts))
    see = rights(table, is_admin=is_admin).see
    return (
        _record(kind, is_admin=is_admin)
        .add_columns(constant(kind).label("entity_type"), title_key.label("title_key"))
        .where(table.c.deleted_on.is_not(NULL), *_alone(table), see, *words)
    )


def _shown(rows: Any) -> list[Any]:
    names = ("entity_type", "id", "title", "deleted_by", "deleted_on")
    return [
        *(rows.c[name] for name in names),
        rows.c.can_restore,
        rows.c.is_private,
        rows.c.lacks_stage,
    ]


def _record(kind: str, *, is_admin: bool) -> Select[Any]:
    table, _, title, _, is_private = KINDS[kind]
    lacks_stage = _flag(table.c.stage_id.is_(NULL)) if "stage_id" in table.c else ZERO
    return select(
        table.c.id.label("id"),
        title.label("title"),
        table.c.deleted_by.label("deleted_by"),
        table.c.deleted_on.label("deleted_on"),
        (ONE if is_admin else _flag(_may_restore(table))).label("can_restore"),
        (ZERO if is_private is None else _flag(is_private)).label("is_private"),
        lacks_stage.label("lacks_stage"),
    )


def _alone(table: Table) -> Iterator[ColumnElement[Any]]:
    """Not in the trash as a dependent of another record: it is restored and purged with that
    one."""
    if "deleted_with" in table.c:
        yield table.c.deleted_with.is_(NULL)


def _may_restore(table: Table) -> ColumnElement[Any]:
    """Whether the actor deleted it, created it or is responsible for it."""
    names = ("deleted_by", "created_by", "responsible_id")
    return or_(*(table.c[name] == access.ACTOR for name in names if name in table.c))


def _flag(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, ONE), else_=ZERO)
