"""What is told of a change, and when a stream may say a sentence."""

import json
from typing import Any

import pytest

from dealwright.crm.live.rules import (
    EVERYONE,
    LONGEST,
    PAUSE,
    Changed,
    Seen,
    Unsaid,
    announced,
    announcements,
    changes_of,
    losers,
)


@pytest.mark.parametrize(
    ("action", "fields", "seen_by"),
    [
        ("shared", [["is_private", False, True]], (EVERYONE,)),
        ("shared", [["is_private", True, False], ["access", ["ann"], []]], ("ann",)),
        ("shared", [["access", ["ann", "bob"], ["ann"]]], ("ann", "bob")),
        ("updated", [["responsible_id", "cid", "ann"]], ("cid",)),
        ("updated", [["title", "a", "b"]], ()),
        ("created", [["is_private", None, True], ["access", None, ["ann"]]], ()),
    ],
)
def test_those_who_may_lose_sight_of_a_record_are_those_who_saw_it(
    action: str, fields: list[Any], seen_by: tuple[str, ...]
):
    [shown] = changes_of("opportunity", 1, action, "root", json.dumps(fields))
    assert shown == Changed("opportunity", 1, action, "root", seen_by)


def test_only_those_who_listen_and_see_it_no_more_lose_it():
    hidden = Changed("opportunity", 1, "shared", "root", (EVERYONE,))
    assert losers(hidden, ["ann", "bob"], ["ann"]) == {"bob"}
    listed = Changed("opportunity", 1, "shared", "root", ("ann", "cid"))
    assert losers(listed, ["ann", "bob"], []) == {"ann"}


def test_change_of_stage_is_a_move_and_other_records_are_silent():
    moved = changes_of("opportunity", 1, "updated", None, '[["stage_id", 1, 2]]')
    assert moved == [Changed("opportunity", 1, "moved", "")]
    assert changes_of("contact", 1, "updated", "ann", "[]") == []


def test_task_that_changes_its_opportunity_is_told_of_both():
    shown = changes_of("task", 5, "updated", "ann", '[["opportunity_id", 3, 4]]')
    assert [(each.kind, each.id) for each in shown] == [("task", 5), ("opportunity", 3)]


def test_announcements_hold_all_changes_and_are_short():
    changes = [Changed("task", each, "updated", "ann") for each in range(1000)]
    texts = [*announcements(changes)]
    assert all(len(each) < 8000 for each in texts)
    assert [change for text in texts for change in announced(text)] == changes


def test_change_that_is_too_long_to_announce_is_a_hint():
    long = Changed("opportunity", 1, "shared", "ann", ("x" * LONGEST,))
    assert [announced(each) for each in announcements([long])] == [[]]


def test_a_stream_speaks_at_once_and_then_after_a_pause():
    seen = Seen(1, 1, "Deal", by="ann")
    unsaid = Unsaid().with_changes([seen], viewer="bob")
    assert unsaid.waits(10 * PAUSE) == 0
    again = Unsaid(said_on=10 * PAUSE).with_changes([seen], viewer="bob")
    assert again.waits(10 * PAUSE + 1) == PAUSE - 1


def test_own_changes_and_lost_records_are_not_said():
    unsaid = Unsaid().with_changes([Seen(1, 1, "Deal", by="bob"), Seen(2)], viewer="bob")
    assert unsaid.waits(10 * PAUSE) is None
