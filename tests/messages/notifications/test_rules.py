"""Who is told what, and how."""

import pytest

from dealwright.messages.notifications.rules import Choice, NotificationKind, Recipients, recipients

NOTHING, ONLY_MAIL, ONLY_APP = Choice(False, False), Choice(False, True), Choice(True, False)


@pytest.mark.parametrize("kind", NotificationKind)
def test_without_a_choice_one_is_told_both_ways(kind: NotificationKind):
    assert recipients(kind, {"ann": {}, "bob": {}}, actor="cid") == Recipients(
        ("ann", "bob"), ("ann", "bob")
    )


def test_each_is_told_as_he_chose():
    people = {
        "ann": {NotificationKind.ACCESS: ONLY_MAIL},
        "bob": {NotificationKind.ACCESS: ONLY_APP},
        "cid": {NotificationKind.ACCESS: NOTHING},
        "dee": {NotificationKind.MENTIONED: NOTHING},
    }
    assert recipients(NotificationKind.ACCESS, people, actor="eve") == Recipients(
        ("bob", "dee"), ("ann", "dee")
    )


@pytest.mark.parametrize(
    ("kind", "hears"),
    [
        (NotificationKind.RESPONSIBLE, False),
        (NotificationKind.ACCESS, False),
        (NotificationKind.MENTIONED, False),
        (NotificationKind.TASK_DUE, True),
        (NotificationKind.IMPORT_FINISHED, True),
    ],
)
def test_of_what_one_did_oneself_only_what_is_due_or_done_is_told(
    kind: NotificationKind, hears: bool
):
    heard = ("ann",) if hears else ()
    assert recipients(kind, {"ann": {}}, actor="ann") == Recipients(heard, heard)
