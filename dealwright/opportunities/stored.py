"""Loading an opportunity to change it, and storing what differs: the one way in and out of its
tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.audit.actions import entries, entry
from dealwright.audit.rules import difference
from dealwright.custom_fields.queries import definitions
from dealwright.errors import Conflict, Invalid, NotFound, Raced
from dealwright.opportunities import queries, rules
from dealwright.opportunities.rules import Opportunity
from dealwright.stages.queries import Stage, pipeline
from dealwright.storage import schema
from dealwright.storage.change import HEAD, Bump, Change, Insert, Put, PutMany, Remove, Step, Update
from dealwright.storage.engine import Dangling, NotUnique
from dealwright.storage.outbox import job, jobs
from dealwright.storage.text import Folded, fold, sort_key
from dealwright.work import Work

ENTITY = "opportunity"


class Loaded(NamedTuple):
    """What a change starts from, and what of it the actor does not see."""

    before: Opportunity
    contact_is_hidden: bool
    hidden_members: frozenset[int]


async def load(work: Work, opportunity_id: int) -> Loaded:
    """An opportunity to be changed. Raises NotFound, and Stale when If-Match names another
    version."""
    if opportunity_id <= 0:
        raise Invalid("opportunityid", "must be the id of an opportunity")
    found = await load_many(work, [opportunity_id])
    if not found:
        raise NotFound
    work.demand_version(opportunity_id, found[0].before.version)
    return found[0]


async def load_many(work: Work, opportunity_ids: Sequence[int]) -> list[Loaded]:
    """Those of the opportunities that the actor sees, by id."""
    rows = await work.fetch(
        queries.load(work.actor.is_admin), actor=work.actor.id, ids=opportunity_ids
    )
    return [_loaded(row) for row in rows]


_members = msgspec.json.Decoder(list[tuple[int, int]])
_people = msgspec.json.Decoder(list[tuple[str]])
_values = msgspec.json.Decoder(list[tuple[int, str]])


def _loaded(row: Sequence[Any]) -> Loaded:
    (*scalars, version, contact_is_seen, members, people, values) = row
    seen = _members.decode(members)
    stored: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    stored["is_private"] = bool(stored["is_private"])
    before = Opportunity(
        **stored,
        version=version,
        members=frozenset(contact for contact, _ in seen),
        access=tuple(person for (person,) in _people.decode(people)),
        values=tuple(sorted(_values.decode(values))),
    )
    return Loaded(
        before,
        contact_is_hidden=before.contact_id is not None and not contact_is_seen,
        hidden_members=frozenset(contact for contact, is_seen in seen if not is_seen),
    )


async def save(
    work: Work,
    before: Opportunity,
    after: Opportunity,
    action: str,
    *,
    stage: Stage | None = None,
    told: tuple[Step, ...] = (),
) -> None:
    """Stores what differs, if the row is still the one that was decided on; else the action runs
    again."""
    stage = stage or (await work.recall(pipeline))[after.stage_id]
    old, new = _row(work, before, stage), _row(work, after, stage)
    changed = {name: value for name, value in new.items() if value != old[name] or name in _ALWAYS}
    head = Update(schema.opportunity, before.id, changed, {"version": before.version})
    await _save(work, head, before, after, action, told)


_ALWAYS = ("modified_by", "modified_on", "version", "close_on")


async def add(
    work: Work, opportunity: Opportunity, stage: Stage, *, told: tuple[Step, ...] = ()
) -> int:
    """Stores a new opportunity; its id. Raises Conflict for a used externalId."""
    head = Insert(schema.opportunity, _row(work, opportunity, stage))
    return int(await _save(work, head, None, opportunity, "created", told))


async def remove(work: Work, before: Opportunity) -> None:
    """Puts an opportunity into the trash."""
    gone = {"deleted_on": work.now, "deleted_by": work.actor.id, "version": before.version + 1}
    head = Update(schema.opportunity, before.id, gone, {"version": before.version})
    steps = (
        Bump(_counter(before), -1),
        entry(work, ENTITY, "deleted", ()),
        job("opportunity.deleted", {}, now=work.now),
    )
    if await work.save(Change(head, steps)) is None:
        raise Raced


async def remove_many(work: Work, opportunity_ids: Sequence[int]) -> None:
    """Puts those that the actor sees into the trash, in a transaction, with as many statements for
    many as for one."""
    rows = await work.fetch(
        queries.remove(work.actor.is_admin), actor=work.actor.id, ids=opportunity_ids, now=work.now
    )
    gone = [row[0] for row in rows]
    private = sum(bool(row[1]) for row in rows)
    steps = (
        Bump(queries.COUNT_PRIVATE, -private),
        Bump(queries.COUNT_PUBLIC, private - len(gone)),
        entries(work, ENTITY, "deleted", gone),
        jobs("opportunity.deleted", gone, now=work.now),
    )
    if gone:
        await work.save(Change(None, steps))


async def _save(
    work: Work,
    head: Insert | Update,
    before: Opportunity | None,
    after: Opportunity,
    action: str,
    told: tuple[Step, ...],
) -> Any:
    steps = [
        *_links(
            schema.opportunity_member, "contact_id", before.members if before else (), after.members
        ),
        *_links(
            schema.opportunity_access, "person_id", before.access if before else (), after.access
        ),
        *_values_changed(before, after),
        *_words_changed(before, after),
        *_counted(before, after),
        entry(
            work,
            ENTITY,
            action,
            difference(before, after, without=("id", "version", "created_by", "created_on")),
        ),
        job(f"opportunity.{action}", {}, now=work.now),
        *told,
    ]
    try:
        row = await work.save(Change(head, tuple(steps)))
    except NotUnique as taken:
        if "external_id" not in taken.constraint:
            raise Raced from taken
        raise Conflict(
            f"The externalId {after.external_id!r} belongs to another opportunity:"
            " externalId must be unique"
        ) from taken
    except Dangling as gone:
        # Its stage or a field was thrown away since this process read them: look again.
        work.forget(pipeline, definitions)
        raise Raced from gone
    if row is None:
        raise Raced
    return row[0]


def _row(work: Work, opportunity: Opportunity, stage: Stage) -> dict[str, Any]:
    """The columns of the opportunity's own table. `stage` is that of the opportunity as it will
    be."""
    words = _words(opportunity)
    closes_on = rules.closes_on(opportunity, stage.stage_type)
    return {
        "external_id": opportunity.external_id,
        "title": opportunity.title,
        "title_key": sort_key(opportunity.title),
        "description": opportunity.description,
        "responsible_id": opportunity.responsible_id,
        "contact_id": opportunity.contact_id,
        "bid_type": int(opportunity.bid_type),
        "bid_value": opportunity.bid_value,
        "bid_currency": opportunity.bid_currency,
        "per_period_value": opportunity.per_period_value,
        "stage_id": opportunity.stage_id,
        "success_probability": opportunity.success_probability,
        "actual_close_on": opportunity.actual_close_on,
        "expected_close_on": opportunity.expected_close_on,
        "close_on": schema.UNSET_CLOSE if closes_on is None else closes_on,
        "is_private": opportunity.is_private,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": opportunity.created_by,
        "created_on": opportunity.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": opportunity.version,
    }


def _words(opportunity: Opportunity) -> Folded:
    return fold(
        [opportunity.title, opportunity.description, *(value for _, value in opportunity.values)]
    )


def _links(
    table: schema.Table, column: str, old: Collection[Any], new: Collection[Any]
) -> Iterator[Step]:
    """The rows of a link table that go and that come."""
    gone = [each for each in old if each not in new]
    come = [each for each in new if each not in old]
    if gone:
        yield Remove(table, {"opportunity_id": HEAD, column: gone})
    if come:
        yield PutMany(table, {"opportunity_id": HEAD}, [{column: each} for each in come], "nothing")


def _values_changed(before: Opportunity | None, after: Opportunity) -> Iterator[Step]:
    old: Mapping[int, str] = dict(before.values) if before else {}
    new = dict(after.values)
    gone = [field for field in old if field not in new]
    set_now = [
        {"field_id": field, "value": text} for field, text in new.items() if old.get(field) != text
    ]
    if gone:
        yield Remove(schema.opportunity_value, {"opportunity_id": HEAD, "field_id": gone})
    if set_now:
        yield PutMany(schema.opportunity_value, {"opportunity_id": HEAD}, set_now, "update")


def _words_changed(before: Opportunity | None, after: Opportunity) -> Iterator[Step]:
    words = _words(after).words
    if before is None or _words(before).words != words:
        yield Put(
            schema.opportunity_text,
            {"id": HEAD, "words": words},
            None if before is None else "update",
        )


def _counted(before: Opportunity | None, after: Opportunity) -> Iterator[Step]:
    if before is not None and before.is_private == after.is_private:
        return
    if before is not None:
        yield Bump(_counter(before), -1)
    yield Bump(_counter(after), 1)


def _counter(opportunity: Opportunity) -> str:
    return queries.COUNT_PRIVATE if opportunity.is_private else queries.COUNT_PUBLIC
