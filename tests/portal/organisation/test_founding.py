"""The first start: what a new portal contains, that it is made once, and what prevents it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from dealwright.errors import Invalid
from dealwright.people.actions import Opening, open_portal
from dealwright.portal.organisation import queries, rules
from dealwright.storage import schema
from dealwright.storage.engines.engine import Database
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.statements.statement import Statement
from tests.people.new_accounts import sign_in
from tests.portal.organisation.new_portals import new_portal, settings_for
from tests.running import PASSWORD, Portal

T = TypeVar("T")
NOW = 1_790_000_000_000_000
stage, item, tag, person = schema.stage, schema.list_item, schema.tag, schema.person
STAGES = Statement(
    select(stage.c.id, stage.c.sort_order, stage.c.title, stage.c.description).order_by(stage.c.id)
)
ITEMS = Statement(
    select(item.c.kind, item.c.sort_order, item.c.title, item.c.color, item.c.image_name).order_by(
        item.c.id
    )
)
TAGS = Statement(select(tag.c.entity_type, tag.c.title, tag.c.title_key).order_by(tag.c.id))
PEOPLE = Statement(select(person.c.email, person.c.role, person.c.password_hash))


def on_nothing(portal: Portal, scenario: Callable[[Database, str], Awaitable[T]]) -> T:
    """Runs a scenario on a database with tables and no portal."""
    databases = portal.ground.databases
    address = databases.empty()

    async def run() -> T:
        await upgrade(address)
        database = await open_database(address, connections=5)
        try:
            return await scenario(database, address)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    finally:
        databases.drop(address)


async def rows(database: Database, statement: Statement) -> list[Any]:
    return [tuple(row) for row in await database.read(lambda session: session.fetch(statement))]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_new_portal_has_all_it_starts_with(portal: Portal, language: str):
    async def scenario(database: Database, address: str) -> None:
        settings = settings_for(portal, address, language=language)
        assert await open_portal(database, settings, now=NOW) == Opening("root@example.com", True)
        stages = await rows(database, STAGES)
        assert [row[:2] for row in stages] == [(n, n) for n in range(1, 10)]
        assert all(title and description.endswith(".") for _, _, title, description in stages)
        items = await rows(database, ITEMS)
        counts = {kind: [row[1] for row in items if row[0] == kind] for kind in range(1, 5)}
        expected = {1: 3, 2: 12, 3: 4, 4: 4}
        assert counts == {kind: [*range(1, n + 1)] for kind, n in expected.items()}
        for kind, _, title, color, image in items:
            assert title
            assert bool(color) is (kind == 1)
            assert bool(image) is (kind in (2, 3))
        tags = await rows(database, TAGS)
        assert [row[0] for row in tags] == [0] * 4
        assert all(key == title.lower() for _, title, key in tags)
        is_russian = any("а" <= letter <= "я" for row in stages for letter in row[2].lower())
        assert is_russian is (language == "ru")

    on_nothing(portal, scenario)


def test_portal_keeps_its_settings(portal: Portal):
    async def scenario(database: Database, address: str) -> None:
        more = {"language": "ru", "currency": "EUR", "wire_profile": "documented"}
        await open_portal(database, settings_for(portal, address, **more), now=NOW)
        found = await database.read(queries.current)
        assert found[:3] == ("ru", "EUR", True)
        assert found.created_on == NOW
        assert len(found.secret) >= 43

    on_nothing(portal, scenario)


def test_the_currency_follows_the_language(portal: Portal):
    async def scenario(database: Database, address: str) -> None:
        await open_portal(database, settings_for(portal, address, language="ru"), now=NOW)
        assert (await database.read(queries.current)).currency == "RUB"

    on_nothing(portal, scenario)


def test_a_second_start_changes_nothing_and_tells_no_password(portal: Portal):
    async def scenario(database: Database, address: str) -> None:
        await open_portal(database, settings_for(portal, address), now=NOW)
        before = [await rows(database, each) for each in (STAGES, ITEMS, TAGS, PEOPLE)]
        again = settings_for(portal, address, owner_email="other@example.com", language="ru")
        assert await open_portal(database, again, now=NOW) == Opening("root@example.com", False)
        after = [await rows(database, each) for each in (STAGES, ITEMS, TAGS, PEOPLE)]
        assert after == before

    on_nothing(portal, scenario)


def test_of_many_first_starts_at_once_one_makes_the_portal(portal: Portal):
    async def scenario(database: Database, address: str) -> None:
        settings = settings_for(portal, address)
        starts = [open_portal(database, settings, now=NOW) for _ in range(5)]
        openings = await asyncio.gather(*starts)
        assert sorted(each.is_new for each in openings) == [False] * 4 + [True]
        assert len(await rows(database, STAGES)) == len(rules.STAGES)
        assert len(await rows(database, PEOPLE)) == 1

    on_nothing(portal, scenario)


def test_a_password_is_made_up_only_where_none_is_given(portal: Portal):
    async def scenario(database: Database, address: str) -> None:
        settings = settings_for(portal, address, owner_password=None)
        opening = await open_portal(database, settings, now=NOW)
        assert opening.password is not None
        assert len(opening.password) == 23
        [(_, role, password_hash)] = await rows(database, PEOPLE)
        assert role == "owner"
        assert opening.password not in password_hash

    on_nothing(portal, scenario)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("owner_password", "short"),
        ("owner_password", "root@example.com"),
        ("currency", "XXX"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(portal: Portal, setting: str, value: str):
    async def scenario(database: Database, address: str) -> None:
        with pytest.raises(Invalid) as refused:
            await open_portal(database, settings_for(portal, address, **{setting: value}), now=NOW)
        assert "password" not in setting or value not in refused.value.text
        assert await database.read(queries.owner) is None
        assert await rows(database, STAGES) == []

    on_nothing(portal, scenario)


def test_the_owner_can_sign_in(portal: Portal):
    with new_portal(portal, owner_email="Ann.Archer@Example.com") as own:
        assert sign_in(own, "ann.archer@example.com", PASSWORD).status == 201
        assert sign_in(own, "ann.archer", PASSWORD).status == 201


def test_every_text_exists_in_both_languages():
    starts = (*rules.STAGES, *rules.TASK_CATEGORIES, *rules.HISTORY_CATEGORIES)
    starts += (*rules.CONTACT_STATUSES, *rules.CONTACT_TYPES)
    titles = [each.title for each in starts] + list(rules.CONTACT_TAGS)
    assert all(english.isascii() and not russian.isascii() for english, russian in titles)
    for english, russian in (each.description for each in starts):
        assert (english.isascii(), english == "") == (True, russian == "")
        assert not russian or russian.endswith(".")
