"""SQL about the definitions of custom fields, and about the records that hold values of them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    bindparam,
    exists,
    func,
    select,
    update,
)

from dealwright import access
from dealwright.portal.custom_fields.rules import Field as Field
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import AnyOf, constant, rows_as_json, rows_of
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement, shape

custom_field = schema.custom_field
ID = bindparam("id", type_=Integer())

_fields = select(
    custom_field.c.id,
    custom_field.c.entity_type,
    custom_field.c.label,
    custom_field.c.field_type,
    custom_field.c.mask,
    custom_field.c.position,
)
ALL = Statement(
    _fields.where(custom_field.c.retired_on.is_(constant(None))).order_by(
        custom_field.c.position, custom_field.c.id
    )
)
# The first that is hidden from everybody but not yet removed from all records.
GONE = Statement(
    _fields.where(custom_field.c.retired_on.is_not(constant(None)))
    .order_by(custom_field.c.id)
    .limit(constant(1))
)


async def definitions(session: Session) -> Held[int, Field]:
    """All definitions by id, in their order. For `Work.cached`."""
    return Held((row[0], Field(*row)) for row in await session.fetch(ALL))


# A change locks the definitions. Records that get values do not wait for it.
LOCK = Statement(
    select(custom_field.c.id).order_by(custom_field.c.id).with_for_update(key_share=True)
)
# From now on no record gets a value of the field `id`.
CLOSE = Statement(select(custom_field.c.id).where(custom_field.c.id == ID).with_for_update())

_given = rows_of("placed", id=Integer(), place=Integer())
PLACE = Statement(
    update(custom_field).where(custom_field.c.id == _given.c.id).values(position=_given.c.place)
)


# ---------------------------------------------------------------------------- what holds values


class Holder(NamedTuple):
    """Records with custom values: their name, their table, the tables of values and of words, who
    sees them, and, if they have contact data, the column there that names the record."""

    entity: str
    record: Table
    values: Table
    words: Table
    rights: Callable[..., access.Rights]
    infos: Column[Any] | None = None

    @property
    def owner(self) -> Column[Any]:
        """The column of the values that names the record."""
        return self.values.c[f"{self.entity}_id"]


_OPPORTUNITIES = Holder(
    "opportunity",
    schema.opportunity,
    schema.opportunity_value,
    schema.opportunity_text,
    access.opportunity,
)
_CONTACTS = Holder(
    "contact",
    schema.contact,
    schema.contact_value,
    schema.contact_text,
    access.contact,
    schema.contact_info.c.contact_id,
)
_CASES = Holder("case", schema.crm_case, schema.case_value, schema.crm_case_text, access.crm_case)
HOLDERS: Mapping[int, Holder] = {
    FieldOwner.OPPORTUNITY: _OPPORTUNITIES,
    FieldOwner.CONTACT: _CONTACTS,
    FieldOwner.PERSON: _CONTACTS,
    FieldOwner.COMPANY: _CONTACTS,
    FieldOwner.CASE: _CASES,
}


@shape
def counts(owner: int, is_admin: bool, is_one: bool = False) -> Statement:
    """How many of the records that the actor sees hold a value: rows of (field, how many), of all
    fields or (`is_one`) of the field `id`."""
    holder = HOLDERS[owner]
    record, field = holder.record, holder.values.c.field_id
    see = holder.rights(record, is_admin=is_admin).see
    counted = (
        select(field, func.count())
        .select_from(holder.values.join(record, record.c.id == holder.owner))
        .where(alive(record), see)
        .group_by(field)
    )
    return Statement(counted.where(field == ID) if is_one else counted)


@shape
def has_values(owner: int) -> Statement:
    """Whether any record holds a value of the field `id`, also one in the trash."""
    values = HOLDERS[owner].values
    return Statement(select(exists(select(constant(1)).where(values.c.field_id == ID))))


@shape
def holding(owner: int) -> Statement:
    """The first `limit` records after the id `after` that hold a value of the field `id`,
    locked."""
    holder = HOLDERS[owner]
    return Statement(
        select(holder.record.c.id)
        .select_from(holder.record.join(holder.values, holder.owner == holder.record.c.id))
        .where(holder.values.c.field_id == ID, holder.owner > bindparam("after", type_=Integer()))
        .order_by(holder.owner)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(key_share=True, of=holder.record)
    )


@shape
def texts(owner: int) -> Statement:
    """The texts for the search words of the records `ids`: id, then `spoken`."""
    holder = HOLDERS[owner]
    record = holder.record
    parts = spoken(record, holder.words, values_of=holder.owner, infos=holder.infos)
    return Statement(select(record.c.id, *parts).where(AnyOf(record.c.id, "ids", Integer())))


def spoken(
    record: Table, texts: Table, *, values_of: Column[Any] | None, infos: Column[Any] | None
) -> tuple[ColumnElement[Any], ...]:
    """The texts for search words, for a statement about these records: two JSON lists, of [field,
    value] and of [kind, data, key], then the searched columns in their order. The columns of the
    values and of the contact data name the record; without one the list is empty."""
    return (
        _hanging(record, values_of, "field_id", "value"),
        _hanging(record, infos, "info_type", "data", "data_key"),
        *(record.c[name] for name in texts.info["searched"]),
    )


def _hanging(record: Table, owner: Column[Any] | None, *names: str) -> ColumnElement[Any]:
    if owner is None:
        return constant("[]")
    found = select(*(owner.table.c[name] for name in names)).where(owner == record.c.id)
    return rows_as_json(found.correlate(record))


@shape
def refresh(owner: int) -> Statement:
    """Stores new search words of records: `folded` holds (id, short words, is long)."""
    record = HOLDERS[owner].record
    given = rows_of("folded", id=Integer(), short=String(), is_long=Boolean())
    return Statement(
        update(record)
        .where(record.c.id == given.c.id)
        .values(
            search_text=given.c.short,
            is_long_text=given.c.is_long,
            version=record.c.version + constant(1),
        )
    )
