"""Giving one custom field of a case a value, or taking it away."""

from dealwright.cases import stored
from dealwright.custom_fields import actions as custom_fields
from dealwright.custom_fields.rules import FieldOwner
from dealwright.custom_fields.shapes import CustomFieldBase
from dealwright.work import Work


async def put(work: Work, case_id: int, *, field_id: int, value: str | None) -> CustomFieldBase:
    """Sets the value, or clears it when it is blank. Raises Invalid, NotFound, Stale."""
    before = (await stored.load(work, case_id)).before
    owner = FieldOwner.CASE
    return await custom_fields.fill(
        work, stored, before, owner=owner, field_id=field_id, value=value
    )
