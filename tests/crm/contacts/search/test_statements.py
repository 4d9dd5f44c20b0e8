"""Every shape of a list statement compiles, and the common ones use an index."""

import asyncio
from itertools import product

import pytest

from dealwright.crm.contacts import queries as contacts
from dealwright.crm.contacts.company_persons.queries import persons_of
from dealwright.crm.contacts.duplicates import queries as duplicates
from dealwright.crm.contacts.duplicates.rules import ALL
from dealwright.crm.contacts.info.queries import Reach
from dealwright.crm.contacts.search import queries
from dealwright.crm.contacts.search.queries import Criteria
from dealwright.storage.engines.engine import explain
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations.migrate import upgrade

KINDS = ("", "companies", "persons", "with opportunity", "single", "company or single")


@pytest.mark.parametrize("is_admin", [True, False])
def test_every_shape_compiles_for_both_databases(is_admin):
    for kind, needles, group, responsible in product(
        KINDS, (0, 2), ("", "of company", "of opportunity"), ("", "one", "none")
    ):
        filters = Criteria(
            *(True, "one", "none", kind, responsible, "private", True, True, group, needles, 1)
        )
        for statement in (
            queries.page(is_admin, filters, "displayname", True, True, True),
            queries.count(is_admin, filters),
            queries.ids(is_admin, filters),
        ):
            assert statement.sqlite.text
            assert statement.postgresql.text
    for text, category, primary, or_named in product(
        (True, False), (True, False), (None, True, False), (0, 2)
    ):
        filters = Criteria(reach=Reach(text, category, primary, or_named))
        statement = queries.page(is_admin, filters, "displayname", True, True, True)
        assert statement.sqlite.text
        assert statement.postgresql.text
    for sort in queries.SORTS:
        assert queries.page(is_admin, Criteria(), sort, False, False, True).postgresql.text


@pytest.mark.parametrize("is_admin", [True, False])
def test_every_other_statement_compiles_for_both_databases(is_admin):
    for statement in (
        contacts.visible(is_admin),
        contacts.view(is_admin, True),
        contacts.view(is_admin, False),
        contacts.rows(is_admin),
        contacts.briefs(is_admin),
        contacts.load(is_admin),
        contacts.remove(is_admin),
        persons_of(is_admin),
        queries.total(is_admin),
        duplicates.groups(is_admin, ALL),
        duplicates.count(is_admin, ALL),
        duplicates.members(is_admin, ALL),
        duplicates.KEYS,
        contacts.VALUES_OF,
        contacts.INFOS_OF,
        contacts.PRIMARY_OF,
        contacts.TAGS_OF,
    ):
        assert statement.sqlite.text
        assert statement.postgresql.text


@pytest.mark.parametrize(
    ("sort", "index"),
    [("created", "ix_contact_created"), ("displayname", "ix_contact_display")],
)
def test_unfiltered_page_uses_an_index(tmp_path, sort, index):
    """On SQLite, which makes the same plan for few rows and for many."""

    async def plan() -> str:
        address = f"sqlite:///{tmp_path}/plans.db"
        await upgrade(address)
        database = await open_database(address)
        statement = queries.page(False, Criteria(), sort, True, False, False)
        values = {"actor": "somebody", "limit": 25, "offset": 0}
        try:
            return await database.read(lambda session: explain(session, statement, values))
        finally:
            await database.close()

    assert index in asyncio.run(plan())
