"""Notifies users, as steps of the change that causes it."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dealwright.messages.notifications.queries import choices
from dealwright.messages.notifications.rules import About, NotificationKind, Recipients, recipients
from dealwright.people.queries import everybody
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.pruning import prune
from dealwright.storage.queue.outbox import jobs_about, jobs_about_many
from dealwright.storage.statements.change import HEAD, PutMany, Step
from dealwright.work import Work

KEPT = 90 * 86_400_000_000  # microseconds
LETTER = "notification.letter"  # one for each user: {kind, about, person, by, payload}


async def notify_users(
    work: Work,
    kind: NotificationKind,
    people: Iterable[str],
    *,
    about: About,
    entity_id: object = HEAD,
    payload: Mapping[str, int] | None = None,
    letters: bool = True,
) -> tuple[Step, ...]:
    """Steps for `Change.then` that notify `people` (ids) about a record, by default the one that
    the change's head touches: a row of the feed, and an e-mail for each user who wants one.

    Not notified are the actor (except of their own due tasks and finished imports), users without
    access to the CRM, and users who turned the kind off. Whether they may see the record is checked
    when they read the feed and when the e-mail is sent, so callers need not check it. For the same
    reason `payload` holds numbers and nothing of the record: its title is read later. Without
    `letters` only the feed is used. No steps if there are no recipients.
    """
    in_app, by_mail = await _heard(work, kind, people)
    if not (in_app or by_mail):
        return ()
    by = await _actor(work)
    steps: list[Step] = []
    if in_app:
        same = _row(work, kind, about, by, payload) | {"entity_id": entity_id}
        steps.append(PutMany(schema.notification, same, [{"person_id": each} for each in in_app]))
    if by_mail and letters:
        emails = [_letter(kind, about, by, each, payload) for each in by_mail]
        steps.append(jobs_about(LETTER, emails, now=work.now, entity_id=entity_id))
    return tuple(steps)


async def notify_of_many(
    work: Work, kind: NotificationKind, people: Mapping[int, Iterable[str]], *, about: About
) -> tuple[Step, ...]:
    """The same about many records, by their ids: as many steps for many as for one."""
    heard = {each: await _heard(work, kind, whom) for each, whom in people.items()}
    by = await _actor(work)
    rows = [
        {"entity_id": record, "person_id": person}
        for record, whom in heard.items()
        for person in whom.in_app
    ]
    letters = [
        (record, _letter(kind, about, by, person, None))
        for record, whom in heard.items()
        for person in whom.by_mail
    ]
    steps: list[Step] = []
    if rows:
        steps.append(PutMany(schema.notification, _row(work, kind, about, by, None), rows))
    if letters:
        steps.append(jobs_about_many(LETTER, letters, now=work.now))
    return tuple(steps)


async def forget_old(session: Session, *, now: int, limit: int) -> int:
    """Deletes at most `limit` notifications that are older than the time they are kept; returns how
    many."""
    before = now - KEPT
    return await prune(session, schema.notification, "created_on", before=before, limit=limit)


async def _heard(work: Work, kind: NotificationKind, people: Iterable[str]) -> Recipients:
    people = dict.fromkeys(people)
    if not people:
        return Recipients((), ())
    known = await work.cached(everybody)
    wanted = await work.cached(choices)
    able = [each for each in people if each in known]
    heard = {each: wanted.get(each, {}) for each in able if known[each].may_be_responsible}
    return recipients(kind, heard, actor=work.actor.id)


async def _actor(work: Work) -> str | None:
    return work.actor.id if work.actor.id in await work.cached(everybody) else None


def _row(
    work: Work,
    kind: NotificationKind,
    about: About,
    by: str | None,
    payload: Mapping[str, int] | None,
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "entity_type": about.value,
        "caused_by": by,
        "payload": msgspec.json.encode(payload or {}).decode(),
        "created_on": work.now,
    }


def _letter(
    kind: NotificationKind,
    about: About,
    by: str | None,
    person: str,
    payload: Mapping[str, int] | None,
) -> dict[str, Any]:
    said = {"kind": kind.value, "about": about.value, "by": by}
    return said | {"person": person, "payload": payload or {}}
