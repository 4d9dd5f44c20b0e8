"""The routes that make one contact of two, and take that back."""

import msgspec

from dealwright import access
from dealwright.crm.contacts import reads
from dealwright.crm.contacts.merges import actions
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Two(msgspec.Struct, kw_only=True, frozen=True):
    """`fromcontactid` is merged into `tocontactid`, which stays."""

    from_contact_id: int = 0
    to_contact_id: int = 0


class MergePath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


@route.put("contact/merge", mode=Mode.TRANSACTION)
async def merge(work: Work, params: Two) -> Answer[Person | Company]:
    """Makes one contact of two persons, or of two companies, and gives the one that stays.

    Tasks, events, opportunities, cases, persons, tags, contact data, managers and custom values
    move; what both have stays as the target has it. Where its job title, about, industry, company,
    status, type or currency is empty, that of the other is taken over. The other contact goes to
    the trash, from which only `PUT contact/{contactid}/unmerge` takes it back.
    """
    await actions.merge(work, params.from_contact_id, params.to_contact_id)
    return await reads.changed(work, params.to_contact_id)


@route.put("contact/{contactid:id}/unmerge", mode=Mode.TRANSACTION)
async def unmerge(work: Work, params: MergePath) -> Answer[Person | Company]:
    """Takes the newest merge into a contact back and gives the contact as it is then.

    All that moved goes back to the other contact, which comes out of the trash. 409 names what was
    changed or deleted since and stands in the way.
    """
    await actions.unmerge(work, params.contact_id)
    return await reads.changed(work, params.contact_id)
