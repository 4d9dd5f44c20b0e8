"""How custom fields and their values look on the wire."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec

from dealwright.portal.custom_fields.queries import Field, counts, definitions
from dealwright.portal.custom_fields.rules import FieldOwner, FieldType, find
from dealwright.wire.shape import Shape
from dealwright.wire.values import Length
from dealwright.work import Work


class Pair(msgspec.Struct, frozen=True):
    """A custom value: `key` is the id of the field. An empty value clears it."""

    key: int = 0
    value: Annotated[str, Length(65_000)] = ""


class Filling(msgspec.Struct, kw_only=True, frozen=True):
    """The part of the input that holds custom values of a record."""

    custom_field_list: list[Pair] = []

    @property
    def values(self) -> list[tuple[int, str]]:
        return [(pair.key, pair.value) for pair in self.custom_field_list]


class CustomFieldBase(Shape, kw_only=True):
    """One custom value of a record, with its definition."""

    entity_id: int
    label: str
    field_value: str
    field_type: int
    position: int
    mask: str
    id: int


def by_owner(rows: Iterable[Sequence[Any]]) -> defaultdict[int, dict[int, str]]:
    """Rows of (record, field, value) as the values of each record."""
    values: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for owner, field, value in rows:
        values[owner][field] = value
    return values


def filled(
    entity_id: int, values: dict[int, str], fields: Iterable[Field], *, headings: bool
) -> list[CustomFieldBase]:
    """The values of one record in the order of their definitions. A single record also shows the
    headings, which hold no value; a list does not."""
    shown = []
    for field in fields:
        text = values.get(field.id)
        if text is not None or (headings and field.field_type == FieldType.HEADING):
            shown.append(
                CustomFieldBase(
                    entity_id=0 if text is None else entity_id,
                    label=field.label,
                    field_value=text or "",
                    field_type=field.field_type,
                    position=field.position,
                    mask=field.mask,
                    id=field.id,
                )
            )
    return shown


def given(entity_id: int, field: Field, *, value: str) -> CustomFieldBase:
    """A value as it was sent, even if it is empty."""
    return CustomFieldBase(
        entity_id=entity_id,
        label=field.label,
        field_value=value,
        field_type=field.field_type,
        position=field.position,
        mask=field.mask,
        id=field.id,
    )


async def fillable(work: Work, owner: FieldOwner) -> frozenset[int]:
    """The fields that can hold a value of such a record."""
    fields = (await work.cached(definitions)).values()
    return frozenset(
        each.id for each in fields if each.holds_values and each.entity_type in owner.has
    )


class CustomField(Shape, kw_only=True):
    """The definition of a field; `relativeItemsCount` is how many records that you see have a value
    of it."""

    relative_items_count: int
    entity_id: int
    label: str
    field_value: str
    field_type: int
    position: int
    mask: str
    id: int


async def every(work: Work, owner: FieldOwner) -> list[CustomField]:
    """The definitions of the fields that such records have, in their order."""
    fields = await work.cached(definitions)
    counted = await work.fetch(counts(owner, work.actor.is_admin), actor=work.actor.id)
    many: dict[int, int] = dict(counted)
    return [
        _defined(each, many.get(each.id, 0))
        for each in fields.values()
        if each.entity_type in owner.has
    ]


async def one(work: Work, field_id: int) -> CustomField:
    """Raises Invalid, NotFound."""
    field = find(await work.cached(definitions), field_id)
    statement = counts(field.entity_type, work.actor.is_admin, True)
    row = await work.row(statement, actor=work.actor.id, id=field_id)
    return _defined(field, row[1] if row else 0)


def _defined(field: Field, count: int) -> CustomField:
    return CustomField(
        relative_items_count=count,
        # quirk: a definition shows in this way that it is not a value.
        entity_id=-1,
        label=field.label,
        field_value=" ",
        field_type=field.field_type,
        position=field.position,
        mask=field.mask,
        id=field.id,
    )
