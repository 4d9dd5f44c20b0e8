"""The routes that merge two contacts, and undo that."""

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
    """`fromcontactid` is merged into `tocontactid`, which remains."""

    from_contact_id: int = 0
    to_contact_id: int = 0


class MergePath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


@route.put("contact/merge", mode=Mode.TRANSACTION)
async def merge(work: Work, params: Two) -> Answer[Person | Company]:
    """Merges two persons, or two companies, into one contact and returns the remaining one.

    Tasks, events, opportunities, cases, persons, tags, contact data, managers and custom values
    move. What both have stays as the target has it. An empty job title, about, industry, company,
    status, type or currency of the target is filled from the other contact. The other contact goes
    to the trash; only `PUT contact/{contactid}/unmerge` restores it.
    """
    await actions.merge(work, params.from_contact_id, params.to_contact_id)
    return await reads.changed(work, params.to_contact_id)


@route.put("contact/{contactid:id}/unmerge", mode=Mode.TRANSACTION)
async def unmerge(work: Work, params: MergePath) -> Answer[Person | Company]:
    """Undoes the newest merge into a contact and returns the contact as it is afterwards.

    Everything that moved goes back to the other contact, which leaves the trash. 409 names what was
    changed or deleted since and prevents the undo.
    """
    await actions.unmerge(work, params.contact_id)
    return await reads.changed(work, params.contact_id)
