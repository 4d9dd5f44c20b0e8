"""The responsible user gets one reminder of a task at the right time, and a notification of its
assignment."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from dealwright import app
from dealwright.access import SYSTEM
from dealwright.people.accounts.actions import disable
from dealwright.settings import Settings, read
from dealwright.storage import schema
from dealwright.storage.queue.worker import SECOND
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement
from dealwright.wire.context import RequestContext
from dealwright.wire.dispatcher import Dispatcher
from dealwright.wire.exchange import Request
from dealwright.work import Work
from tests.crm.tasks.making import category, make_task
from tests.making import make_person, stored
from tests.running import PEOPLE, Portal

MINUTE = 60 * SECOND
NOON = 4_102_488_000 * SECOND  # 2100-01-01T12:00:00Z
_row, _job = schema.notification.c, schema.outbox.c
TOLD = Statement(
    select(_row.person_id, _row.kind, _row.entity_type, _row.entity_id, _row.caused_by).order_by(
        _row.id
    )
)
DUE = Statement(select(_job.due_on).where(_job.kind == constant("task_due")).order_by(_job.id))


class Place:
    """A portal with a clock that the test sets, and jobs that run only on request."""

    def __init__(self, portal: Portal, settings: Settings) -> None:
        self.portal, self.settings = portal, settings
        self.now = NOON
        self._runner = asyncio.Runner()
        self._running = app.running(settings, clock=lambda: self.now)
        self.dispatcher: Dispatcher = self._runner.run(self._running.__aenter__())
        site: Any = self.dispatcher.site
        self._worker = site._worker
        self._worker.stop()  # runs only on request, in `at`
        self.category = self.ask("GET", "task/category")[0]["id"]

    def close(self) -> None:
        self._runner.run(self._running.__aexit__(None, None, None))
        self._runner.close()

    def ask(self, method: str, path: str, *, as_: str = "ann", **sent: object) -> Any:
        request = Request(
            method,
            f"/api/2.0/crm/{path}",
            headers={
                b"authorization": self.portal.ground.tokens[as_].encode(),
                b"content-type": b"application/x-www-form-urlencoded",
            },
            body=urlencode(sent).encode(),
        )
        response = self._runner.run(self.dispatcher.answer(request))
        assert response.status in (200, 201), response.body
        return json.loads(response.body)["response"]

    def do(self, action: Callable[[Work], Awaitable[None]]) -> None:
        desk = RequestContext(self.dispatcher.site, Request("POST", "/"), SYSTEM, self.now)
        self._runner.run(desk.write(action, transaction=True))

    def inputs(self, **more: object) -> dict[str, object]:
        return {
            "title": "Call back",
            "deadline": "2100-01-01T13:00:00Z",
            "alertValue": 15,
            "categoryid": self.category,
            "responsibleid": self.portal.id_of("bob"),
            **more,
        }

    def make(self, **more: object) -> int:
        task_id: int = self.ask("POST", "task", **self.inputs(**more))["id"]
        return task_id

    def at(self, minute: int) -> None:
        """Sets the clock to 12:`minute` and runs the jobs that are due."""
        self.now = NOON + minute * MINUTE
        while self._runner.run(self._worker.round()):
            pass

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        job = self.dispatcher.site.database.read(lambda session: session.fetch(statement))
        return [tuple(row) for row in self._runner.run(job)]

    def reminders(self) -> list[tuple[str, int]]:
        """Who got a reminder of which task."""
        return [(row[0], row[3]) for row in self.rows(TOLD) if row[1] == "task_due"]


@pytest.fixture
def place(portal: Portal) -> Iterator[Place]:
    ground = portal.ground
    address = ground.databases.copy(ground.template)
    files = str(ground.files_of(address))
    task_id = Place(portal, read({**ground.flags, "database": address, "files": files}, {}))
    yield task_id
    task_id.close()
    ground.databases.drop(address)


def test_responsible_user_gets_one_reminder_in_time(place: Place):
    task = place.make()
    place.at(44)
    assert place.reminders() == []
    place.at(45)
    assert place.reminders() == [(place.portal.id_of("bob"), task)]
    place.at(59)
    assert len(place.reminders()) == 1


def test_users_get_reminders_of_their_own_tasks(place: Place):
    place.make(responsibleid=place.portal.id_of("ann"))
    place.at(45)
    assert [person for person, _ in place.reminders()] == [place.portal.id_of("ann")]


def test_task_without_an_alert_sends_no_reminder(place: Place):
    place.make(alertValue=0)
    place.at(60)
    assert place.reminders() == []
    assert place.rows(DUE) == []


def test_another_deadline_sets_a_new_reminder(place: Place):
    task = place.make()
    place.ask("PUT", f"task/{task}", **place.inputs(deadline="2100-01-01T12:30:00Z"))
    place.at(15)
    assert len(place.reminders()) == 1
    place.ask("PUT", f"task/{task}", **place.inputs(deadline="2100-01-01T12:50:00Z"))
    place.at(45)  # the reminder of the first deadline is void, that of the third is due
    assert len(place.reminders()) == 2


def test_another_title_sets_no_new_reminder(place: Place):
    task = place.make()
    place.at(45)
    place.ask("PUT", f"task/{task}", **place.inputs(title="Another"))
    place.at(60)
    assert len(place.reminders()) == 1
    assert place.rows(DUE) == []


def test_new_responsible_user_gets_a_reminder_too(place: Place):
    task = place.make()
    place.at(45)
    root = place.portal.id_of("root")
    place.ask("PUT", f"task/{task}", **place.inputs(responsibleid=root))
    place.at(46)
    assert [person for person, _ in place.reminders()] == [place.portal.id_of("bob"), root]


@pytest.mark.parametrize(
    "undo",
    [
        lambda place, task: place.ask("PUT", f"task/{task}/close"),
        lambda place, task: place.ask("DELETE", f"task/{task}"),
        lambda place, task: place.ask("PUT", f"task/{task}", **place.inputs(alertValue=0)),
    ],
    ids=["closed", "deleted", "without alert"],
)
def test_closed_or_deleted_task_sends_no_reminder(place: Place, undo: Callable[[Place, int], Any]):
    undo(place, place.make())
    place.at(60)
    assert place.reminders() == []
    assert place.rows(DUE) == []


def test_user_without_an_account_gets_no_reminder(place: Place):
    place.make()
    place.do(partial(disable, email=PEOPLE["bob"].email))
    place.at(60)
    assert place.reminders() == []


def test_deadline_of_days_ago_sends_no_reminder(place: Place):
    place.make()
    place.at(60 * 25 + 60)  # the server was down
    assert place.reminders() == []
    assert place.rows(DUE) == []


def test_groups_and_templates_set_reminders_too(place: Place):
    person = place.ask("POST", "contact/person", firstName="P", lastName="", shareType=1)["id"]
    task_ids = place.ask("POST", "contact/task/group", **place.inputs(**{"contactId[]": person}))
    place.at(45)
    assert [task for _, task in place.reminders()] == [task_ids[0]["id"]]


# ------------------------------------------------------------------------- task_ids responsible


def told_of(portal: Portal, task_id: int) -> list[tuple[str, str]]:
    row = schema.notification.c
    statement = select(row.person_id, row.kind).where(
        row.entity_type == "task", row.entity_id == task_id
    )
    return [(person, kind) for person, kind in stored(portal, statement.order_by(row.id))]


def test_responsible_user_is_notified_of_the_assignment_on_request(portal: Portal):
    bob = portal.id_of("bob")
    silent = make_task(portal, responsibleid=bob)
    assert told_of(portal, silent) == []
    task_id = make_task(portal, responsibleid=bob, isNotify=True)
    assert told_of(portal, task_id) == [(bob, "responsible")]
    payload = {"title": "T", "deadline": "2100-01-01", "categoryid": category(portal)}
    root = {"responsibleid": portal.id_of("root"), "isNotify": True}
    assert portal.call("PUT", f"crm/task/{task_id}", json=payload | root).status == 200
    assert told_of(portal, task_id)[1:] == [(portal.id_of("root"), "responsible")]


def test_several_tasks_created_at_once_give_one_notification(portal: Portal):
    people = [make_person(portal) for _ in range(3)]
    payload = {
        "title": "Greet",
        "deadline": "2100-01-01",
        "categoryid": category(portal),
        "contactId": people,
        "responsibleid": portal.id_of("bob"),
        "isNotify": True,
    }
    task_ids = [
        each["id"] for each in portal.call("POST", "crm/contact/task/group", json=payload).response
    ]
    assert [len(told_of(portal, each)) for each in task_ids] == [1, 0, 0]
    shown = portal.call("GET", "crm/notifications", as_="bob").response
    [notification] = [each for each in shown if each["entityId"] == task_ids[0]]
    assert (notification["kind"], notification["title"], notification["details"]) == (
        "responsible",
        "Greet",
        {"tasks": 3},
    )
