"""Loads accounts as values, and saves the changes of one or of many together with the audit
trail."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from dealwright.errors import ConcurrentUpdate, Conflict, NotFound
from dealwright.people import reads
from dealwright.people import rules as people_rules
from dealwright.people.accounts import rules
from dealwright.people.accounts.rules import Account
from dealwright.people.actions import ENTITY, NO_NUMBER
from dealwright.people.queries import NO_PROFILE, everybody, profiles, teams
from dealwright.people.sign_in import sessions
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation, UniqueViolation
from dealwright.storage.statements.change import (
    HEAD,
    Alter,
    Change,
    Insert,
    Put,
    PutMany,
    Remove,
    Step,
    Update,
)
from dealwright.work import Work

PROFILE = (
    "sex",
    "birthday",
    "works_from",
    "location",
    "notes",
    "language",
    "contacts",
    "lead_id",
    "terminated_on",
)


async def look(work: Work, name: str) -> Account:
    """By user name or id. Raises NotFound, also for a deleted user."""
    known = await reads.directory(work)
    found = known.find(name)
    if found is None:
        raise NotFound("User not found")
    profile = known.profile_of(found)
    member_of = (team.id for team in known.teams.values() if found.id in team.members)
    return Account(
        id=found.id,
        user_name=found.user_name,
        email=found.email,
        first_name=found.first_name,
        last_name=found.last_name,
        job_title=found.job_title,
        role=found.role.value,
        is_terminated=found.is_terminated,
        groups=frozenset(member_of),
        **{name: getattr(profile, name) for name in PROFILE},
    )


async def find(work: Work, email: str) -> Account:
    """By e-mail address, user name or id, for the command line. Raises NotFound."""
    return await look(work, (await reads.named(work, email)).id)


async def save_new(work: Work, account: Account, *, password_hash: str | None) -> None:
    """Raises Conflict if the e-mail address is taken."""
    stamps = {"password_hash": password_hash, "created_on": work.now}
    row = {"id": account.id, "user_name": account.user_name, **_row(account), **stamps}
    blank = Account(id=account.id, user_name="", email="", role="")
    shown = {"id": account.id, "email": account.email, "role": account.role}
    changes = [(name, None, value) for name, value in shown.items()]
    changes += [
        each for each in rules.for_trail(difference(blank, account)) if each[0] not in shown
    ]
    trail = entry(work, ENTITY, "created", changes, entity_id=NO_NUMBER)
    await _save(work, Insert(schema.person, row), (*_hanging(blank, account), trail), account)


async def save(work: Work, before: Account, after: Account) -> None:
    """Saves the difference, if the account has not changed since it was read. Raises Conflict,
    ConcurrentUpdate."""
    after = _dated(work, before, after)
    if before == after:
        return
    seen = {
        "role": before.role,
        "is_terminated": before.is_terminated,
        "email_key": people_rules.folded(before.email),
    }
    stored = _row(before)
    changed = {name: value for name, value in _row(after).items() if value != stored[name]}
    # Fields that others change at the same time keep their change; an update needs at least one
    # column.
    head = Update(schema.person, after.id, changed or {"role": after.role}, seen)
    steps = (
        *_ended(work, before, after),
        *_hanging(before, after),
        _audit_entry(work, before, after),
    )
    await _save(work, head, steps, after)


async def save_many(work: Work, pairs: Sequence[tuple[Account, Account]]) -> None:
    """The same for many accounts of which only role and state change. Needs as many statements as
    one."""
    dated = [(before, _dated(work, before, after)) for before, after in pairs]
    changed = [(before, after) for before, after in dated if before != after]
    if not changed:
        return
    steps: list[Step] = []
    gone = [after.id for before, after in changed if _has_left(before, after)]
    if gone:
        steps += [*sessions.end_everything_of(work, gone)]
    steps += [*_altered(changed)]
    dates = [{"person_id": after.id, "terminated_on": after.terminated_on} for _, after in changed]
    steps.append(PutMany(schema.person_profile, {}, dates, "update"))
    trail = [_audit_entry(work, before, after).values for before, after in changed]
    steps.append(PutMany(schema.audit, {}, trail))
    await work.save(Change(None, tuple(steps)))
    _forget(work)


def _altered(changed: Sequence[tuple[Account, Account]]) -> Iterator[Alter]:
    """One change for each new state and each new role; no account changes both here."""
    for state in (False, True):
        ids = [a.id for b, a in changed if a.is_terminated != b.is_terminated == (not state)]
        if ids:
            yield Alter(schema.person, {"is_terminated": state}, {"id": ids})
    for was, role in sorted({(b.role, a.role) for b, a in changed if b.role != a.role}):
        ids = [a.id for b, a in changed if (b.role, a.role) == (was, role)]
        yield Alter(schema.person, {"role": role}, {"id": ids, "role": was})


async def erase(work: Work, before: Account) -> None:
    """Keeps only the name of a disabled account. Raises ConcurrentUpdate."""
    # differs: in the reference the records of a deleted user lose the name as well.
    row = {
        "user_name": before.id,
        "email": "",
        "email_key": before.id,
        "password_hash": None,
        "role": "user" if before.role in ("admin", "crm_admin") else before.role,
    }
    of_him = {"person_id": before.id}
    blank = NO_PROFILE._replace(terminated_on=before.terminated_on, deleted_on=work.now)
    steps: tuple[Step, ...] = (
        *sessions.end_everything_of(work, [before.id]),
        Remove(schema.team_member, of_him),
        Remove(schema.notification, of_him),
        Remove(schema.notification_choice, of_him),
        Alter(schema.team, {"manager_id": None}, {"manager_id": before.id}),
        Alter(schema.person_profile, {"lead_id": None}, {"lead_id": before.id}),
        Put(schema.person_profile, of_him | blank._asdict() | {"contacts": "[]"}, "update"),
        entry(
            work,
            ENTITY,
            "deleted",
            [("id", before.id, None), ("email", before.email, None)],
            entity_id=NO_NUMBER,
        ),
    )
    seen = {"is_terminated": True, "role": before.role}
    await _save(work, Update(schema.person, before.id, row, seen), steps, before)


async def _save(
    work: Work, head: Insert | Update, steps: tuple[Step, ...], account: Account
) -> None:
    try:
        row = await work.save(Change(head, steps))
    except UniqueViolation as taken:
        _forget(work)
        if taken.constraint == "uq_person_user_name":
            raise ConcurrentUpdate from None
        raise Conflict(f"A user with the e-mail address {account.email} already exists") from None
    except ForeignKeyViolation:  # a group or a superior was deleted after it was read
        _forget(work)
        raise ConcurrentUpdate from None
    _forget(work)
    if row is None:
        raise ConcurrentUpdate


def _forget(work: Work) -> None:
    work.invalidate(everybody, profiles, teams)
    sessions.forget_actors(work)


def _dated(work: Work, before: Account, after: Account) -> Account:
    if before.is_terminated == after.is_terminated:
        return after
    return replace(after, terminated_on=work.now if after.is_terminated else None)


def _has_left(before: Account, after: Account) -> bool:
    return after.is_terminated and not before.is_terminated


def _ended(work: Work, before: Account, after: Account) -> tuple[Step, ...]:
    is_over = _has_left(before, after)
    return tuple(sessions.end_everything_of(work, [after.id])) if is_over else ()


def _hanging(before: Account, after: Account) -> Iterator[Step]:
    """The rows of groups and of the profile that are deleted, added and changed."""
    left = [each for each in before.groups if each not in after.groups]
    joined = [{"team_id": each} for each in after.groups if each not in before.groups]
    if left:
        yield Remove(schema.team_member, {"person_id": HEAD, "team_id": left})
        yield Alter(schema.team, {"manager_id": None}, {"manager_id": HEAD, "id": left})
    if joined:
        yield PutMany(schema.team_member, {"person_id": HEAD}, joined, "nothing")
    new = {name: getattr(after, name) for name in PROFILE}
    changed = {name: value for name, value in new.items() if value != getattr(before, name)}
    if "contacts" in changed:
        changed["contacts"] = msgspec.json.encode(after.contacts).decode()
    if changed:
        yield Put(schema.person_profile, {"person_id": HEAD, **changed}, "update")


def _row(account: Account) -> dict[str, Any]:
    return {
        "email": account.email,
        "email_key": people_rules.folded(account.email),
        "first_name": account.first_name,
        "last_name": account.last_name,
        "job_title": account.job_title,
        "role": account.role,
        "is_terminated": account.is_terminated,
    }


def _audit_entry(work: Work, before: Account, after: Account) -> Put:
    action = "updated"
    if before.is_terminated != after.is_terminated:
        action = "disabled" if after.is_terminated else "enabled"
    changes = [("id", after.id, after.id), *rules.for_trail(difference(before, after))]
    return entry(work, ENTITY, action, changes, entity_id=NO_NUMBER)
