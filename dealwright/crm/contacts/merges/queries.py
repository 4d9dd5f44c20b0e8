"""SQL that moves the rows that refer to a contact to another contact, and back. Treats every table
with a foreign key to contacts alike, without knowing its slice."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)

from dealwright.storage import schema
from dealwright.storage.dependents import ENTITIES
from dealwright.storage.statements.dialect import AnyOf, constant, rows_of
from dealwright.storage.statements.statement import Statement, shape

NULL, ONE = constant(None), constant(1)
SOURCE, TARGET = (bindparam(name, type_=Integer()) for name in ("source", "target"))
contact, info, merged = schema.contact, schema.contact_info, schema.contact_merge

# Of two equal rows beside those that only one contact can have by their key, the merged contact
# keeps its own.
_SAME = {info: ("info_type", "category", "data")}
# People see these values as the contact's own: if one was changed since, the undo is refused.
_OWN = (schema.contact_value, schema.contact_photo, info)


class Move(NamedTuple):
    """A column that refers to contacts, and the columns that identify a row of its table."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def entity(self) -> str | None:
        """The entity of the rows, None if they are not records."""
        return ENTITIES.get(self.table.name)

    @property
    def owner(self) -> tuple[str, str] | None:
        """For links between contacts and other records: the entity of those records, and its
        column."""
        for key in self.table.foreign_keys:
            if key.parent in self.rest and key.column.table.name in ENTITIES:
                return ENTITIES[key.column.table.name], key.parent.name
        return None

    @property
    def rest(self) -> tuple[Column[Any], ...]:
        """The key of a row without the contact."""
        return tuple(each for each in self.table.primary_key if each is not self.column)

    @property
    def recorded(self) -> tuple[Column[Any], ...]:
        """What a merge records of a moved row; the key without the contact comes first."""
        if self.table in _OWN:
            others = (each for each in self.table.c if each not in self.rest)
            return (*self.rest, *(each for each in others if each is not self.column))
        return (*self.rest, *(each for each in self.table.c if each.name == "deleted_on"))


@cache
def moves() -> tuple[Move, ...]:
    """Every column that refers to contacts, except search words, which are computed, and earlier
    merges."""
    return tuple(
        Move(table, key.parent)
        for table in schema.metadata.sorted_tables
        if table is not merged and "searched" not in table.info
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table is contact
    )


# Locks the contacts `ids` so that no other transaction changes them or adds to them.
LOCK = Statement(
    select(contact.c.id).where(AnyOf(contact.c.id, "ids")).order_by(contact.c.id).with_for_update()
)
MODIFIED = Statement(
    select(contact.c.modified_by, contact.c.modified_on).where(
        contact.c.id == bindparam("id", type_=Integer())
    )
)


@shape
def demote() -> Statement:
    """Contact data that would be a second primary item of its kind becomes non-primary. Returns the
    ids."""
    primary = info.alias("primary")
    taken = exists(
        select(ONE).where(
            primary.c.contact_id == TARGET,
            primary.c.is_primary,
            primary.c.info_type == info.c.info_type,
        )
    )
    stays = _has_same(Move(info, info.c.contact_id))
    return Statement(
        update(info)
        .where(info.c.contact_id == SOURCE, info.c.is_primary, taken, ~stays)
        .values(is_primary=constant(False))
        .returning(info.c.id)
    )


PROMOTE = Statement(
    update(info)
    .where(info.c.contact_id == SOURCE, AnyOf(info.c.id, "ids"))
    .values(is_primary=constant(True))
)


@shape
def move(moving: Move) -> Statement:
    """Moves the rows of the contact `source` to `target`, except those that the target has already.
    Returns `Move.recorded` of each."""
    table = moving.table
    mine = and_(moving.column == SOURCE, ~_has_same(moving))
    return Statement(
        update(table).where(mine).values(_moved(moving, TARGET)).returning(*moving.recorded)
    )


@shape
def move_back(moving: Move) -> Statement:
    """Moves those rows of `given` (`Move.recorded` of each) back that are unchanged since.
    Returns the keys without the contact."""
    table, given = moving.table, _given(moving)
    unchanged = [
        or_(given.c.deleted_on.is_not(NULL), table.c.deleted_on.is_(NULL))
        if each.name == "deleted_on"
        else each.is_not_distinct_from(given.c[each.name])
        for each in moving.recorded
        if each not in moving.rest
    ]
    same = [each == given.c[each.name] for each in moving.rest]
    return Statement(
        update(table)
        .where(moving.column == TARGET, *same, *unchanged)
        .values(_moved(moving, SOURCE))
        .returning(*(moving.rest or (ONE,)))
    )


@shape
def movable(moving: Move) -> Statement:
    """Which rows of `given` could still move: the keys of those that exist, with the record that
    they link to."""
    given = _given(moving)
    found: list[ColumnElement[Any]] = []
    for key in moving.table.foreign_keys:
        if key.parent in moving.rest:
            held = key.column.table.alias(f"of_{key.parent.name}")
            same = held.c[key.column.name] == given.c[key.parent.name]
            found.append(exists(select(ONE).select_from(held).where(same)))
    if not found and moving.rest:
        row = moving.table.alias("of_row")
        same = and_(*(row.c[each.name] == given.c[each.name] for each in moving.rest))
        found.append(exists(select(ONE).select_from(row).where(same)))
    keys = [given.c[each.name] for each in moving.rest] or [ONE]
    return Statement(select(*keys).select_from(given).where(*found))


@shape
def touch(entity: str) -> Statement:
    """Gives the records `ids` a new version, because their contacts changed."""
    table = next(
        schema.metadata.tables[name] for name, found in ENTITIES.items() if found == entity
    )
    return Statement(
        update(table).where(AnyOf(table.c.id, "ids")).values(version=table.c.version + ONE)
    )


# The merges into the contact `target` that were not undone, the newest first: id, source, what
# moved, who modified it and when, and whether the source is still in the trash.
NEWEST = Statement(
    select(
        merged.c.id,
        merged.c.source_id,
        merged.c.moved,
        merged.c.created_by,
        merged.c.created_on,
        contact.c.deleted_on.is_not(NULL),
    )
    .join(contact, contact.c.id == merged.c.source_id)
    .where(merged.c.contact_id == TARGET, merged.c.undone_on.is_(NULL))
    .order_by(merged.c.id.desc())
    .limit(ONE)
)
UNDO = Statement(
    update(merged)
    .where(merged.c.id == bindparam("id", type_=Integer()))
    .values(undone_on=bindparam("now", type_=BigInteger()))
)


def _moved(moving: Move, to: ColumnElement[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {moving.column.name: to}
    if "version" in moving.table.c:
        values["version"] = moving.table.c.version + ONE
    return values


def _has_same(moving: Move) -> ColumnElement[Any]:
    """Whether the target already has such a row, so that this one does not move."""
    table = moving.table
    names: Sequence[str] = _SAME.get(table, ())
    if moving.column.primary_key:
        names = [each.name for each in moving.rest]
    elif not names:
        return constant(False)
    other = table.alias("same")
    same = [other.c[name] == table.c[name] for name in names]
    found = select(ONE).where(other.c[moving.column.name] == TARGET, *same)
    return exists(found.correlate(table))


def _given(moving: Move) -> Any:
    return rows_of("given", **{each.name: each.type for each in moving.recorded})
