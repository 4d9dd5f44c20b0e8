"""SQL about the audit trail of a record, and about its fields as the schema declares them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, bindparam, func, or_, select

from dealwright.records.kinds import KINDS
from dealwright.storage import schema
from dealwright.storage.dependents import ENTITIES
from dealwright.storage.statements.dialect import AnyOf, Contains, constant
from dealwright.storage.statements.statement import Statement, shape

audit = schema.audit


def _of_record(is_named: bool) -> Iterator[ColumnElement[Any]]:
    """Things without a numeric id have the number 0; the id in their first change identifies them:
    see `people.accounts.repository`."""
    yield audit.c.entity_type == bindparam("entity_type", type_=String())
    yield audit.c.entity_id == bindparam("entity_id", type_=Integer())
    if is_named:
        yield or_(Contains(audit.c.changes, "of_old"), Contains(audit.c.changes, "of_new"))


@shape
def count(is_named: bool) -> Statement:
    return Statement(select(func.count()).select_from(audit).where(*_of_record(is_named)))


@shape
def page(descending: bool, is_named: bool) -> Statement:
    """Rows of (id, action, person, moment, changes as JSON, total)."""
    return Statement(
        select(
            audit.c.id,
            audit.c.action,
            audit.c.person_id,
            audit.c.on,
            audit.c.changes,
            func.count().over(),
        )
        .where(*_of_record(is_named))
        .order_by(audit.c.id.desc() if descending else audit.c.id)
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
    )


@shape
def newest(has_end: bool) -> Statement:
    """The newest changes of a record, up to `until` where `has_end`, as `shapes.Row`. Bind:
    `limit`."""
    is_early = audit.c.on <= bindparam("until", type_=BigInteger())
    return Statement(
        select(audit.c.id, audit.c.action, audit.c.person_id, audit.c.on, audit.c.changes)
        .where(*_of_record(False), *((is_early,) if has_end else ()))
        .order_by(audit.c.id.desc())
        .limit(bindparam("limit", type_=Integer()))
    )


@shape
def seen(is_admin: bool, kind: str) -> Statement:
    """Which of the records `ids` the actor sees."""
    table, rights, *_ = KINDS[kind]
    is_there = table.c.deleted_on.is_(constant(None))
    see = rights(table, is_admin=is_admin).see
    return Statement(select(table.c.id).where(AnyOf(table.c.id, "ids"), is_there, see))


@cache
def pointers(kind: str) -> dict[str, str]:
    """The fields of a record that hold ids of other records, each with the kind of those.

    A column that refers to them has its own name; a link table is named after the kind.
    """
    found = {}
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = ENTITIES.get(key.column.table.name)
            if target is None:
                continue
            if table is KINDS[kind].table:
                found[key.parent.name] = target
            elif table.name.startswith(f"{kind}_") and target != kind:
                found[f"{table.name.removeprefix(f'{kind}_')}s"] = target
    return found


@cache
def is_money(kind: str, field: str) -> bool:
    return schema.Money in _types(kind, field)


@cache
def is_moment(kind: str, field: str) -> bool:
    return schema.Moment in _types(kind, field)


def _types(kind: str, field: str) -> list[Any]:
    tables = (KINDS[kind].table,) if kind in KINDS else _OTHERS[kind]
    return [table.c[field].type for table in tables if field in table.c]


_OTHERS: dict[str, tuple[schema.Table, ...]] = {
    "person": (schema.person, schema.person_profile),
    "group": (schema.team,),
    "setting": (),
}
