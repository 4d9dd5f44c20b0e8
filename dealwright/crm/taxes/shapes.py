"""The wire form of taxes."""

from collections.abc import Container
from typing import NamedTuple

import msgspec

from dealwright.crm.taxes.rules import Tax
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import MomentText, MoneyNumber, Shape
from dealwright.wire.values import Moments, money
from dealwright.work import Work


class InvoiceTax(Shape, kw_only=True):
    """A tax; `rate` is in percent. A tax that a product or an invoice has cannot be deleted."""

    name: str
    description: str
    rate: MoneyNumber
    created_on: MomentText = msgspec.field(name="createOn")
    created_by: Employee
    can_edit: bool
    can_delete: bool
    id: int


class References(NamedTuple):
    """What taxes refer to, and whether the actor may change them."""

    staff: Staff
    moments: Moments
    is_admin: bool


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return References(people, work.moments, work.actor.is_admin)


def shown(tax: Tax, to: References, *, used: Container[int]) -> InvoiceTax:
    """`used`: the ids of the taxes that cannot be deleted."""
    return InvoiceTax(
        name=tax.name,
        description=tax.description,
        rate=money(tax.rate),
        created_on=to.moments(tax.created_on),
        created_by=to.staff[tax.created_by],
        can_edit=to.is_admin,
        can_delete=to.is_admin and tax.id not in used,
        id=tax.id,
    )
