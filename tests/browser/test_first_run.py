"""A fresh portal in a real browser: three questions, or the demo, then the board."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from dealwright import app
from dealwright.settings import read
from tests.browser.conftest import DESK, PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.running import PASSWORD, Portal


async def past_the_questions(page: Page) -> None:
    """At home, wherever that is by now."""
    await expect(page).not_to_have_url("**/welcome**")
    await expect(page.locator("header.topbar")).to_be_visible()


@on_sqlite
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_owner_answers_three_questions(in_browser: Any, portal: Portal, scripts: bool):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/", as_="root", scripts=scripts) as page:
            await page.get_by_label("Company name").fill("Meridian Conveyors")
            await page.get_by_label("Your name").fill("Marta Lindqvist")
            await page.get_by_label("Русский").check()
            await page.get_by_role("button", name="Next: money and time").click()
            await page.get_by_label("Валюта").select_option("CHF")
            await page.get_by_label("Часовой пояс").select_option("Europe/Zurich")
            await page.get_by_label("Страна").fill("Швейцария")
            await page.get_by_role("button", name="Далее: этапы").click()
            await expect(page.get_by_label("Этап 1", exact=True)).to_have_value("Первый контакт")
            await page.get_by_label("Этап 1", exact=True).fill("Звонок")
            await page.get_by_label("Этап 2", exact=True).fill("")
            await page.locator("input[name=title]").last.fill("Пилот")
            await page.get_by_role("button", name="Открыть доску").click()
            await past_the_questions(page)
            await expect(page.locator("summary.avatar-button")).to_have_attribute(
                "aria-label", "Marta Lindqvist, меню учётной записи"
            )

    in_browser(visit)
    stages = own.call("GET", "crm/opportunity/stage", as_="root").response
    titles = [each["title"] for each in stages if each["stageType"] == 0]
    assert (titles[0], titles[-1]) == ("Звонок", "Пилот")
    assert "Первичный отбор" not in titles
    reasons = own.call("GET", "crm/lossreason").response
    assert [each["title"] for each in reasons[:2]] == ["Цена", "Выбрали другого поставщика"]
    settings = own.call("GET", "settings", as_="root").response
    assert (settings["timezone"], settings["culture"]) == ("Europe/Zurich", "ru-RU")
    shown = own.call("GET", "crm/settings", as_="root").response
    assert shown["currency"] == "CHF"


@pytest.fixture
def untouched(portal: Portal) -> Iterator[Portal]:
    """A portal as the first start makes it: its owner and nobody else."""
    ground = portal.ground
    database = ground.databases.empty()
    payload = {"database": database, "files": str(ground.files_of(database))}
    settings = read({**ground.flags, **payload, "owner_password": PASSWORD}, {})
    asyncio.run(app.prepare(settings))
    own = Portal(ground, database, {})
    yield own
    own.close()


@on_sqlite
def test_owner_signs_in_and_looks_around_in_the_demo(in_browser: Any, untouched: Portal):
    async def visit(browser: Any) -> None:
        async with Watch(browser, untouched).page("/", as_=None) as page:
            await page.get_by_label("Email").fill("root@example.com")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            fill = page.get_by_role("button", name="Fill it with a demo team")
            await fill.click(no_wait_after=True)  # a busy machine needs its time
            await expect(page.locator("header.topbar")).to_be_visible(timeout=180_000)
            await expect(page.get_by_role("status").first).to_contain_text("invented team")

    in_browser(visit)
    basic = b64encode(f"root@example.com:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    people = untouched.call("GET", "people", as_=None, headers=headers).response
    assert len(people) > 5


def test_owner_keeps_everything_as_it_is(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/", as_="root") as page:
            await page.get_by_role("button", name="Skip, use these").click()
            await past_the_questions(page)
            await page.goto(f"http://localhost:{own.port}/")
            await past_the_questions(page)

    in_browser(visit)


@on_sqlite
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_questions_are_accessible(in_browser: Any, portal: Portal, theme: Any):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        for size in (DESK, PHONE):
            watch = Watch(browser, own)
            async with watch.page("/welcome", as_="root", size=size, theme=theme) as page:
                await demand_accessible(page)
                for path in ("/welcome/money", "/welcome/stages"):
                    await page.goto(watch.origin + path)
                    await demand_accessible(page)

    in_browser(visit)


@on_sqlite
def test_nobody_but_the_owner_is_asked(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/welcome", as_="ann", expected=[404]) as page:
            await expect(page.get_by_role("heading", level=1)).to_contain_text("nothing")

    in_browser(visit)
