"""The routes of opportunities: lists, one opportunity, and its changes."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.opportunities import actions, filters, reads
from dealwright.crm.opportunities.filters import Filter
from dealwright.crm.opportunities.placing import Loss
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


class OpportunityBody(Filling, kw_only=True, frozen=True):
    """The values of an opportunity. `perPeriodValue` is the number of periods when `bidType` is not
    FixedBid; `successProbability` is clamped to 0…100; `accessList` has an effect only with
    `isPrivate`, `lossReasonId` and `lossComment` only on a lost stage."""

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
    loss_reason_id: int | None = None
    loss_comment: Annotated[str, Length(2000)] | None = None

    @property
    def loss(self) -> Loss:
        return Loss(self.loss_reason_id, self.loss_comment)


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


class Change(OpportunityBody, kw_only=True, frozen=True):
    opportunity_id: Id


class Upsert(OpportunityBody, kw_only=True, frozen=True):
    key: Annotated[str, Length(255)]


class Move(OpportunityPath, kw_only=True, frozen=True):
    id: Id
    stage_id: int = 0


class Sharing(OpportunityPath, kw_only=True, frozen=True):
    is_private: bool | None = None
    access_list: list[Guid] = msgspec.field(default_factory=list)


class CreationDate(OpportunityPath, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(OpportunityPath, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


class ByPrefix(msgspec.Struct, kw_only=True, frozen=True):
    """With `internalSearch` only opportunities of the contact are searched, without it all
    others."""

    prefix: Annotated[str, Length(1000)] = ""
    contact_id: int = 0
    internal_search: bool = False


class ByContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


@route.get("opportunity/filter", is_heavy=filters.is_heavy)
async def page(work: Work, params: Filter, paging: Paging) -> Listing[Opportunity]:
    """Lists the opportunities that match all given filters."""
    return await reads.page(work, await filters.resolve(work, params, paging.filter_value), paging)


@route.get("opportunity/byprefix", mode=Mode.HEAVY)
async def by_prefix(work: Work, params: ByPrefix) -> list[Opportunity]:
    """Lists up to 30 opportunities whose title contains every word of a text."""
    return await reads.by_prefix(
        work, params.prefix, params.contact_id, within=params.internal_search
    )


@route.get("opportunity/bycontact/{contactid:id}")
async def by_contact(work: Work, params: ByContact, paging: Paging) -> Listing[Opportunity]:
    """Lists the opportunities in which a contact takes part, by title."""
    return await reads.by_contact(work, params.contact_id, paging)


@route.get("opportunity/{opportunityid:id}")
async def view(work: Work, params: OpportunityPath) -> Answer[Opportunity]:
    """Returns one opportunity."""
    return await reads.view(work, params.opportunity_id)


@route.post("opportunity")
async def create(work: Work, params: OpportunityBody) -> Answer[Opportunity]:
    """Creates an opportunity."""
    created = await actions.create(
        work, params, values=params.values, notify=params.is_notify, loss=params.loss
    )
    return await reads.changed(work, created)


@route.put("opportunity/{opportunityid:id}")
async def update(work: Work, params: Change) -> Answer[Opportunity]:
    """Replaces an opportunity: absent values become empty, except members, access, privacy and
    externalId."""
    await actions.update(
        work,
        params.opportunity_id,
        params,
        values=params.values,
        notify=params.is_notify,
        loss=params.loss,
    )
    return await reads.changed(work, params.opportunity_id)


@route.put("opportunity/by-external/{key}", also=(201,))
async def upsert(work: Work, params: Upsert) -> Answer[Opportunity]:
    """Creates or replaces the opportunity with the given externalId: 201 or 200."""
    inputs = msgspec.structs.replace(params, external_id=params.key)
    opportunity_id, is_new = await actions.upsert(
        work, inputs, values=params.values, notify=params.is_notify, loss=params.loss
    )
    answer = await reads.changed(work, opportunity_id)
    return msgspec.structs.replace(answer, status=201 if is_new else 200)


@route.put("opportunity/{opportunityid:id}/stage/{id:id}")
async def move(work: Work, params: Move) -> Answer[Opportunity]:
    """Moves an opportunity to a stage and sets the success probability of that stage.

    `stageid` names the stage; without it the id in the path does. A won or lost stage sets the
    actual close date to now, an open stage clears it.
    """
    # differs: the reference ignores the stage in the path.
    await actions.move(work, params.opportunity_id, params.stage_id or params.id)
    return await reads.changed(work, params.opportunity_id)


@route.put("opportunity/{opportunityid:id}/access")
async def share(work: Work, params: Sharing) -> Answer[Opportunity]:
    """Sets who sees an opportunity. Only its creator and administrators may do this."""
    await actions.share(
        work, params.opportunity_id, is_private=params.is_private, access_list=params.access_list
    )
    return await reads.changed(work, params.opportunity_id)


@route.delete("opportunity/{opportunityid:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: OpportunityPath) -> Answer[Opportunity]:
    """Moves an opportunity to the trash and returns it as it was.

    Its tasks, events and their files go to the trash too: `alsoDeleted` counts them.
    """
    before = await reads.view(work, params.opportunity_id)
    await actions.delete(work, params.opportunity_id)
    [deleted] = await trash.with_dependents(work, "opportunity", [before.value])
    return Answer(value=deleted)


@route.put("opportunity/{opportunityid:id}/creationdate")
async def set_creation_date(work: Work, params: CreationDate) -> None:
    """Sets when an opportunity was created, for imports."""
    await actions.set_timestamp(work, params.opportunity_id, "created_on", params.creation_date)


@route.put("opportunity/{opportunityid:id}/lastmodifeddate")
async def set_modification_date(work: Work, params: ModificationDate) -> None:
    """Sets when an opportunity was last changed, for imports."""
    await actions.set_timestamp(
        work, params.opportunity_id, "modified_on", params.last_modified_date
    )
