"""Giving one custom field of an opportunity a value, or taking it away."""

from dealwright.custom_fields import actions as custom_fields
from dealwright.custom_fields.rules import FieldOwner
from dealwright.custom_fields.shapes import CustomFieldBase
from dealwright.opportunities import stored
from dealwright.work import Work


async def put(
    work: Work, opportunity_id: int, *, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets the value, or clears it when it is blank. Raises Invalid, NotFound, Stale."""
    before = (await stored.load(work, opportunity_id)).before
    owner = FieldOwner.OPPORTUNITY
    return await custom_fields.fill(
        work, stored, before, owner=owner, field_id=field_id, value=value
    )
