"""Notifying users is part of the change that causes it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from dealwright import app
from dealwright.messages.notifications.actions import LETTER, notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.people.accounts.actions import disable
from dealwright.settings import Settings, read
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Put
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work
from tests.running import PEOPLE, Portal

_row, _job = schema.notification.c, schema.outbox.c
ROWS = Statement(
    select(_row.person_id, _row.kind, _row.entity_type, _row.entity_id, _row.payload).order_by(
        _row.id
    )
)
JOBS = Statement(select(_job.kind, _job.entity_id, _job.payload).order_by(_job.id))


@pytest.fixture
def quiet(portal: Portal) -> Iterator[Settings]:
    """A portal without a server."""
    ground = portal.ground
    address = ground.databases.copy(ground.template)
    yield read({**ground.flags, "database": address}, {})
    ground.databases.drop(address)


def telling(
    settings: Settings, people: Iterable[str], *, payload: Mapping[str, Any] | None = None
) -> tuple[list[Any], list[Any]]:
    """The rows and jobs after these users were notified of opportunity 7."""

    async def run(work: Work) -> tuple[list[Any], list[Any]]:
        steps = await notify_users(
            work,
            NotificationKind.RESPONSIBLE,
            people,
            about=About.OPPORTUNITY,
            entity_id=7,
            payload=payload,
        )
        await work.save(Change(None, steps))
        return await work.fetch(ROWS), await work.fetch(JOBS)

    return asyncio.run(app.offline(settings, run))


def choose(settings: Settings, person_id: str, *, in_app: bool, by_mail: bool) -> None:
    row = {"person_id": person_id, "kind": "responsible", "in_app": in_app, "by_mail": by_mail}

    async def run(work: Work) -> None:
        await work.save(Change(None, (Put(schema.notification_choice, row),)))

    asyncio.run(app.offline(settings, run))


def test_each_recipient_gets_a_row_and_an_email(portal: Portal, quiet: Settings):
    ann, bob = portal.id_of("ann"), portal.id_of("bob")
    rows, jobs = telling(quiet, [ann, bob, ann], payload={"n": 1})
    assert [tuple(row) for row in rows] == [
        (each, "responsible", "opportunity", 7, '{"n":1}') for each in (ann, bob)
    ]
    assert [tuple(job)[:2] for job in jobs] == [(LETTER, 7)] * 2
    assert [ann in job[2] for job in jobs] == [True, False]


def test_guests_disabled_and_unknown_users_are_not_notified(portal: Portal, quiet: Settings):
    asyncio.run(app.offline(quiet, partial(disable, email=PEOPLE["bob"].email)))
    nobody = "11111111-1111-1111-1111-111111111111"
    strangers = [portal.id_of("gus"), portal.id_of("bob"), nobody]
    assert telling(quiet, strangers) == ([], [])


def test_a_choice_is_honoured(portal: Portal, quiet: Settings):
    ann, bob = portal.id_of("ann"), portal.id_of("bob")
    choose(quiet, ann, in_app=False, by_mail=True)
    choose(quiet, bob, in_app=True, by_mail=False)
    rows, jobs = telling(quiet, [ann, bob])
    assert [row[0] for row in rows] == [bob]
    assert len(jobs) == 1
    assert ann in jobs[0][2]
