"""How a change makes a new value of a task."""

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from dealwright.crm.tasks import rules
from dealwright.crm.tasks.rules import DAY, MINUTE, Hidden, Task

NOW = 1_700_000_000_000_000


class TaskInput(NamedTuple):
    external_id: str | None = None
    title: str = "T"
    description: str = ""
    deadline: int | None = NOW + DAY
    responsible_id: str | None = "bob"
    category_id: int = 1
    entity_type: str = ""
    entity_id: int = 0
    alert_value: int = 30


def created(**inputs: Any) -> Task:
    return rules.create(TaskInput(**inputs), contact_id=0, actor="ann", now=NOW)


def revised(before: Task, *, now: int = NOW, **inputs: Any) -> Task:
    return rules.revise(
        before, TaskInput(**inputs), contact_id=0, hidden=Hidden(), actor="ann", now=now
    )


def test_reminder_comes_before_the_deadline():
    assert created().alert_on == NOW + DAY - 30 * MINUTE
    assert created(alert_value=0).alert_on is None


def test_deadline_of_days_ago_has_no_reminder():
    assert created(deadline=NOW - DAY).alert_on is None
    assert created(deadline=NOW - DAY + 1).alert_on == NOW - DAY + 1 - 30 * MINUTE


@pytest.mark.parametrize(
    ("change", "is_armed"),
    [
        ({"title": "Another"}, False),
        ({"deadline": NOW + 2 * DAY}, True),
        ({"alert_value": 60}, True),
        ({"alert_value": 0}, False),
        ({"responsible_id": "cid"}, True),
        ({"responsible_id": None}, False),
    ],
)
def test_reminder_is_sent_again_when_there_is_something_new(change: dict[str, Any], is_armed: bool):
    reminded = replace(created(), alert_on=None)
    assert (revised(reminded, **change).alert_on is not None) is is_armed


def test_closed_task_has_no_reminder():
    closed = rules.close(created())
    assert closed.alert_on is None
    assert revised(closed, deadline=NOW + 3 * DAY).alert_on is None


def test_reopening_sets_only_reminders_in_the_future():
    closed = rules.close(created())
    assert rules.reopen(closed, now=NOW).alert_on == NOW + DAY - 30 * MINUTE
    assert rules.reopen(closed, now=NOW + DAY - 30 * MINUTE).alert_on is None


def test_every_change_is_a_new_version():
    task = created()
    for after in (revised(task), rules.close(task), rules.reopen(task, now=NOW)):
        assert after.version == task.version + 1
