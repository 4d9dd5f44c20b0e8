"""On a hundred thousand cases every list and look-up uses an index, according to the query plans of
both databases. The test measures no time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.make import make
from dealwright.crm.cases import queries
from dealwright.crm.cases.rules import Criteria
from dealwright.storage.engines.opening import is_postgresql
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.plans import Asked, run, wrong

SMALL = {
    "tag",
    "person",
    "contact_access",
    "invoice",
}  # few rows here
MORE = (
    "insert into tag (entity_type, title, title_key) select 7, id, id from contact limit 30",
    """with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000),
    p as (select id, row_number() over (order by id) as place, count(*) over () as many from person)
    insert into crm_case (title, title_key, is_closed, is_private, search_text, is_long_text,
      created_by, created_on, modified_by, modified_on, version, deleted_on)
    select 'Case ' || i * 7919 % 100000, 'case ' || i * 7919 % 100000, i % 3 = 0, i % 7 = 0,
      ' word' || i % 5000 || ' ', i < 0,
      p.id, i, p.id, i, 1, case when i % 50 = 0 then 1 end
    from n join p on p.place = i % p.many + 1""",
    "insert into crm_case_text select id, search_text from crm_case",
    "insert into case_access select id, created_by from crm_case where is_private",
    "insert into contact_access select id, created_by from contact",
    "insert into case_member select id, id % (select max(id) from contact) + 1 from crm_case",
    """insert into custom_field (entity_type, label, field_type, mask, position)
    values (7, 'Colour', 1, '', 1)""",
    """insert into case_value select k.id, f.id, 'red' from crm_case k join custom_field f
    on f.entity_type = 7 and k.id % 3 = 0""",
    """insert into case_tag select k.id, t.id from crm_case k join tag t
    on t.entity_type = 7 and t.title_key = cast(k.id % 30 + 1 as text)""",
)
TITLE, CREATED, KEY = "ix_crm_case_title", "ix_crm_case_created", "pk_crm_case"
WORDS, MEMBER = "ix_crm_case_text_words", "ix_case_member_contact"


def page(
    sort: str = "title",
    *,
    total: bool = False,
    after: bool = False,
    descending: bool = False,
    is_admin: bool = False,
    **filters: Any,
) -> Statement:
    return queries.page(is_admin, Criteria(**filters), sort, descending, total, after)


def everything() -> Iterator[tuple[str, Asked]]:
    """Each sort key with an index, for both kinds of actors, in both directions, by index and by
    cursor."""
    for sort, index in (("title", TITLE), ("dateandtime", CREATED)):
        for is_admin in (False, True):
            for descending in (False, True):
                for after in (False, True):
                    how = {"is_admin": is_admin, "descending": descending, "after": after}
                    name = f"everything by {sort} {how}"
                    yield name, Asked(page(sort, **how), by=(index,))
                    yield f"open {name}", Asked(page(sort, **how, state="open"), by=(index,))


ASKED = {
    **dict(everything()),
    # By its key: SQLite walks the table itself from its end and stops.
    "everything by id": Asked(page("id", descending=True), order="kept", whole=("crm_case",)),
    "open ones by title": Asked(page(state="open"), by=(TITLE,), order="kept"),
    "closed ones by title": Asked(page(state="closed"), by=(TITLE,), order="kept"),
    # Public cases are counted row by row; two indexes find private ones.
    "how many there are": Asked(
        queries.total(False),
        by=("ix_crm_case_private", "ix_case_access_person"),
        whole=("crm_case",),
    ),
    "how many there are for an administrator": Asked(queries.total(True), whole=("crm_case",)),
    "a word": Asked(page(needles=1, total=True), by=(WORDS, KEY)),
    "a word for an administrator": Asked(
        page(needles=1, total=True, is_admin=True), by=(WORDS, KEY)
    ),
    "open ones with a word": Asked(page(needles=2, total=True, state="open"), by=(WORDS, KEY)),
    "with a contact": Asked(page(contact=True, total=True), by=(MEMBER, "pk_contact", KEY)),
    "with a contact and a word": Asked(
        page(contact=True, needles=1, total=True), by=(MEMBER, "pk_contact", KEY)
    ),
    "with a tag": Asked(page(tags="one", total=True), by=("ix_case_tag_tag", KEY)),
    "with several tags": Asked(page(tags="several", total=True), by=("ix_case_tag_tag", KEY)),
    "one": Asked(queries.view(False, False), by=(KEY, "pk_case_member", "pk_contact")),
    "the rows of a page": Asked(queries.rows(False), by=(KEY,)),
    "their members": Asked(queries.members_of(False), by=("pk_case_member", "pk_contact")),
    "their values": Asked(queries.VALUES_OF, by=("pk_case_value",)),
    "what a change starts from": Asked(queries.load(False), by=(KEY, "pk_contact")),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/large.db"
    else:
        address = postgres.fresh_database(postgres.start(tmp_path / "postgres"))
    asyncio.run(make(address, 2000))
    run(address, *MORE, "vacuum (analyze)" if request.param == "postgresql" else "analyze")
    yield address
    if request.param == "postgresql":
        postgres.drop_database(address)


def test_every_list_and_look_up_uses_an_index(large: str) -> None:
    found = wrong(large, ASKED, small=SMALL)
    assert not found, "\n\n".join(map("\n".join, found))
    if not is_postgresql(large):
        # Without statistics SQLite may choose another index, but it always uses one.
        run(large, "delete from sqlite_stat1")
        found = [each for each in wrong(large, ASKED, small=SMALL) if "reads all" in each[0]]
        assert not found, "\n\n".join(map("\n".join, found))
