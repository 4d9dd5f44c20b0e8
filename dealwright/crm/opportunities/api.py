"""The routes of opportunities: one, lists, and changes to one."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.opportunities import actions, filters, reads
from dealwright.crm.opportunities.filters import Filter
from dealwright.crm.opportunities.rules import BidType
from dealwright.crm.opportunities.shapes import Opportunity
from dealwright.crm.trash import reads as trash
from dealwright.portal.custom_fields.shapes import Filling
from dealwright.wire.envelope import Answer
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Between, Guid, Id, Length, Moment, Money
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Wishes(Filling, kw_only=True, frozen=True):
    """What an opportunity is to be. `perPeriodValue` says how often the amount is paid when
    `bidType` is not FixedBid; `successProbability` is clamped to 0…100; `accessList` counts only
    with `isPrivate`."""

    contact_id: int = 0
    members: list[int] = msgspec.field(default_factory=list)
    title: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    responsible_id: Guid | None = None
    bid_type: BidType = BidType.FIXED_BID
    bid_value: Money = 0
    bid_currency_abbr: str = ""
    per_period_value: Annotated[int, Between(0, 2**31 - 1)] = 0
    stage_id: int = 0
    success_probability: int = 0
    actual_close_date: Moment | None = None
    expected_close_date: Moment | None = None
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)
    is_notify: bool = False
    external_id: Annotated[str, Length(255)] | None = None


class One(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


class Change(Wishes, kw_only=True, frozen=True):
    opportunity_id: Id


class Upsert(Wishes, kw_only=True, frozen=True):
    key: Annotated[str, Length(255)]


class Move(One, kw_only=True, frozen=True):
    id: Id
    stage_id: int = 0


class Sharing(One, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


class CreationDate(One, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(One, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


class ByPrefix(msgspec.Struct, kw_only=True, frozen=True):
    """`internalSearch` looks among the contact's own opportunities, without it among all others."""

    prefix: Annotated[str, Length(1000)] = ""
    contact_id: int = 0
    internal_search: bool = False


class ByContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


@route.get("opportunity/filter", is_heavy=filters.is_heavy)
async def page(work: Work, asked: Filter, paging: Paging) -> Listing[Opportunity]:
    """Lists the opportunities that match all given filters."""
    return await reads.page(work, await filters.wanted(work, asked, paging.filter_value), paging)


@route.get("opportunity/byprefix", mode=Mode.HEAVY)
async def by_prefix(work: Work, asked: ByPrefix) -> list[Opportunity]:
    """Lists up to 30 opportunities whose title contains every word of a text."""
    return await reads.by_prefix(work, asked.prefix, asked.contact_id, within=asked.internal_search)


@route.get("opportunity/bycontact/{contactid:id}")
async def by_contact(work: Work, asked: ByContact, paging: Paging) -> Listing[Opportunity]:
    """Lists the opportunities in which a contact takes part, by title."""
    return await reads.by_contact(work, asked.contact_id, paging)


@route.get("opportunity/{opportunityid:id}")
async def view(work: Work, asked: One) -> Answer[Opportunity]:
    """Gives one opportunity."""
    return await reads.view(work, asked.opportunity_id)


@route.post("opportunity")
async def create(work: Work, asked: Wishes) -> Answer[Opportunity]:
    """Creates an opportunity."""
    created = await actions.create(work, asked, values=asked.values, notify=asked.is_notify)
    return await reads.changed(work, created)


@route.put("opportunity/{opportunityid:id}")
async def update(work: Work, asked: Change) -> Answer[Opportunity]:
    """Replaces an opportunity: what is absent becomes empty, except members, access, privacy and
    externalId."""
    await actions.update(
        work, asked.opportunity_id, asked, values=asked.values, notify=asked.is_notify
    )
    return await reads.changed(work, asked.opportunity_id)


@route.put("opportunity/by-external/{key}", also=(201,))
async def upsert(work: Work, asked: Upsert) -> Answer[Opportunity]:
    """Creates or replaces the opportunity with a key of the caller's own: 201 or 200."""
    wishes = msgspec.structs.replace(asked, external_id=asked.key)
    opportunity_id, is_new = await actions.upsert(
        work, wishes, values=asked.values, notify=asked.is_notify
    )
    answer = await reads.changed(work, opportunity_id)
    return msgspec.structs.replace(answer, status=201 if is_new else 200)


@route.put("opportunity/{opportunityid:id}/stage/{id:id}")
async def move(work: Work, asked: Move) -> Answer[Opportunity]:
    """Moves an opportunity to a stage and takes over the stage's success probability.

    The stage is `stageid`; without it the one in the path. A won or lost stage sets the actual
    close date to now, an open one clears it."""
    # differs: the reference ignores the stage in the path.
    await actions.move(work, asked.opportunity_id, asked.stage_id or asked.id)
    return await reads.changed(work, asked.opportunity_id)


@route.put("opportunity/{opportunityid:id}/access")
async def share(work: Work, asked: Sharing) -> Answer[Opportunity]:
    """Decides who sees an opportunity. Only its creator and administrators may."""
    await actions.share(
        work, asked.opportunity_id, is_private=asked.is_private, access_list=asked.access_list
    )
    return await reads.changed(work, asked.opportunity_id)


@route.delete("opportunity/{opportunityid:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, asked: One) -> Answer[Opportunity]:
    """Puts an opportunity into the trash and gives it as it was.

    Its tasks and events go with it, and the files of those: `deletedTogether` counts them.
    """
    before = await reads.view(work, asked.opportunity_id)
    await actions.delete(work, asked.opportunity_id)
    [deleted] = await trash.told(work, "opportunity", [before.value])
    return Answer(value=deleted)


@route.put("opportunity/{opportunityid:id}/creationdate")
async def set_creation_date(work: Work, asked: CreationDate) -> None:
    """Sets when an opportunity was created, for imports."""
    await actions.redate(work, asked.opportunity_id, "created_on", asked.creation_date)


@route.put("opportunity/{opportunityid:id}/lastmodifeddate")
async def set_modification_date(work: Work, asked: ModificationDate) -> None:
    """Sets when an opportunity was last changed, for imports."""
    await actions.redate(work, asked.opportunity_id, "modified_on", asked.last_modified_date)
