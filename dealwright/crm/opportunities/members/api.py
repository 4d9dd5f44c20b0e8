"""The routes between opportunities and the contacts that take part in them, from both sides."""

import msgspec

from dealwright import access
from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.crm.opportunities import reads as opportunities
from dealwright.crm.opportunities.members import actions, reads
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


class Link(OpportunityPath, kw_only=True, frozen=True):
    contact_id: Id


@route.get("opportunity/{opportunityid:id}/contact")
async def members(work: Work, params: OpportunityPath) -> list[Person | Company]:
    """Lists the contacts that take part in an opportunity and that you may see.

    `canEdit` is false for the primary contact: the contact's page cannot unlink it.
    """
    return await reads.members(work, params.opportunity_id)


@route.post("opportunity/{opportunityid:id}/contact/{contactid:id}")
async def link(work: Work, params: Link) -> Answer[Person | Company]:
    """Adds a contact to an opportunity and returns the contact."""
    await actions.link(work, params.opportunity_id, params.contact_id)
    return await contacts.view(work, params.contact_id)


@route.delete("opportunity/{opportunityid:id}/contact/{contactid:id}")
async def unlink(work: Work, params: Link) -> Answer[Person | Company]:
    """Removes a contact from an opportunity and returns the contact."""
    await actions.unlink(work, params.opportunity_id, params.contact_id, keep_primary=False)
    return await contacts.view(work, params.contact_id)


@route.post("contact/{contactid:id}/opportunity/{opportunityid:id}")
async def link_from_contact(work: Work, params: Link) -> Answer[Opportunity]:
    """Adds a contact to an opportunity and returns the opportunity."""
    await actions.link(work, params.opportunity_id, params.contact_id)
    return await opportunities.changed(work, params.opportunity_id)


@route.delete("contact/{contactid:id}/opportunity/{opportunityid:id}")
async def unlink_from_contact(work: Work, params: Link) -> Answer[Opportunity]:
    """Removes a contact from an opportunity and returns the opportunity.

    The primary contact of an opportunity cannot be removed here: 403.
    """
    await actions.unlink(work, params.opportunity_id, params.contact_id, keep_primary=True)
    return await opportunities.changed(work, params.opportunity_id)
