"""A user's feed is found by an index, however many notifications there are, on both databases."""

import asyncio

import pytest

from dealwright import app
from dealwright.messages.feed import queries
from dealwright.storage.engines.engine import explain
from dealwright.storage.statements.statement import Statement
from dealwright.work import Work
from tests.contract.scene import run
from tests.plans import Plan, plan_of
from tests.running import Portal

STATEMENTS = {
    "page": queries.page(False, None),
    "unread page": queries.page(False, False),
    "count": queries.count(False, False),
    "all read": queries.read(True),
    "some read": queries.read(False),
    "page of an administrator": queries.page(True, None),
}
PEOPLE = """insert into person (id, user_name, email, email_key, first_name, last_name, role,
                                created_on)
            select 'p' || n, 'p' || n, 'p' || n, 'p' || n, '', '', 'user', 0
            from ({numbers}) as r"""
MANY = """insert into notification (person_id, kind, entity_type, entity_id, created_on)
          select person.id, 'access', 'opportunity', n, n from person
          cross join ({numbers}) as r"""
NUMBERS = {
    "sqlite": "with recursive r(n) as (select 1 union all select n + 1 from r where n < 100)"
    " select n from r",
    "postgresql": "select n from generate_series(1, 100) as s(n)",
}


@pytest.fixture
def full(portal: Portal) -> Portal:
    own = portal.fresh()
    numbers = NUMBERS["sqlite" if own.database.startswith("sqlite") else "postgresql"]
    for each in (PEOPLE, MANY, "analyze notification"):
        run(own.database, each.format(numbers=numbers))
    return own


def plan(portal: Portal, statement: Statement) -> Plan:
    async def look(work: Work) -> Plan:
        text = await explain(work.session, statement)
        return plan_of(text, work.session.dialect)

    return asyncio.run(app.offline(portal.settings, look))


def test_users_see_only_their_own_notifications(full: Portal):
    for name, statement in STATEMENTS.items():
        found = plan(full, statement)
        assert "notification" not in found.scans, (name, found.text)
        own = {"ix_notification_person", "pk_notification"}
        assert found.indexes & own, (name, found.text)
