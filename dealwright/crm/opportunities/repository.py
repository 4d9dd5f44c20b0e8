"""Loads an opportunity to change it and stores what differs: the only code that writes its
tables."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.opportunities import queries, rules
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.errors import ConcurrentUpdate, Invalid, NotFound
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.records.audit.actions import author
from dealwright.records.audit.rules import difference
from dealwright.records.record import RecordTables, counted
from dealwright.records.search_words import Searched, refolded, words_of
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import HEAD, Alter, Change, Insert, Put, Step, Update
from dealwright.storage.text import Folded, sort_key
from dealwright.work import Work

KIND = RecordTables(
    "opportunity",
    "opportunity_id",
    schema.opportunity,
    schema.opportunity_text,
    schema.opportunity_value,
)


class Loaded(NamedTuple):
    """The start of a change: the stored opportunity, and what of it the actor may not see."""

    before: Opportunity
    contact_is_hidden: bool
    hidden_members: frozenset[int]


async def load(work: Work, opportunity_id: int) -> Loaded:
    """Loads an opportunity to change it. Raises Invalid, NotFound, and Stale when If-Match names
    another version."""
    if opportunity_id <= 0:
        raise Invalid("opportunityid", "must be the id of an opportunity")
    loaded = await load_many(work, [opportunity_id])
    if not loaded:
        raise NotFound
    work.demand_version(opportunity_id, loaded[0].before.version)
    return loaded[0]


async def load_many(work: Work, opportunity_ids: Sequence[int]) -> list[Loaded]:
    """Loads the opportunities that the actor sees, ordered by id."""
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
    columns: dict[str, Any] = dict(zip(queries.LOADED, scalars, strict=True))
    columns["is_private"] = bool(columns["is_private"])
    before = Opportunity(
        **columns,
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
    notices: Sequence[Step] = (),
) -> None:
    """Stores what differs. Raises ConcurrentUpdate when the row is no longer the one that the
    decision was based on; the action then runs again."""
    stages = await work.cached(pipeline)
    stage = stage or stages[after.stage_id]
    words, now = refolded(_searched(before), _searched(after))
    old = _row(work, before, stages.get(before.stage_id, stage), words)
    head = KIND.change(old, _row(work, after, stage, now), before)
    await _save(work, head, before, after, action, (*KIND.words(words, now), *notices), stage)


async def add(
    work: Work, opportunity: Opportunity, stage: Stage, *, notices: Sequence[Step] = ()
) -> int:
    """Stores a new opportunity and returns its id. Raises Conflict for an externalId that is in
    use."""
    words = words_of(*_searched(opportunity))
    head = Insert(schema.opportunity, _row(work, opportunity, stage, words))
    steps = (*KIND.words(None, words), *notices)
    return await _save(work, head, None, opportunity, "created", steps, stage)


async def save_place(work: Work, after: Opportunity) -> None:
    """Stores another place in the same column. Nothing else of the record changes, so its version
    and its audit trail stay."""
    head = Update(
        schema.opportunity,
        after.id,
        {"rank": after.rank},
        {"stage_id": after.stage_id, "deleted_on": None},
    )
    if await work.save(Change(head, (job("opportunity.placed", {}, now=work.now),))) is None:
        raise ConcurrentUpdate


async def remove(work: Work, before: Opportunity) -> None:
    """Moves an opportunity to the trash."""
    await KIND.move_to_trash(work, before, counter=_counter(before))


async def _save(
    work: Work,
    head: Insert | Update,
    before: Opportunity | None,
    after: Opportunity,
    action: str,
    notices: Sequence[Step],
    stage: Stage,
) -> int:
    members, access, values = (before.members, before.access, before.values) if before else _NONE
    steps: list[Step] = [
        *KIND.links(schema.opportunity_member, "contact_id", members, after.members),
        *KIND.links(schema.opportunity_access, "person_id", access, after.access),
        *KIND.custom_values(values, after.values),
        *counted(_counter(before) if before else None, _counter(after)),
        *_stays(work, before, after, stage),
        *notices,
    ]
    changes = changes_of(before, after)
    try:
        return await KIND.save(work, head, steps, action=action, changes=changes)
    except ForeignKeyViolation as violation:
        # Its stage or a field was deleted since this process read them: read them again.
        work.invalidate(pipeline, definitions)
        raise ConcurrentUpdate from violation


def _stays(
    work: Work, before: Opportunity | None, after: Opportunity, stage: Stage
) -> Iterator[Step]:
    """Where it stood until now, and where it stands from now on."""
    if before is not None and before.stage_id == after.stage_id:
        return
    stay = schema.stage_stay
    if before is not None:
        yield Alter(stay, {"left_on": work.now}, {"opportunity_id": HEAD, "left_on": None})
    yield Put(
        stay,
        {
            "opportunity_id": HEAD,
            "stage_id": after.stage_id,
            "stage_title": stage.title,
            "entered_on": work.now,
            "entered_by": author(work),
        },
    )


def changes_of(before: Opportunity | None, after: Opportunity) -> list[tuple[str, Any, Any]]:
    """The differences that the audit trail records."""
    return difference(before, after, without=_NOT_AUDITED)


_NONE: tuple[tuple[()], tuple[()], tuple[()]] = ((), (), ())
_NOT_AUDITED = (
    "id", "version", "created_by", "created_on",
    "rank", "stage_since", "closing_rate", "closing_currency",
)  # fmt: skip


def _row(work: Work, opportunity: Opportunity, stage: Stage, words: Folded) -> dict[str, Any]:
    """The columns of the opportunity's own table. `stage` is the stage of the opportunity as
    given."""
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
        "rank": opportunity.rank,
        "stage_since": opportunity.stage_since,
        "touched_on": work.now,
        "loss_reason_id": opportunity.loss_reason_id,
        "loss_comment": opportunity.loss_comment,
        "closing_rate": opportunity.closing_rate,
        "closing_currency": opportunity.closing_currency,
        "search_text": words.short,
        "is_long_text": words.is_long,
        "created_by": opportunity.created_by,
        "created_on": opportunity.created_on,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": opportunity.version,
    }


def _searched(opportunity: Opportunity) -> Searched:
    texts = (getattr(opportunity, name) for name in schema.opportunity_text.info["searched"])
    return tuple(texts), opportunity.values, ()


def _counter(opportunity: Opportunity) -> str:
    return queries.counter(opportunity.is_private)
