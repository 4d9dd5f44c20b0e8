"""Reads and sets the custom values of one contact."""

from dealwright.crm.contacts import repository
from dealwright.crm.contacts.reads import view
from dealwright.errors import NotFound
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.custom_fields.shapes import CustomFieldBase
from dealwright.work import Work

_KINDS = {FieldOwner.CONTACT: None, FieldOwner.COMPANY: True, FieldOwner.PERSON: False}


async def listed(work: Work, owner: FieldOwner, contact_id: int) -> list[CustomFieldBase]:
    """The values of a contact, with the headings between them. Raises NotFound.

    # differs: the reference does not check whether the caller may see the contact.
    """
    contact = (await view(work, contact_id, parameter="entityid")).value
    if _KINDS[owner] not in (None, contact.is_company):
        raise NotFound
    fields = await work.cached(definitions)
    own = frozenset(each.id for each in fields.values() if each.entity_type in owner.has)
    return [each for each in contact.custom_fields or () if each.id in own]


async def set_value(
    work: Work, owner: FieldOwner, contact_id: int, field_id: int, value: str | None
) -> CustomFieldBase:
    """Sets a value of a contact; an empty one clears it. Raises NotFound, Forbidden, Stale,
    Invalid."""
    loaded = await repository.load_to_edit(
        work, contact_id, parameter="entityid", is_company=_KINDS[owner]
    )
    before = loaded.before
    kind = FieldOwner.COMPANY if before.is_company else FieldOwner.PERSON
    return await custom_fields.fill(
        work, repository, before, owner=kind, field_id=field_id, value=value
    )
