"""The recipients of notifications, and their choices."""

import pytest

from dealwright.messages.notifications.rules import Choice, NotificationKind, Recipients, recipients

NOTHING, ONLY_MAIL, ONLY_APP = Choice(False, False), Choice(False, True), Choice(True, False)


@pytest.mark.parametrize("kind", NotificationKind)
def test_default_choice_notifies_both_ways(kind: NotificationKind):
    assert recipients(kind, {"ann": {}, "bob": {}}, actor="cid") == Recipients(
        ("ann", "bob"), ("ann", "bob")
    )


def test_each_user_is_notified_as_chosen():
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
def test_own_changes_notify_only_of_due_tasks_and_finished_imports(
    kind: NotificationKind, hears: bool
):
    heard = ("ann",) if hears else ()
    assert recipients(kind, {"ann": {}}, actor="ann") == Recipients(heard, heard)
