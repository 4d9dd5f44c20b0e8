"""The custom values of one opportunity on the wire."""

from dealwright.custom_fields.queries import Field
from dealwright.custom_fields.shapes import CustomFieldBase


def given(opportunity_id: int, field: Field, *, value: str) -> CustomFieldBase:
    """A value as it was sent, also an empty one."""
    return CustomFieldBase(
        entity_id=opportunity_id,
        label=field.label,
        field_value=value,
        field_type=field.field_type,
        position=field.position,
        mask=field.mask,
        id=field.id,
    )
