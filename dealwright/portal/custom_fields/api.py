"""Routes of the definitions of custom fields. The routes of values are with the records that hold
them."""

from functools import partial
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.custom_fields import actions, repository, shapes
from dealwright.portal.custom_fields.rules import Field, FieldOwner, FieldType
from dealwright.portal.custom_fields.shapes import CustomField
from dealwright.wire.context import RequestContext
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
EVERY = "{entityType:(contact|person|company|opportunity|case)}/customfield"


class Owned(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: FieldOwner


class New(Owned, kw_only=True, frozen=True):
    """The values of a field. `mask` is JSON text: `{"size":40}` of a TextField,
    `{"rows":2,"cols":40}` of a TextArea, `["red","green"]` of a SelectBox, and nothing else."""

    label: Annotated[str, Length(255)] = ""
    field_type: FieldType = FieldType.TEXT_FIELD
    mask: Annotated[str, Length(65_000)] = ""

    @property
    def field(self) -> Field:
        return Field(
            id=0,
            entity_type=int(self.entity_type),
            label=self.label,
            field_type=int(self.field_type),
            mask=self.mask,
            position=0,
        )


class Change(New, kw_only=True, frozen=True):
    id: Id


class FieldPath(Owned, kw_only=True, frozen=True):
    field_id: Id


class Order(Owned, kw_only=True, frozen=True):
    """Fields that are not named come after those that are."""

    field_ids: list[int] = []


@route.get(f"{EVERY}/definitions", mode=Mode.HEAVY)
async def every(work: Work, params: Owned, paging: Paging) -> Listing[CustomField]:
    """Lists the fields of a kind of record in their order.

    Persons and companies also have those of contacts.
    """
    return arrange(await shapes.every(work, params.entity_type), paging)


@route.post(EVERY, mode=Mode.TRANSACTION)
async def create(work: Work, params: New) -> CustomField:
    """Defines a field, after all others. Administrators only."""
    return await shapes.one(work, await actions.create(work, params.field))


@route.put(f"{EVERY}/{{id:id}}", mode=Mode.TRANSACTION)
async def update(work: Work, params: Change) -> CustomField:
    """Replaces a field. Once a record has a value, its type and the options of its select box stay.
    Administrators only."""
    await actions.update(work, params.id, params.field)
    return await shapes.one(work, params.id)


@route.put(f"{EVERY}/reorder", mode=Mode.TRANSACTION)
async def reorder(work: Work, params: Order) -> list[CustomField]:
    """Puts the fields in the order of their ids as sent. Administrators only."""
    # differs: the reference answers the positions that the fields had before.
    await actions.reorder(work, params.entity_type, params.field_ids)
    shown = {field.id: field for field in await shapes.every(work, params.entity_type)}
    return [shown[field_id] for field_id in dict.fromkeys(params.field_ids)]


@route.delete(f"{EVERY}/{{fieldid:id}}", mode=Mode.DIRECT)
async def delete(context: RequestContext, params: FieldPath) -> CustomField:
    """Deletes a field with all its values, and gives it as it was. Administrators only."""
    retire = partial(actions.retire, field_id=params.field_id)
    field, shown = await context.write(retire, transaction=True)
    after: int | None = 0
    while after is not None:
        after = await context.write(
            partial(repository.go_on, field=field, after=after), transaction=True
        )
    result: CustomField = shown
    return result
