"""On a hundred thousand contacts with their data every list and look-up uses an index, according to
the query plans of both databases.

One test runs every query, because a portal of that size takes long to build.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.make import make
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.contacts.duplicates import queries as duplicates
from dealwright.crm.contacts.duplicates.rules import ALL, By
from dealwright.crm.contacts.info.queries import Reach
from dealwright.crm.contacts.search import queries
from dealwright.crm.contacts.search.queries import Criteria
from dealwright.storage.engines.opening import is_postgresql
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.plans import Asked, run, wrong

CONTACTS = 100_000
# Small enough to be read whole, or empty here.
SMALL = {"counter", "tag", "person", "contact_value", "task", "crm_case", "case_access", "invoice"}
NUMBERS = (
    f"with recursive n (i) as (select 1000 union all select i + 1 from n where i < {CONTACTS})"
)
PERSON = "'00000000-0000-4000-8000-' || substr(cast(1000000000000 + i % 49 + 1 as text), 2)"
MORE = (
    # Nine of ten are managed by 50 users; every seventh shares its name with another.
    f"""insert into contact (id, is_company, first_name, last_name, company_name, display_name,
        display_key, name_key, job_title, about, industry, share_type, search_text, created_by,
        created_on, modified_by, modified_on, version)
    {NUMBERS} select i, i % 5 = 0, 'Ann', cast(i as text), '', 'Ann', 'ann ' || (i - i % 7 / 6),
        'ann ' || (i - i % 7 / 6), '',
        '{"a word or two " * 25}', '', case when i % 10 = 0 then 0 else 1 end, ' ann ' || i || ' ',
        {PERSON}, i, {PERSON}, i, 1 from n""",
    "insert into contact_text (id, words) select id, search_text from contact where id >= 1000",
    # An email address and a phone for each; every eighth pair of them is shared.
    """insert into contact_info (contact_id, info_type, category, data, data_key, is_primary)
    select id, 1, 1, 'Ann' || id || ' <ann' || id || '@example.com>',
        'ann' || (id - id % 8 / 7) || '@example.com', true from contact""",
    """insert into contact_info (contact_id, info_type, category, data, data_key, is_primary)
    select id, 0, 1, 'tel. +1 (650) 25-' || id || ', only in the mornings',
        '+1650' || (id - id % 8 / 7), true from contact""",
    "insert into contact_access select id, created_by from contact where share_type = 0",
    "update contact set deleted_on = 1 where id % 50 = 0",
)


def page(sort: str = "displayname", *, is_admin: bool = False, **filters: Any) -> Statement:
    return queries.page(is_admin, Criteria(**filters), sort, False, False, False)


KEY = "pk_contact"
NAME = "ix_contact_display"
SPELLED = "ix_contact_name"
WORDS = "ix_contact_text_words"
DATA, OF_CONTACT = "ix_contact_info_data", "ix_contact_info_contact"

ASKED = {
    "everybody by name": Asked(page(), by=(NAME,), order="kept"),
    "everybody, the newest first": Asked(page("created"), by=("ix_contact_created",), order="kept"),
    "a word of names, data or values": Asked(page(needles=1), by=(WORDS, KEY)),
    "two words, as an administrator": Asked(page(needles=2, is_admin=True), by=(WORDS, KEY)),
    # Sorted, since the best hit comes first; either index of names holds what is compared.
    "a part of a name": Asked(page(name_parts=1)),
    "data that contains a text": Asked(page(reach=Reach(text=True)), by=(KEY,), alone=(DATA,)),
    # Half of all data is of the kind: PostgreSQL reads it where it needs the rows.
    "primary data of a category": Asked(
        page(reach=Reach(text=True, category=True, primary=True)),
        by=(KEY,),
        whole=("contact_info",),
    ),
    "how many have such data": Asked(
        queries.count(False, Criteria(reach=Reach(text=True))), alone=(DATA,)
    ),
    "a term in names and addresses": Asked(
        page(reach=Reach(text=True, or_named=2)), by=(NAME, KEY, OF_CONTACT), alone=(DATA,)
    ),
    "one": Asked(contacts.view(False, False), by=(KEY, OF_CONTACT)),
    "what a change starts from": Asked(contacts.load(False), by=(KEY, OF_CONTACT)),
    "the data of a page": Asked(contacts.INFOS_OF, by=(OF_CONTACT,)),
    "the primary data of a page": Asked(contacts.PRIMARY_OF, by=(OF_CONTACT,)),
    # All keys of a kind are compared. PostgreSQL may read a table for that if it is hardly wider
    # than its index, but never to find the contacts of a key.
    "groups by e-mail": Asked(
        duplicates.groups(False, (By.EMAIL,)), by=(KEY,), alone=(DATA,), whole=("contact_info",)
    ),
    "groups by phone": Asked(
        duplicates.groups(True, (By.PHONE,)), by=(KEY,), alone=(DATA,), whole=("contact_info",)
    ),
    "groups by name": Asked(duplicates.groups(False, (By.NAME,)), alone=(SPELLED,)),
    "all groups": Asked(
        duplicates.groups(False, ALL), by=(KEY,), alone=(DATA, SPELLED), whole=("contact_info",)
    ),
    "how many groups": Asked(
        duplicates.count(False, ALL), by=(KEY,), alone=(DATA, SPELLED), whole=("contact_info",)
    ),
    "the contacts of groups": Asked(duplicates.members(False, ALL), by=(KEY, DATA, SPELLED)),
    "the keys of one": Asked(duplicates.KEYS, by=(KEY, OF_CONTACT)),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/large.db"
    else:
        address = postgres.fresh_database(postgres.start(tmp_path / "postgres"))
    asyncio.run(make(address, 1000))
    run(address, *MORE, "vacuum (analyze)" if is_postgresql(address) else "analyze")
    yield address
    if is_postgresql(address):
        postgres.drop_database(address)


def test_every_list_and_look_up_uses_an_index(large: str) -> None:
    found = wrong(large, ASKED, small=SMALL)
    assert not found, "\n\n".join(map("\n".join, found))
    if not is_postgresql(large):
        # Without statistics SQLite may choose another index, but it always uses one.
        run(large, "delete from sqlite_stat1")
        found = [each for each in wrong(large, ASKED, small=SMALL) if "reads all" in each[0]]
        assert not found, "\n\n".join(map("\n".join, found))
