"""Changes of the definitions of custom fields, and setting a value of one record. Each action
refuses first, in a fixed order, and then saves.

Every change locks the definitions and runs in a transaction. The kind of record in the address
matters only for the order of fields, as in the reference: the id identifies the field.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from dealwright.access import demand_admin
from dealwright.errors import Invalid
from dealwright.portal.custom_fields import queries, repository, rules, shapes
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import Field, FieldOwner, find_to_fill, merged
from dealwright.portal.custom_fields.shapes import CustomField, CustomFieldBase, given
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.statements.change import Change, Insert, Run, Update
from dealwright.work import Work

ENTITY = "custom_field"


async def create(work: Work, requested: Field) -> int:
    """Creates a field after all others and returns its id. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    field = rules.valid(requested)
    fields = await _fields(work)
    last = max((each.position for each in fields.values()), default=0)
    field = replace(field, position=last + 1)
    audit_entry = entry(work, ENTITY, "created", difference(None, field, without=("id",)))
    row = await work.save(Change(Insert(schema.custom_field, _row(field)), (audit_entry,)))
    work.invalidate(definitions)
    return int(row[0])


async def update(work: Work, field_id: int, requested: Field) -> None:
    """Replaces label and mask, and the type while no record has a value. Raises Forbidden, Invalid,
    NotFound.

    # differs: in the reference every user may.
    """
    demand_admin(work.actor)
    before = rules.find(await _fields(work), field_id)
    after = rules.revise(before, requested, has_values=await _has_values(work, before))
    audit_entry = entry(work, ENTITY, "updated", difference(before, after))
    await work.save(Change(Update(schema.custom_field, field_id, _row(after)), (audit_entry,)))
    work.invalidate(definitions)


async def reorder(work: Work, owner: FieldOwner, ids: Sequence[int]) -> None:
    """Puts the named fields first, in this order. Raises Forbidden, Invalid, NotFound."""
    demand_admin(work.actor)
    fields = await _fields(work)
    after = rules.reordered(fields, owner, ids)
    placed = [(field.id, field.position) for field in after]
    named = frozenset(field.id for field in after)
    order = [each for each in fields if each in named], [field.id for field in after]
    changes = [("order", *order)]
    audit_entry = entry(work, ENTITY, "reordered", changes, entity_id=0)
    await work.save(Change(None, (Run(queries.PLACE, {"placed": placed}), audit_entry)))
    work.invalidate(definitions)


async def retire(work: Work, field_id: int) -> tuple[Field, CustomField]:
    """Hides a field from everybody; returns it and how it was shown. `repository.go_on` does the
    rest.

    Raises Forbidden, Invalid, NotFound.
    """
    demand_admin(work.actor)
    gone = rules.find(await _fields(work), field_id)
    shown = await shapes.one(work, field_id)
    audit_entry = entry(work, ENTITY, "deleted", difference(gone, None, without=("id",)))
    head = Update(schema.custom_field, field_id, {"retired_on": work.now})
    await work.save(Change(head, (audit_entry,)))
    work.invalidate(definitions)
    return gone, shown


async def finish(work: Work, *, limit: int) -> int:
    """Continues a deletion that was interrupted, for at most `limit` records; 0 if there is
    none."""
    row = await work.row(queries.GONE)
    if row is None:
        return 0
    await repository.go_on(work, Field(*row), limit=limit)
    return limit


async def _fields(work: Work) -> Held[int, Field]:
    """The definitions, locked until this transaction ends."""
    await work.fetch(queries.LOCK)
    return await definitions(work.session)


async def _has_values(work: Work, field: Field) -> bool:
    """Also in the trash; if there are none, none can be added until this transaction ends."""
    await work.fetch(queries.CLOSE, id=field.id)
    row = await work.row(queries.has_values(field.entity_type), id=field.id)
    return bool(row[0])


def _row(field: Field) -> dict[str, object]:
    return {
        "entity_type": int(field.entity_type),
        "label": field.label,
        "field_type": int(field.field_type),
        "mask": field.mask,
        "position": field.position,
    }


# ------------------------------------------------------------------------- a value of one record


class Saving(Protocol):
    """What the slice of a record provides: see `records.record`."""

    async def save(self, work: Work, before: Any, after: Any, action: str, /) -> None: ...


async def fill(
    work: Work,
    repository: Saving,
    before: Any,
    *,
    owner: FieldOwner,
    field_id: int,
    value: str | None,
) -> CustomFieldBase:
    """Sets a field of a loaded record to a value, or clears it if the value is blank.

    Raises Invalid, NotFound.
    # differs: the reference checks neither the record nor the owner of the field.
    """
    if value is None:
        raise Invalid("fieldValue", "must be given; an empty one clears the field")
    field = find_to_fill(await work.cached(definitions), field_id, owner)
    values = merged(before.values, [(field_id, value)], fields=frozenset((field_id,)))
    if values != before.values:
        after = replace(before, values=values, version=before.version + 1)
        await repository.save(work, before, after, "updated")
    return given(before.id, field, value=value)
