"""Reads and changes a user's preferences for the interface. Users see and change only their own."""

from dataclasses import asdict
from typing import Any

import msgspec

from dealwright.people.preferences import rules
from dealwright.people.preferences.queries import preferences
from dealwright.people.preferences.rules import Preferences
from dealwright.people.queries import profiles
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, PutMany
from dealwright.work import Work


async def chosen(work: Work) -> Preferences:
    """The actor's preferences."""
    stored = (await work.cached(preferences)).get(work.actor.id, {})
    known = {name: value for name, value in stored.items() if name in rules.NAMES}
    values = {name: msgspec.json.decode(value) for name, value in known.items()}
    profile = (await work.cached(profiles)).get(work.actor.id)
    language = (profile and profile.language) or ""
    return Preferences(**{**values, "language": language if language in rules.LANGUAGES else ""})


async def choose(work: Work, requested: dict[str, Any]) -> Preferences:
    """Changes the preferences that are not None in `wishes`, and returns all. Raises Invalid."""
    before = await chosen(work)
    after = rules.changed(before, requested)
    rows = [
        {"name": name, "value": msgspec.json.encode(value).decode()}
        for name, value in asdict(after).items()
        if name != "language" and value != getattr(before, name)
    ]
    steps = []
    if rows:
        own = {"person_id": work.actor.id}
        steps.append(PutMany(schema.preference, own, rows, "update"))
        work.invalidate(preferences)
    if after.language != before.language:
        # A user has one language, for e-mails and the API too: the profile holds it.
        row = {"person_id": work.actor.id, "language": after.language or None}
        steps.append(PutMany(schema.person_profile, {}, [row], "update"))
        work.invalidate(profiles)
    if steps:
        await work.save(Change(None, tuple(steps)))
    return after
