"""Telling people something, as steps of the change that causes it."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dealwright.notifications.queries import choices
from dealwright.notifications.rules import About, Kind, told
from dealwright.people.queries import everybody
from dealwright.storage import schema
from dealwright.storage.change import HEAD, PutMany, Step
from dealwright.storage.outbox import jobs_about
from dealwright.work import Work

LETTER = "notification.letter"  # one for each person: {kind, about, person, by, payload}


async def tell(
    work: Work,
    kind: Kind,
    people: Iterable[str],
    *,
    about: About,
    entity_id: object = HEAD,
    payload: Mapping[str, Any] | None = None,
) -> tuple[Step, ...]:
    """Steps for `Change.then` that tell `people` (ids) something about a record, by default the one
    that the change's head touches: a row of the feed and a letter for each who wants one.

    Left out are the actor himself (but his own task that is due and his own import are told him),
    whoever cannot work with the CRM, and what somebody chose not to hear. Whether he may see the
    record is looked at when he reads his feed and when the letter is sent, so that no caller needs
    to; for the same reason `payload` holds numbers and nothing of the record: its title is read
    then. No steps where nobody is to be told.
    """
    known = await work.recall(everybody)
    wanted = await work.recall(choices)
    able = [each for each in dict.fromkeys(people) if each in known]
    heard = {each: wanted.get(each, {}) for each in able if known[each].may_be_responsible}
    in_app, by_mail = told(kind, heard, actor=work.actor.id)
    same = {
        "kind": kind.value,
        "entity_type": about.value,
        "entity_id": entity_id,
        "caused_by": work.actor.id if work.actor.id in known else None,
        "payload": msgspec.json.encode(payload or {}).decode(),
        "created_on": work.now,
    }
    steps: list[Step] = []
    if in_app:
        steps.append(PutMany(schema.notification, same, [{"person_id": each} for each in in_app]))
    if by_mail:
        told_so = {"kind": kind.value, "about": about.value, "by": same["caused_by"]}
        letters = [told_so | {"person": each, "payload": payload or {}} for each in by_mail]
        steps.append(jobs_about(LETTER, letters, now=work.now, entity_id=entity_id))
    return tuple(steps)
