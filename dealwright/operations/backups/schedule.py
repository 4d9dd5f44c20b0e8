"""Backups that a running server makes: now, or once a day. Each is made by a process of its own, so
that the server goes on meanwhile, under the same settings."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from dealwright.access import Role, demand_portal_admin
from dealwright.background.job import Again, Job
from dealwright.errors import Forbidden, NotFound, NotNow
from dealwright.operations.backups import queries, rules
from dealwright.operations.backups.actions import make_directory
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.settings.rules import Setting
from dealwright.settings import Settings
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import Change
from dealwright.work import Work

KIND = "backup.make"  # {daily: the number of the schedule, 0 for one backup now}
SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
PATIENCE = 90.0  # seconds that a handler waits before it asks to be called again
AGAIN = 2 * SECOND
PIECE = 1024 * 1024  # bytes
_running: dict[int, asyncio.subprocess.Process] = {}


@dataclass(frozen=True, slots=True)
class Daily:
    """Whether there is a backup each day. `number` changes with the switch, so that the jobs of an
    older schedule do nothing."""

    is_on: bool = False
    number: int = 0


DAILY = Setting("daily_backup", Daily)


class Archive(NamedTuple):
    """A backup that is there. `size` in bytes."""

    name: str
    made_on: datetime
    size: int
    is_before_upgrade: bool


async def ask(work: Work) -> None:
    """Makes a backup now. Raises Forbidden, NotNow while one is made or waits."""
    demand_portal_admin(work.actor)
    if await work.row(queries.WAITING, kind=KIND, now=work.now) is not None:
        raise NotNow("A backup is being made already")
    await work.save(Change(None, (job(KIND, {"daily": 0}, now=work.now, entity_id=None),)))


async def switch(work: Work, *, is_on: bool) -> bool:
    """Makes a backup each day from now, or no longer. Returns how it was. Needs a transaction.
    Raises Forbidden."""
    demand_portal_admin(work.actor)
    before = await setting_of(work, DAILY)
    if is_on != before.is_on:
        after = Daily(is_on, before.number + 1)
        await put(work, DAILY, after)
        if is_on:
            due = job(KIND, {"daily": after.number}, now=work.now, entity_id=None)
            await work.save(Change(None, (due,)))
    return before.is_on


class State(NamedTuple):
    """What there is to say of backups. `next_on`: microseconds, None where none is planned."""

    is_daily: bool
    next_on: int | None
    is_running: bool
    archives: Sequence[Archive]
    place: Path


async def state(work: Work) -> State:
    """Raises Forbidden."""
    demand_portal_admin(work.actor)
    daily = await setting_of(work, DAILY)
    row = await work.row(queries.NEXT, kind=KIND)
    next_on = row[0] if row is not None else None
    place = work.settings.backups
    is_running = await work.row(queries.WAITING, kind=KIND, now=work.now) is not None
    found = await asyncio.to_thread(archives, place)
    return State(daily.is_on, next_on if daily.is_on else None, is_running, found, place)


def archives(place: Path) -> list[Archive]:
    """The newest first."""
    found = []
    for path in place.iterdir() if place.is_dir() else ():
        moment = rules.moment(path.name)
        upgrade = rules.moment_before_upgrade(path.name)
        if (made := moment or upgrade) and path.is_file():
            found.append(Archive(path.name, made, path.stat().st_size, moment is None))
    return sorted(found, key=lambda each: each.made_on, reverse=True)


def content(work: Work, name: str) -> tuple[AsyncIterator[bytes], int]:
    """The bytes of an archive and how many. An archive holds every secret of the portal, so only
    its owner gets one. Raises Forbidden, NotFound."""
    if work.actor.role is not Role.OWNER:
        raise Forbidden("Only the owner of the portal gets a backup: it holds every secret")
    path = work.settings.backups / name
    if not (rules.moment(name) or rules.moment_before_upgrade(name)) or not path.is_file():
        raise NotFound
    return _pieces(path), path.stat().st_size


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def make(due: Job) -> None:
    """Makes the backup of a job; one of a schedule is due again in a day. Raises Again while it is
    not done."""
    settings, number = await _wanted(due)
    if settings is None:
        return
    await asyncio.to_thread(make_directory, settings.backups)
    if due.due.id not in _running:
        _running[due.due.id] = await _started(settings)
    process = _running[due.due.id]
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        raise Again(due.now() + AGAIN) from None
    _running.pop(due.due.id, None)
    if process.returncode:
        raise RuntimeError(f"the backup ended with {process.returncode}; the log says why")
    if number:
        raise Again(due.due.created_on + (1 + (due.now() - due.due.created_on) // DAY) * DAY)


async def _wanted(due: Job) -> tuple[Settings | None, int]:
    """The settings to make a backup with, None if its schedule is over."""
    number = int(due.due.payload.get("daily", 0))

    async def look(work: Work) -> tuple[Settings | None, int]:
        daily = await setting_of(work, DAILY)
        is_over = number and daily != replace(daily, is_on=True, number=number)
        return (None if is_over else work.settings), number

    found: tuple[Settings | None, int] = await due.context().read(look)
    return found


async def _started(settings: Settings) -> asyncio.subprocess.Process:
    """The address of the database may hold a password, so it is no argument."""
    named = {
        "DEALWRIGHT_DATABASE": settings.database,
        "DEALWRIGHT_FILES": str(settings.files),
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dealwright", "backup", str(settings.backups)),
        env={**os.environ, **named},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )


def moment_of(made_on: datetime) -> int:
    """Microseconds since 1970."""
    return int(made_on.astimezone(UTC).timestamp()) * SECOND
