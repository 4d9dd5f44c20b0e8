"""Reads what stands on the page of one contact, by the same reads as the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from dealwright.crm.contacts import reads as contacts
from dealwright.crm.contacts.search import reads as lists
from dealwright.crm.contacts.shapes import Contact
from dealwright.crm.history import filters as history_filters
from dealwright.crm.history import reads as history
from dealwright.crm.opportunities import filters as opportunity_filters
from dealwright.crm.opportunities import reads as opportunities
from dealwright.crm.opportunities.panel import timeline
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.crm.tasks import filters as task_filters
from dealwright.crm.tasks import reads as tasks
from dealwright.crm.tasks.shapes import Task
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work

MOST = 50  # of each kind
FEW = Paging(count=MOST)


class Shown(NamedTuple):
    """A contact with what belongs to it, each list cut to MOST with its total."""

    contact: Contact
    persons: Listing[Contact]
    opportunities: Listing[Opportunity]
    tasks: Listing[Task]
    entries: Sequence[timeline.Entry]
    events: int


async def shown(work: Work, contact_id: int) -> Shown:
    """Everything of one contact that the actor sees. Raises NotFound."""
    contact = (await contacts.view(work, contact_id)).value
    deals = opportunity_filters.Filter(contact_id=contact_id, contact_also_is_participant=True)
    due = task_filters.Filter(is_closed=False, entity_type="contact", entity_id=contact_id)
    told = history_filters.Filter(entity_type="contact", entity_id=contact_id)
    events = await history.page(work, await history_filters.resolve(work, told, ""), FEW)
    return Shown(
        contact,
        await lists.persons(work, contact_id, FEW) if contact.is_company else Listing([], 0),
        await opportunities.page(work, await opportunity_filters.resolve(work, deals, ""), FEW),
        await tasks.page(work, task_filters.resolve(due, ""), FEW),
        [timeline.from_event(each, _microseconds(each.created)) for each in events.rows],
        events.total or 0,
    )


def _microseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)
