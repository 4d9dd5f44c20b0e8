"""SQL about the trash: every table that has one, walked alike, without knowing its slice.

What hangs on a record goes with it by its foreign key; what only points to it is emptied first.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

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
from dealwright.storage import schema
from dealwright.storage.dialect import AnyOf, Contains, constant
from dealwright.storage.statement import Statement, shape

ONE, ZERO, NULL = constant(1), constant(0), constant(None)


class Kind(NamedTuple):
    """A table whose rows can be in the trash, and who sees them."""

    table: Table
    rights: Callable[..., access.Rights]
    title: str
    title_key: str
    is_private: ColumnElement[Any]

    def counter(self, *, is_private: bool) -> str:
        """In which count of records outside the trash it takes part."""
        return f"{self.table.name}.{'private' if is_private else 'public'}"


KINDS: Mapping[str, Kind] = {
    "contact": Kind(
        schema.contact,
        access.contact,
        "display_name",
        "display_key",
        schema.contact.c.share_type == ZERO,
    ),
    "opportunity": Kind(
        schema.opportunity,
        access.opportunity,
        "title",
        "title_key",
        schema.opportunity.c.is_private,
    ),
}
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
    """What the actor sees of the trash, as (kind, then `rules.Record`, then how many in all).

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
    """How many records of the trash the actor sees."""
    return Statement(select(func.count()).select_from(_union(is_admin, kinds, parts)))


@shape
def records(is_admin: bool, kind: str) -> Statement:
    """The records `ids` that the actor sees, in the trash or not, as `rules.Record`."""
    table = KINDS[kind].table
    see = KINDS[kind].rights(table, is_admin=is_admin).see
    return Statement(_record(kind, is_admin=is_admin).where(AnyOf(table.c.id, "ids"), see))


@shape
def restore(kind: str) -> Statement:
    """Takes the records `ids` out of the trash; gives the ids of those that were in it.

    A record without a stage gets `stage` (of `stage_type`), and with it the date that lists read.
    """
    table = KINDS[kind].table
    values: dict[str, Any] = {
        "deleted_on": NULL,
        "deleted_by": NULL,
        "version": table.c.version + ONE,
    }
    if "stage_id" in table.c:
        is_open = bindparam("stage_type", type_=Integer()) == ZERO
        closes = case((is_open, table.c.expected_close_on), else_=table.c.actual_close_on)
        values |= {
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


@shape
def expired(kind: str) -> Statement:
    """At most `limit` ids of records deleted before `before`; nobody restores them meanwhile."""
    table = KINDS[kind].table
    return Statement(
        select(table.c.id)
        .where(table.c.deleted_on < bindparam("before", type_=BigInteger()))
        .order_by(table.c.deleted_on)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(skip_locked=True)
    )


@shape
def loosen(kind: str) -> tuple[Statement, ...]:
    """Empties every column that points to the records `ids` but does not go with them."""
    return tuple(
        Statement(update(column.table).where(AnyOf(column, "ids")).values({column.name: NULL}))
        for column in pointing(KINDS[kind].table)
    )


@shape
def erase(kind: str) -> Statement:
    """Deletes the records `ids` for ever, with what hangs on them."""
    table = KINDS[kind].table
    return Statement(delete(table).where(AnyOf(table.c.id, "ids")))


def pointing(table: Table) -> Iterator[Column[Any]]:
    """The columns, of any table, that must be emptied before a row of this one can go."""
    for other in schema.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and key.ondelete != "CASCADE":
                yield key.parent


def _union(is_admin: bool, kinds: tuple[str, ...], parts: int) -> Any:
    return union_all(*(_in_trash(kind, parts, is_admin=is_admin) for kind in kinds)).subquery()


def _in_trash(kind: str, parts: int, *, is_admin: bool) -> Select[Any]:
    table, rights, _, title_key, _ = KINDS[kind]
    words = (Contains(table.c[title_key], f"part_{n}") for n in range(parts))
    see = rights(table, is_admin=is_admin).see
    return (
        _record(kind, is_admin=is_admin)
        .add_columns(constant(kind).label("entity_type"), table.c[title_key].label("title_key"))
        .where(table.c.deleted_on.is_not(NULL), see, *words)
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
        table.c[title].label("title"),
        table.c.deleted_by.label("deleted_by"),
        table.c.deleted_on.label("deleted_on"),
        (ONE if is_admin else _flag(_may_restore(table))).label("can_restore"),
        _flag(is_private).label("is_private"),
        lacks_stage.label("lacks_stage"),
    )


def _may_restore(table: Table) -> ColumnElement[Any]:
    """Whoever deleted it, created it or is responsible for it."""
    names = ("deleted_by", "created_by", "responsible_id")
    return or_(*(table.c[name] == access.ACTOR for name in names if name in table.c))


def _flag(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, ONE), else_=ZERO)
