"""On a hundred thousand opportunities every list and look-up uses an index, according to the query
plans of both databases. The test measures no time.

A portal of that size takes long to build, so one test runs every query.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.make import make
from dealwright.crm.opportunities import queries
from dealwright.crm.opportunities.rules import Criteria
from dealwright.portal.stages import queries as stages
from dealwright.storage.engines.opening import is_postgresql
from dealwright.storage.statements.statement import Statement
from tests import postgres
from tests.plans import Asked, run, wrong

OPPORTUNITIES = 100_000
SMALL = {"counter", "stage", "tag", "invoice"}  # small enough to be read whole
# Entities that the measured portal does not have.
MORE = (
    "insert into tag (entity_type, title, title_key) select 1, id, id from contact limit 30",
    "insert into opportunity_tag select id, id % 30 + 1 from opportunity",
    "insert into opportunity_tag select id, (id + 7) % 30 + 1 from opportunity",
    "insert into contact_access select id, created_by from contact",
    "update opportunity set deleted_on = 1 where id % 50 = 0",
)


def page(
    sort: str = "created",
    *,
    total: bool = False,
    after: bool = False,
    descending: bool = True,
    is_admin: bool = False,
    **filters: Any,
) -> Statement:
    return queries.page(is_admin, Criteria(**filters), sort, descending, total, after)


NARROW: dict[str, Any] = {"stages": "one", "responsible": True, "needles": 1}
LIST = "ix_opportunity_stage_responsible"
BY_PERSON = "ix_opportunity_responsible"
WORDS = "ix_opportunity_text_words"
KEY = "pk_opportunity"
SUMS = "pk_opportunity_sum"
CONTACT = ("ix_opportunity_contact", "pk_contact")
MEMBER = "ix_opportunity_member_contact"
TAGGED = "ix_opportunity_tag_tag"

ASKED = {
    # The most frequent list: one stage, one user, a word, newest first.
    "the list with its total": Asked(page(**NARROW, total=True), alone=(LIST,), order="kept"),
    "the list for an administrator": Asked(
        page(**NARROW, total=True, is_admin=True), alone=(LIST,), order="kept"
    ),
    "the list by cursor": Asked(page(**NARROW), alone=(LIST,), order="kept"),
    "its next page by cursor": Asked(page(**NARROW, after=True), alone=(LIST,), order="kept"),
    "how many the list holds": Asked(
        queries.count(False, Criteria(**NARROW)), alone=(LIST,), order="kept"
    ),
    "the list of several stages": Asked(
        page(**{**NARROW, "stages": "many"}, total=True), alone=(LIST,)
    ),
    "a person's list": Asked(page(responsible=True), alone=(BY_PERSON,), order="kept"),
    "a person's list with words": Asked(
        page(responsible=True, needles=2), alone=(BY_PERSON,), order="kept"
    ),
    "a person's list with words and its total, oldest first": Asked(
        page(responsible=True, needles=2, total=True, descending=False),
        alone=(BY_PERSON,),
        order="kept",
    ),
    "one stage": Asked(page(stages="one", total=True), alone=(LIST,)),
    "how many are on one stage": Asked(queries.count(False, Criteria(stages="one")), by=(SUMS,)),
    # All rows, by each sort key that has an index.
    "everything, newest first": Asked(page(), alone=("ix_opportunity_created",), order="kept"),
    "everything, oldest first": Asked(
        page(descending=False), alone=("ix_opportunity_created",), order="kept"
    ),
    "everything, newest first, by cursor": Asked(
        page(after=True), alone=("ix_opportunity_created",), order="kept"
    ),
    "everything by title": Asked(page("title"), alone=("ix_opportunity_title",), order="kept"),
    "everything by title and cursor": Asked(
        page("title", after=True, descending=False), alone=("ix_opportunity_title",), order="kept"
    ),
    "everything by date": Asked(page("dateandtime"), alone=("ix_opportunity_close",), order="kept"),
    "everything by amount": Asked(
        page("bidvalue"), alone=("ix_opportunity_bid_value",), order="kept"
    ),
    "everything by stage": Asked(page("stage"), by=("ix_opportunity_stage",)),
    "everything by stage and cursor": Asked(
        page("stage", after=True, descending=False), by=("ix_opportunity_stage",)
    ),
    "how many there are": Asked(queries.total(False), by=(SUMS,)),
    "how many there are for an administrator": Asked(queries.total(True)),
    # Text search without another filter.
    "a word": Asked(page(needles=1, total=True), by=(WORDS, KEY)),
    "three words by stage": Asked(page("stage", needles=3, total=True), by=(WORDS, KEY)),
    "a word in several stages": Asked(page(needles=1, stages="many", total=True), by=(WORDS, KEY)),
    "how many hold a word": Asked(queries.count(False, Criteria(needles=1)), by=(WORDS, KEY)),
    # The records that belong to an opportunity.
    "of a contact": Asked(page(contact="primary", total=True), by=CONTACT),
    "with a contact": Asked(
        page("title", contact="participant", total=True), by=(*CONTACT, MEMBER)
    ),
    "with a contact, on a stage": Asked(
        page(contact="participant", stages="one", total=True), by=(*CONTACT, MEMBER)
    ),
    "with a tag": Asked(page(tags="one", total=True), by=(TAGGED, KEY)),
    "with several tags": Asked(page(tags="several", total=True), by=(TAGGED, KEY)),
    "with a tag and a word": Asked(page(tags="one", needles=1, total=True), by=(TAGGED, KEY)),
    "between two dates": Asked(page(since=True, until=True), by=("ix_opportunity_close",)),
    # One opportunity, and the rows of a page.
    "one": Asked(queries.view(False, False), by=(KEY, "pk_contact", "pk_opportunity_member")),
    "the rows of a page": Asked(queries.rows(False), by=(KEY, "pk_contact")),
    "their members": Asked(queries.members_of(False), by=("pk_opportunity_member", "pk_contact")),
    "their values": Asked(queries.VALUES_OF, by=("pk_opportunity_value",)),
    "what a change starts from": Asked(queries.load(False), by=(KEY, "pk_contact")),
    "by external id": Asked(queries.by_external_id(False), by=("uq_opportunity_external_id",)),
    "whether a stage is used": Asked(stages.IS_USED),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def large(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/large.db"
    else:
        address = postgres.fresh_database(postgres.start(tmp_path / "postgres"))
    asyncio.run(make(address, OPPORTUNITIES))
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
