"""Tells open pages of changes: one hub in each process, fed by what was committed here and by what
other processes announce.

What it knows is bounded: the changes of a while, and for each listener at most as many as one page
draws anew. Beyond that a listener is told only that it has missed something. Who may know of a
change is looked up once for all listeners, each third of a second.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import structlog

from dealwright.crm.live import rules
from dealwright.crm.live.rules import Changed, Seen
from dealwright.errors import TooMany
from dealwright.storage.trail import Entry

TICK = 0.3  # seconds in which changes are collected
REMEMBERED = 2000  # changes that a listener that comes back may have missed
LARGEST = 500  # changes at once that are told one by one
MOST_PENDING = 200  # opportunities that wait for one listener
OF_A_PERSON, IN_ALL = 8, 400  # streams
# What one that comes back is told again: it may have been under way when the stream broke.
OVERLAP = 15_000_000  # microseconds
_PREFIX = "live "

Look = Callable[[Sequence[Changed], Mapping[str, bool]], Awaitable[Mapping[str, Sequence[Seen]]]]
Announce = Callable[[Sequence[str]], Awaitable[None]]


class Since(NamedTuple):
    """How much a page knows: all until it was drawn, or what a stream has told it (`is_told`)."""

    moment: int = 0
    is_told: bool = False


class Listener:
    """One open stream. `pending` and `has_missed` are what it has not been told yet."""

    def __init__(self, person: str, *, is_admin: bool) -> None:
        self.person = person
        self.is_admin = is_admin
        self.pending: dict[int, Seen] = {}
        self.has_missed = False
        self.woken = asyncio.Event()

    def hear(self, seen: Iterable[Seen]) -> None:
        for each in seen:
            self.pending.pop(each.opportunity_id, None)  # the newest counts, and comes last
            self.pending[each.opportunity_id] = each
        if len(self.pending) > MOST_PENDING:
            self.miss()
        if self.pending:
            self.woken.set()

    def miss(self) -> None:
        self.pending.clear()
        self.has_missed = True
        self.woken.set()

    def take(self) -> tuple[list[Seen], bool]:
        """What it has not been told, and whether it has missed anything."""
        taken, has_missed = [*self.pending.values()], self.has_missed
        self.pending.clear()
        self.has_missed = False
        self.woken.clear()
        return taken, has_missed


class Hub:
    """`clock` gives microseconds since 1970. `run` delivers until it is cancelled."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._own = secrets.token_hex(4)
        self._since = clock()  # everything later is remembered
        self._ring: deque[tuple[int, Changed]] = deque()
        self._fresh: list[Changed] = []
        self._unannounced: list[Changed] = []
        self._has_left_out = False
        self._listeners: set[Listener] = set()
        self._woken = asyncio.Event()

    # What happens.

    def publish(self, entries: Iterable[Entry]) -> None:
        """What was committed in this process."""
        changes = [each for entry in entries for each in rules.changes_of(*entry)]
        if changes:
            self._unannounced += changes
            if len(self._unannounced) > LARGEST:
                self._unannounced.clear()
                self._has_left_out = True
            self._add(changes)

    def hear(self, name: str) -> bool:
        """What another process announces; returns whether it was meant for a hub. The empty name
        means that some announcements may have been missed."""
        if not name:
            self.forget()
        if not name.startswith(_PREFIX):
            return False
        origin, _, text = name.removeprefix(_PREFIX).partition(" ")
        if origin != self._own:
            changes = rules.announced(text)
            if changes:
                self._add(changes)
            else:
                self.forget()
        return True

    def check(self) -> None:
        """Something about sessions or people has changed: every stream looks who it is for."""
        for each in self._listeners:
            each.woken.set()

    def forget(self) -> None:
        """Something may have changed that is not known one by one."""
        self._ring.clear()
        self._fresh.clear()
        self._since = self._clock()
        for each in self._listeners:
            each.miss()

    def _add(self, changes: Sequence[Changed]) -> None:
        self._woken.set()
        if len(self._fresh) + len(changes) > LARGEST:
            self.forget()
            return
        now = self._clock()
        self._ring += ((now, each) for each in changes)
        while len(self._ring) > REMEMBERED:
            self._since = self._ring.popleft()[0]
        if self._listeners:
            self._fresh += changes

    # Who listens.

    async def join(self, person: str, *, is_admin: bool, since: Since, look: Look) -> Listener:
        """A new listener, which is told of everything since then that is not on its page. Call
        `leave` for it. Raises TooMany."""
        own = sum(each.person == person for each in self._listeners)
        if own >= OF_A_PERSON or len(self._listeners) >= IN_ALL:
            raise TooMany(60, "Too many pages of yours are open: close one")
        listener = Listener(person, is_admin=is_admin)
        self._listeners.add(listener)
        start = since.moment - (OVERLAP if since.is_told else 0)
        if not self._since <= start <= self._clock():
            listener.miss()
            return listener
        missed = [change for moment, change in self._ring if moment > start]
        if missed:
            try:
                known = await look(missed, {person: is_admin})
            except BaseException:
                self.leave(listener)
                raise
            listener.hear(known.get(person, ()))
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    # Telling.

    async def run(self, look: Look, announce: Announce) -> None:
        while True:
            await self._woken.wait()
            await asyncio.sleep(TICK)
            self._woken.clear()
            with suppress(Exception):  # logged; the next round may succeed
                await self._announce(announce)
            await self.deliver(look)

    async def deliver(self, look: Look) -> None:
        """Tells every listener which of the new changes it may know of."""
        changes, self._fresh = list(dict.fromkeys(self._fresh)), []
        listeners = [*self._listeners]
        people = {each.person: each.is_admin for each in listeners}
        if not changes or not people:
            return
        try:
            known = await look(changes, people)
        except Exception as failure:
            structlog.get_logger().warning("changes could not be told", reason=str(failure))
            for each in listeners:
                each.miss()
            return
        for each in listeners:
            each.hear(known.get(each.person, ()))

    async def _announce(self, announce: Announce) -> None:
        changes, self._unannounced = self._unannounced, []
        texts = ["[]"] if self._has_left_out else [*rules.announcements(changes)]
        self._has_left_out = False
        if not texts:
            return
        try:
            await announce([f"{_PREFIX}{self._own} {each}" for each in texts])
        except Exception as failure:
            self._has_left_out = True  # others hear of it with the next change
            structlog.get_logger().warning("changes could not be announced", reason=str(failure))
            raise
