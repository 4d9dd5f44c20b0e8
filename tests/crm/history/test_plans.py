"""On a hundred thousand events every list and look-up uses an index, according to the query plans
of both databases.

One test runs every query, because a portal of that size takes long to build.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.make import make
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.files import queries as files
from dealwright.crm.history import queries
from dealwright.crm.history.rules import Criteria
from dealwright.storage.engines.opening import is_postgresql
from dealwright.storage.files.file_sweep import USED
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.plans import Asked, run, wrong

EVENTS, OPPORTUNITIES, CONTACTS, FILES = 100_000, 20_000, 10_000, 30_000
SMALL = {
    "person",
    "list_item",
    "crm_case",
    "case_access",
    "invoice",
}  # small enough to be read whole
NUMBERS = f"with recursive n (i) as (select 1 union all select i + 1 from n where i < {EVENTS})"
PERSON = "'00000000-0000-4000-8000-' || substr(cast(1000000000000 + i % 49 + 1 as text), 2)"
MORE = (
    # One of three belongs to a contact, one to an opportunity, one to both.
    f"""insert into history_event (content, contact_id, opportunity_id, category_id, search_text,
        created_by, created_on, modified_by, modified_on)
    {NUMBERS} select 'Call ' || i, case when i % 3 <> 0 then i % {CONTACTS} + 1 end,
        case when i % 3 <> 1 then i % {OPPORTUNITIES} + 1 end,
        (select min(id) from list_item where kind = 3), ' call ' || i || ' ',
        {PERSON}, i % 9973, {PERSON}, i from n""",
    "insert into history_event_text (id, words) select id, search_text from history_event",
    f"""insert into file (title, stored_as, content_type, size, sha256, created_by, created_on,
        modified_by, modified_on)
    {NUMBERS} select 'a.txt', 'stored' || i, 'text/plain', i, '', {PERSON}, i, {PERSON}, i from n
        where i <= {FILES}""",
    "insert into event_file (event_id, file_id) select id * 3, id from file",
    "insert into contact_photo select id, 's' || id, 'm' || id, 'b' || id, '', 1 from contact",
    "insert into contact_access select id, created_by from contact",
    "update history_event set deleted_on = 1 where id % 50 = 0",
    "update file set deleted_on = 1 where id % 50 = 0",
)


def page(
    sort: str = "created",
    *,
    is_admin: bool = False,
    total: bool = False,
    after: bool = False,
    descending: bool = True,
    **filters: Any,
) -> Statement:
    return queries.page(is_admin, Criteria(**filters), sort, descending, total, after)


KEY, CREATED, WORDS = "pk_history_event", "ix_history_event_created", "ix_history_event_text_words"
OF_CONTACT, OF_DEAL = "ix_history_event_contact", "ix_history_event_opportunity"
OF_CATEGORY, SHOWN, FILE = "ix_history_event_category", "pk_event_file", "pk_file"

ASKED = {
    # The list without any parameter.
    "the default list": Asked(page(), by=(CREATED,), order="kept"),
    "the default list of an administrator": Asked(page(is_admin=True), by=(CREATED,), order="kept"),
    "its next page": Asked(page(after=True), by=(CREATED,), order="kept"),
    "the oldest first": Asked(page(descending=False), by=(CREATED,), order="kept"),
    "since a day": Asked(page(since=True), by=(CREATED,), order="kept"),
    "a day": Asked(page(since=True, until=True), by=(CREATED,), order="kept"),
    # The events of a record.
    "of a contact": Asked(page(entity="contact"), by=(OF_CONTACT,), order="kept"),
    "of a contact with its total": Asked(page(entity="contact", total=True), by=(OF_CONTACT,)),
    "of a company": Asked(
        page(entity="company", total=True), by=(OF_CONTACT, "ix_contact_company")
    ),
    "of an opportunity": Asked(page(entity="opportunity"), by=(OF_DEAL,), order="kept"),
    "a word": Asked(page(needles=1, total=True), by=(WORDS, KEY)),
    "a word of a contact": Asked(page(needles=1, entity="contact", total=True), by=(OF_CONTACT,)),
    "which records are seen": Asked(queries.parent_seen(False, "contact"), by=("pk_contact",)),
    "the rows of a page": Asked(queries.rows(False), by=(KEY, "pk_contact", "pk_opportunity")),
    "the files of a page": Asked(queries.FILES_OF, by=(SHOWN, FILE)),
    "what a change starts from": Asked(queries.load(False), by=(KEY, SHOWN)),
    # Files.
    "the files of a contact": Asked(
        files.page(False, "contact", "id", False), by=(OF_CONTACT, SHOWN, FILE)
    ),
    "how many they are": Asked(files.count(False, "contact"), by=(OF_CONTACT, SHOWN, FILE)),
    "one file": Asked(files.content(False), by=(FILE, "ix_event_file_file")),
    "which files are seen": Asked(queries.files_seen(False), by=(FILE, "ix_event_file_file")),
    "a file to be deleted": Asked(files.load(False), by=(FILE, "ix_event_file_file")),
    "a photo": Asked(contacts.photo(False), by=("pk_contact", "pk_contact_photo")),
    "which contents are named": Asked(
        USED,
        by=(
            "uq_file_stored_as",
            "uq_contact_photo_small",
            "uq_contact_photo_medium",
            "uq_contact_photo_big",
        ),
    ),
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
