"""The custom values of one contact: what they are, and setting one."""

from dataclasses import replace

from dealwright.contacts import rules, stored
from dealwright.contacts.lists import view
from dealwright.contacts.stored import Loaded
from dealwright.custom_fields.queries import definitions
from dealwright.custom_fields.rules import Field, FieldOwner, FieldType, find, merged
from dealwright.custom_fields.shapes import CustomFieldBase
from dealwright.errors import Invalid, NotFound
from dealwright.work import Work

_KINDS = {FieldOwner.CONTACT: None, FieldOwner.COMPANY: True, FieldOwner.PERSON: False}


async def listed(work: Work, owner: FieldOwner, contact_id: int) -> list[CustomFieldBase]:
    """The values of a contact, and the headings between them. Raises NotFound.

    # differs: the reference does not ask whether the caller may see the contact.
    """
    shown = (await view(work, contact_id, parameter="entityid")).value
    if _KINDS[owner] not in (None, shown.is_company):
        raise NotFound
    fields = await work.recall(definitions)
    own = frozenset(each.id for each in fields.values() if each.entity_type in owner.has)
    return [each for each in shown.custom_fields or () if each.id in own]


async def set_value(
    work: Work, owner: FieldOwner, contact_id: int, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets a value of a contact; an empty one clears it. Raises NotFound, Forbidden, Stale,
    Invalid."""
    loaded = await stored.load_to_edit(
        work, contact_id, parameter="entityid", is_company=_KINDS[owner]
    )
    field = find(await work.recall(definitions), field_id)
    _demand_field(field, loaded)
    if value is None:
        raise Invalid("fieldValue", "must be given; an empty one clears")
    before = loaded.before
    values = merged(before.values, [(field_id, value)], fields=frozenset((field_id,)))
    after = replace(before, values=values)
    if after != before:
        await stored.save(work, before, rules.next_version(after, before), "updated")
    return CustomFieldBase(
        entity_id=contact_id,
        label=field.label,
        field_value=value,
        field_type=field.field_type,
        position=field.position,
        mask=field.mask,
        id=field.id,
    )


def _demand_field(field: Field, loaded: Loaded) -> None:
    """Such contacts have the field, and it can hold a value."""
    kind = FieldOwner.COMPANY if loaded.before.is_company else FieldOwner.PERSON
    if field.entity_type not in kind.has:
        raise NotFound
    if field.field_type == FieldType.HEADING:
        raise Invalid("fieldid", "must be the id of a field that holds a value, not of a heading")
