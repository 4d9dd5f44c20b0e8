"""Removes a field from all records that hold a value of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dealwright.portal.custom_fields import queries
from dealwright.portal.custom_fields.rules import Field
from dealwright.records.audit.actions import entry
from dealwright.records.search_words import Reached, words_of
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, PutMany, Remove, Run
from dealwright.work import Work

AT_ONCE = 200


async def go_on(
    work: Work, field: Field, *, after: int = 0, limit: int | None = None
) -> int | None:
    """Removes a hidden field from the next records after the id `after`, or deletes its definition
    once none is left. Returns where to continue, or None when it is done.

    Each call has its own transaction: one for many records would keep others from writing for too
    long.
    """
    last = await _clear(work, field, after=after, limit=limit or AT_ONCE)
    if last is not None:
        return last
    await work.fetch(queries.CLOSE, id=field.id)
    # A process that had not heard of the deletion may have written a value; none does any more.
    if await _clear(work, field, after=0, limit=AT_ONCE) is not None:
        return 0
    await work.save(Change(None, (Remove(schema.custom_field, {"id": field.id}),)))
    return None


async def _clear(work: Work, field: Field, *, after: int, limit: int) -> int | None:
    """The last of the records, None if there were none."""
    owner = field.entity_type
    taken = await work.fetch(queries.holding(owner), id=field.id, after=after, limit=limit)
    if not taken:
        return None
    ids = [row[0] for row in taken]
    # Only now are the rows final: the statement that locked them may have waited for others.
    await work.save(_without(work, field, await work.fetch(queries.texts(owner), ids=ids)))
    last: int = max(ids)
    return last


_values = msgspec.json.Decoder(list[tuple[int, str]])
_reached = msgspec.json.Decoder(list[Reached])


def _without(work: Work, field: Field, rows: Sequence[Any]) -> Change:
    """The records without their values of the field, and with the remaining search words."""
    holder = queries.HOLDERS[field.entity_type]
    folded, words, audit_rows = [], [], []
    for record_id, held, reached, *texts in rows:
        before = sorted(_values.decode(held))
        after = [(each, value) for each, value in before if each != field.id]
        if before == after:
            continue
        now = words_of(texts, after, _reached.decode(reached))
        folded.append((record_id, now.short, now.is_long))
        words.append({"id": record_id, "words": now.words})
        changes = [("values", before, after)]
        audit_rows.append(
            entry(work, holder.entity, "updated", changes, entity_id=record_id).values
        )
    ids = [row[0] for row in rows]
    steps = (
        Run(queries.refresh(field.entity_type), {"folded": folded}),
        PutMany(holder.words, {}, words, "update"),
        Remove(holder.values, {"field_id": field.id, holder.owner.name: ids}),
        PutMany(schema.audit, {}, audit_rows),
    )
    return Change(None, steps)
