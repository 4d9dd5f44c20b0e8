"""Taking a field out of all records that hold a value of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dealwright.audit.actions import entry
from dealwright.custom_fields import queries
from dealwright.custom_fields.rules import Field
from dealwright.storage import schema
from dealwright.storage.change import Change, PutMany, Remove, Run
from dealwright.storage.text import fold
from dealwright.work import Work

AT_ONCE = 200


async def empty(work: Work, field: Field) -> None:
    """No record holds a value of the field any more, nor is found by one. Within a transaction.

    The records are taken before the field is closed, as everybody does who writes a value; the
    second round finds what came in between.
    """
    if field.entity_type not in queries.HOLDERS:
        return
    while await _empty_some(work, field):
        pass
    await work.fetch(queries.CLOSE, id=field.id)
    while await _empty_some(work, field):
        pass


async def _empty_some(work: Work, field: Field) -> bool:
    """Whether there were any left."""
    owner = field.entity_type
    taken = await work.fetch(queries.holding(owner), id=field.id, limit=AT_ONCE)
    if not taken:
        return False
    # Only now are they as they stay; the statement that took them may have waited for others.
    rows = await work.fetch(queries.texts(owner), ids=[row[0] for row in taken])
    await work.save(_without(work, field, rows))
    return True


_values = msgspec.json.Decoder(list[tuple[int, str]])


def _without(work: Work, field: Field, rows: Sequence[Any]) -> Change:
    """The records without their values of the field, and with the words that are left."""
    holder = queries.HOLDERS[field.entity_type]
    folded, words, told = [], [], []
    for record_id, held, *texts in rows:
        before = sorted(_values.decode(held))
        after = [(each, value) for each, value in before if each != field.id]
        if before == after:
            continue
        now = fold([*texts, *(value for _, value in after)])
        folded.append((record_id, now.short, now.is_long))
        words.append({"id": record_id, "words": now.words})
        changes = [("values", before, after)]
        told.append(entry(work, holder.record.name, "updated", changes, entity_id=record_id).values)
    ids = [row[0] for row in rows]
    steps = (
        Run(queries.refresh(field.entity_type), {"folded": folded}),
        PutMany(holder.words, {}, words, "update"),
        Remove(holder.values, {"field_id": field.id, holder.owner.name: ids}),
        PutMany(schema.audit, {}, told),
    )
    return Change(None, steps)
