"""Giving one custom field of an opportunity a value, or taking it away."""

from dataclasses import replace

from dealwright.custom_fields.queries import Field, definitions
from dealwright.custom_fields.rules import FieldOwner, FieldType, merged
from dealwright.errors import Invalid, NotFound
from dealwright.opportunities import rules, stored
from dealwright.work import Work


async def put(work: Work, opportunity_id: int, *, field_id: int, value: str | None) -> Field:
    """Sets the value, or clears it when it is blank; the field. Raises Invalid, NotFound, Stale.

    # differs: the reference looks at neither the opportunity nor whose field it is.
    """
    if value is None:
        raise Invalid("fieldValue", "must be given; an empty one clears the field")
    loaded = await stored.load(work, opportunity_id)
    field = await _field(work, field_id)
    before = loaded.before
    values = merged(before.values, [(field_id, value)], fields=frozenset((field_id,)))
    after = replace(before, values=values)
    if after.values != before.values:
        await stored.save(work, before, rules.next_version(after, before), "updated")
    return field


async def _field(work: Work, field_id: int) -> Field:
    if field_id <= 0:
        raise Invalid("fieldid", "must be the id of a custom field")
    field = (await work.recall(definitions)).get(field_id)
    if field is None or field.entity_type != FieldOwner.OPPORTUNITY:
        raise NotFound
    if field.field_type == FieldType.HEADING:
        raise Invalid("fieldid", "must be the id of a field that holds values, not of a heading")
    return field
