"""Who is told what, and how."""

import pytest

from dealwright.messages.notifications.rules import Choice, Kind, Told, told

NOTHING, ONLY_MAIL, ONLY_APP = Choice(False, False), Choice(False, True), Choice(True, False)


@pytest.mark.parametrize("kind", Kind)
def test_without_a_choice_one_is_told_both_ways(kind: Kind):
    assert told(kind, {"ann": {}, "bob": {}}, actor="cid") == Told(("ann", "bob"), ("ann", "bob"))


def test_each_is_told_as_he_chose():
    people = {
        "ann": {Kind.ACCESS: ONLY_MAIL},
        "bob": {Kind.ACCESS: ONLY_APP},
        "cid": {Kind.ACCESS: NOTHING},
        "dee": {Kind.MENTIONED: NOTHING},
    }
    assert told(Kind.ACCESS, people, actor="eve") == Told(("bob", "dee"), ("ann", "dee"))


@pytest.mark.parametrize(
    ("kind", "hears"),
    [
        (Kind.RESPONSIBLE, False),
        (Kind.ACCESS, False),
        (Kind.MENTIONED, False),
        (Kind.TASK_DUE, True),
        (Kind.IMPORT_FINISHED, True),
    ],
)
def test_of_what_one_did_oneself_only_what_is_due_or_done_is_told(kind: Kind, hears: bool):
    heard = ("ann",) if hears else ()
    assert told(kind, {"ann": {}}, actor="ann") == Told(heard, heard)
