"""How custom fields and their values look on the wire."""

from collections.abc import Iterable

from dealwright.custom_fields.queries import Field
from dealwright.custom_fields.rules import FieldType
from dealwright.wire.shape import Shape


class CustomFieldBase(Shape, kw_only=True):
    """One custom value of a record, with the definition it belongs to."""

    entity_id: int
    label: str
    field_value: str
    field_type: int
    position: int
    mask: str
    id: int


def filled(
    entity_id: int, values: dict[int, str], fields: Iterable[Field], *, headings: bool
) -> list[CustomFieldBase]:
    """The values of one record in the order of their definitions. A single record also shows the
    headings, which hold no value; a list does not."""
    return [
        CustomFieldBase(
            entity_id=entity_id if field.id in values else 0,
            label=field.label,
            field_value=values.get(field.id, ""),
            field_type=field.field_type,
            position=field.position,
            mask=field.mask,
            id=field.id,
        )
        for field in fields
        if field.id in values or (headings and field.field_type == FieldType.HEADING)
    ]
