"""On a hundred thousand tasks every list and look-up uses an index, according to the query plans of
both databases.

One test runs every query, because a portal of that size takes long to build.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.make import make
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.contacts.search import queries as contact_lists
from dealwright.crm.tasks import queries
from dealwright.crm.tasks.rules import Criteria
from dealwright.storage.engines.opening import is_postgresql
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.plans import Asked, run, wrong

TASKS, OPPORTUNITIES, CONTACTS = 100_000, 20_000, 10_000
# Small enough to be read whole.
SMALL = {"person", "list_item", "crm_case", "case_access", "invoice"}
NUMBERS = f"with recursive n (i) as (select 1 union all select i + 1 from n where i < {TASKS})"
PERSON = "'00000000-0000-4000-8000-' || substr(cast(1000000000000 + i % 49 + 1 as text), 2)"
OTHER = "'00000000-0000-4000-8000-' || substr(cast(1000000000000 + i % 47 + 1 as text), 2)"
MORE = (
    # One of three belongs to a contact, one to an opportunity, one to both; three of four are
    # closed.
    f"""insert into task (title, title_key, description, deadline, responsible_id, contact_id,
        opportunity_id, is_closed, search_text, created_by, created_on, modified_by, modified_on)
    {NUMBERS} select 'Call ' || i, 'call ' || (i % 997), 'a description', i % 9973,
        {PERSON}, case when i % 3 <> 0 then i % {CONTACTS} + 1 end,
        case when i % 3 <> 1 then i % {OPPORTUNITIES} + 1 end, i % 4 <> 0, ' call ' || i || ' ',
        {OTHER}, i, {OTHER}, i from n""",
    "insert into task_text (id, words) select id, search_text from task",
    "insert into contact_access select id, created_by from contact",
    "update task set deleted_on = 1 where id % 50 = 0",
)


def page(
    sort: str = "deadline",
    *,
    is_admin: bool = False,
    descending: bool = False,
    total: bool = False,
    after: bool = False,
    **filters: Any,
) -> Statement:
    return queries.page(is_admin, Criteria(**filters), sort, descending, total, after)


KEY = "pk_task"
DEADLINE, BY_PERSON, TITLE = "ix_task_deadline", "ix_task_responsible", "ix_task_title"
OF_CONTACT, OF_DEAL, WORDS = "ix_task_contact", "ix_task_opportunity", "ix_task_text_words"

ASKED = {
    # The list without any parameter.
    "the default list": Asked(page(), by=(DEADLINE,)),
    "the default list of an administrator": Asked(page(is_admin=True), by=(DEADLINE,)),
    "its next page": Asked(page(after=True), by=(DEADLINE,)),
    "its next page for an administrator": Asked(page(is_admin=True, after=True), by=(DEADLINE,)),
    "the last deadline first": Asked(page(descending=True), by=(DEADLINE,)),
    "by title": Asked(page("title"), by=(TITLE,)),
    # The queries of a dashboard.
    "open tasks": Asked(page(closed="open"), by=(DEADLINE,), order="kept"),
    "open tasks until a day": Asked(page(closed="open", until=True), by=(DEADLINE,), order="kept"),
    "my open tasks": Asked(page(closed="open", responsible=True), by=(BY_PERSON,), order="kept"),
    "my open tasks with their total": Asked(
        page(closed="open", responsible=True, total=True), by=(BY_PERSON,)
    ),
    "my tasks": Asked(page(responsible=True), by=(BY_PERSON,)),
    # The tasks of a record.
    "of a contact": Asked(page(entity="contact", total=True), by=(OF_CONTACT, "pk_contact")),
    "of an opportunity": Asked(page(entity="opportunity", total=True), by=(OF_DEAL,)),
    "a word": Asked(page(needles=1, total=True), by=(WORDS, KEY)),
    "one": Asked(queries.view(False, False), by=(KEY, "pk_contact", "pk_opportunity")),
    "the rows of a page": Asked(queries.rows(False), by=(KEY, "pk_contact")),
    "what a change starts from": Asked(queries.load(False), by=(KEY,)),
    "what a reminder depends on": Asked(queries.REMINDED, by=(KEY,)),
    # The tasks that contacts count.
    "contacts with how many": Asked(contacts.rows(False), by=(OF_CONTACT, "pk_contact")),
    "the next task of contacts": Asked(contact_lists.nearest(False), by=(OF_CONTACT,)),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/large.db"
    else:
        address = postgres.fresh_database(postgres.start(tmp_path / "postgres"))
    asyncio.run(make(address, OPPORTUNITIES))
    run(address, *MORE, "vacuum (analyze)" if is_postgresql(address) else "analyze")
    yield address
    if is_postgresql(address):
        postgres.drop_database(address)


def test_every_list_and_look_up_uses_an_index(large: str) -> None:
    found = wrong(large, ASKED, small=SMALL)
    assert not found, "\n\n".join(map("\n".join, found))
