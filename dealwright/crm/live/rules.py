"""What is told of a change, to whom, and when a stream of changes says a sentence."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

KINDS = ("opportunity", "task", "event")
# The fields that say who saw an opportunity before a change.
_SHARING = ("is_private", "responsible_id", "access")
EVERYONE = "*"
LONGEST = 7000  # bytes of one announcement; PostgreSQL takes fewer than 8000
PAUSE = 5_000_000  # microseconds between two sentences of a stream


class Changed(NamedTuple):
    """One change of a record. `by`: who made it, empty for the portal itself; `seen_by`: who saw
    the record before and may not see it any more, perhaps `EVERYONE`."""

    kind: str
    id: int
    action: str
    by: str
    seen_by: tuple[str, ...] = ()


class Seen(NamedTuple):
    """A change as one person may know it. Of an opportunity that they no longer see only the id
    is left."""

    opportunity_id: int
    version: int = 0  # 0: something that belongs to the opportunity changed
    title: str = ""
    stage_id: int = 0
    kind: str = "opportunity"
    action: str = "gone"
    by: str = ""


def changes_of(
    entity: str, record_id: int, action: str, person_id: str | None, changes: str
) -> list[Changed]:
    """What listeners are told of one entry of the audit trail."""
    if entity not in KINDS:
        return []
    fields = {name: (old, new) for name, old, new in json.loads(changes)}
    by = person_id or ""
    if entity == "opportunity":
        named = "moved" if "stage_id" in fields and action != "created" else action
        return [Changed(entity, record_id, named, by, _seen_before(fields, action))]
    seen = [Changed(entity, record_id, action, by)]
    left, _ = fields.get("opportunity_id", (None, None))
    if left is not None:  # the opportunity that it belonged to before
        seen.append(Changed("opportunity", left, "left", by))
    return seen


def _seen_before(fields: dict[str, tuple[Any, Any]], action: str) -> tuple[str, ...]:
    if action == "created":
        return ()
    was_private, _ = fields.get("is_private", (None, None))
    if was_private is False:
        return (EVERYONE,)
    responsible, _ = fields.get("responsible_id", (None, None))
    access, _ = fields.get("access", (None, None))
    return tuple(dict.fromkeys([*([responsible] if responsible else []), *(access or [])]))


def announcements(changes: Iterable[Changed]) -> Iterator[str]:
    """Changes as texts for other processes, each short enough for one announcement. A change that
    is too long for one is told as an empty list: something was left out."""
    held: list[str] = []
    size = 0
    for text in (json.dumps(each, separators=(",", ":")) for each in changes):
        if len(text) > LONGEST:
            yield "[]"
            continue
        if size + len(text) > LONGEST:
            yield f"[{','.join(held)}]"
            held, size = [], 0
        held.append(text)
        size += len(text) + 1
    if held:
        yield f"[{','.join(held)}]"


def announced(text: str) -> list[Changed]:
    """The changes of an announcement; empty: something was left out."""
    return [
        Changed(kind, record_id, action, by, tuple(seen_by))
        for kind, record_id, action, by, seen_by in json.loads(text)
    ]


def losers(change: Changed, people: Iterable[str], seeing: Iterable[str]) -> set[str]:
    """Those of some people who saw an opportunity before a change and do not see it now."""
    listed = set(people)
    before = listed if EVERYONE in change.seen_by else listed & set(change.seen_by)
    return before - set(seeing)


class Unsaid(NamedTuple):
    """Changes by others that a stream has not put into words yet, and when it spoke last."""

    changes: tuple[Seen, ...] = ()
    said_on: int = 0

    def with_changes(self, seen: Sequence[Seen], *, viewer: str) -> "Unsaid":
        """Own changes, and those that only take something away, need no words."""
        foreign = [each for each in seen if each.by != viewer and each.title]
        return self._replace(changes=(*self.changes, *foreign))

    def waits(self, now: int) -> int | None:
        """Microseconds until it may speak; None: there is nothing to say."""
        return max(0, self.said_on + PAUSE - now) if self.changes else None
