"""The list of opportunities in a real browser: sorting, columns, small edits, marked rows."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.running import Portal

LIST = "/opportunities"


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal with three opportunities, one of them on the second stage."""
    own = portal.kept()
    for title, amount, stage in (("Alpha", 100, 1), ("Bravo", 300, 1), ("Charlie", 200, 2)):
        make_opportunity(
            own,
            title=title,
            stageid=stage,
            bidValue=amount,
            bidCurrencyAbbr="USD",
            expectedCloseDate="2031-05-04",
        )
    return own


def visiting(in_browser: Any, own: Portal, visit: Any, path: str = LIST, **how: Any) -> None:
    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(path, **how) as page:
            await expect(page.locator("table.table")).to_be_visible()
            await visit(page)

    in_browser(run)


async def titles(page: Page) -> list[str]:
    return [each.strip() for each in await page.locator("td .title").all_text_contents()]


async def mark(page: Page, *titles: str) -> None:
    for title in titles:
        await page.get_by_label(f"Select {title}").check()


@on_sqlite
def test_heads_sort_and_turn_around(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_role("link", name="Amount", exact=True).click()
        assert await titles(page) == ["Bravo", "Charlie", "Alpha"]
        await expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
        await page.get_by_role("link", name="Amount", exact=True).click()
        assert await titles(page) == ["Alpha", "Charlie", "Bravo"]
        await expect(page.locator(".list-foot")).to_contain_text("$600")

    visiting(in_browser, own, visit)


@on_sqlite
def test_columns_are_chosen_ordered_and_kept(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_label("Columns", exact=True).click()
        await page.get_by_label("Tags", exact=True).check()
        await page.get_by_label("Weighted", exact=True).uncheck()
        await page.get_by_label("Move Amount to the left").click()
        heads = page.locator(".table thead th")
        await expect(heads.nth(2)).to_have_text("Amount")
        await expect(heads.filter(has_text="Tags")).to_have_count(1)
        await expect(heads.filter(has_text="Weighted")).to_have_count(0)
        await page.goto(page.url)
        await expect(heads.nth(2)).to_have_text("Amount")
        await page.get_by_label("Columns", exact=True).click()
        await page.get_by_role("button", name="Standard columns").click()
        await expect(heads.nth(2)).to_have_text("Stage")

    visiting(in_browser, own, visit)


@on_sqlite
def test_amount_is_changed_in_its_row(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_role("link", name="Amount of Alpha: $100").click()
        await page.get_by_role("dialog").get_by_label("Amount").fill("150")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("link", name="Amount of Alpha: $150")).to_be_visible()
        await expect(page.locator(".list-foot")).to_contain_text("$650")

    visiting(in_browser, own, visit)


def test_marked_rows_are_moved_at_once_and_taken_back_at_once(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await mark(page, "Alpha", "Bravo")
        await expect(page.locator(".select-bar")).to_contain_text("2 selected, ≈ $400")
        await demand_accessible(page)
        await page.locator(".select-bar summary").first.click()
        stage = page.locator(".select-bar .menu-item").nth(1)
        name = (await stage.text_content() or "").strip()
        await stage.click()
        await expect(page.locator(".toast")).to_contain_text(f"2 moved to {name}")
        await expect(page.locator("td.m-sub", has_text=name)).to_have_count(3)
        await page.locator(".toast button").click()
        await expect(page.locator(".toast")).to_contain_text("Undone")
        await expect(page.locator("td.m-sub", has_text=name)).to_have_count(1)

    visiting(in_browser, own, visit)


@on_sqlite
def test_marked_rows_are_deleted_and_come_back(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await mark(page, "Alpha", "Charlie")
        await page.locator(".select-bar").get_by_role("button", name="Delete").click()
        await expect(page.locator(".toast")).to_contain_text("2 deleted")
        await expect(page.locator("[name=ids]")).to_have_count(1)
        assert await titles(page) == ["Bravo"]
        await page.keyboard.press("Control+z")
        await expect(page.locator(".toast")).to_contain_text("Undone")
        await expect(page.locator("[name=ids]")).to_have_count(3)
        assert sorted(await titles(page)) == ["Alpha", "Bravo", "Charlie"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_marked_rows_are_tagged_and_assigned(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await mark(page, "Alpha", "Bravo")
        bar = page.locator(".select-bar")
        await bar.locator("summary").nth(2).click()
        await bar.get_by_label("Tag", exact=True).fill("urgent")
        await bar.get_by_role("button", name="Add").click()
        await expect(page.locator(".toast")).to_contain_text("2 tagged")
        await mark(page, "Alpha")
        await bar.locator("summary").nth(1).click()
        await bar.get_by_role("button", name="Bob").click()
        await expect(page.locator(".toast")).to_contain_text("1 assigned")
        await expect(page.get_by_role("link", name="Responsible for Alpha: Bob")).to_be_visible()
        await page.goto(page.url.split("?")[0] + "?tag=urgent")
        assert sorted(await titles(page)) == ["Alpha", "Bravo"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_closing_marked_rows_asks_first(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await mark(page, "Alpha", "Bravo")
        await page.locator(".select-bar summary").first.click()
        await page.locator(".select-bar [data-page]").first.click()
        await expect(page.get_by_role("heading", name="Mark 2 as won")).to_be_visible()
        await demand_accessible(page)
        await page.get_by_role("button", name="Mark as won").click()
        await expect(page.get_by_role("heading", name="2 moved to")).to_be_visible()
        await page.get_by_role("link", name="Back to the list").click()
        assert await titles(page) == ["Charlie"]
        await page.goto(page.url.split("?")[0] + "?status=won")
        assert sorted(await titles(page)) == ["Alpha", "Bravo"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_filter_of_the_list_stands_in_its_address_and_feeds_the_board(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_text("Filter", exact=True).click()
        await demand_accessible(page)
        form = page.locator(".filter-form")
        await form.get_by_label("Text").fill("charlie")
        await form.get_by_label("Expected to close: from").fill("2031-05-01")
        await form.get_by_role("button", name="Show").click()
        assert await titles(page) == ["Charlie"]
        await expect(page.locator(".chip.on")).to_have_count(2)
        await page.get_by_role("link", name="Board", exact=True).click()
        await expect(page.locator(".card-item")).to_have_count(1)
        await page.get_by_label("Remove filter: Text: charlie").click()
        await expect(page.locator(".card-item")).to_have_count(3)

    visiting(in_browser, own, visit)


@on_sqlite
def test_list_works_without_scripts(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await expect(page.locator(".select-bar")).to_be_hidden()
        await mark(page, "Alpha")
        await page.locator(".select-bar").get_by_role("button", name="Delete").click()
        await expect(page.get_by_role("heading", name="1 deleted")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        assert sorted(await titles(page)) == ["Alpha", "Bravo", "Charlie"]

    visiting(in_browser, own, visit, scripts=False)


@on_sqlite
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_list_is_accessible(in_browser: Any, own: Portal, theme: Any, size: Any):
    async def visit(page: Page) -> None:
        await demand_accessible(page)
        await mark(page, "Alpha")
        await demand_accessible(page)

    visiting(in_browser, own, visit, theme=theme, size=size)


@on_sqlite
def test_list_shows_the_pipeline_that_the_board_shows(in_browser: Any, own: Portal):
    second = own.call("POST", "crm/pipeline", json={"title": "Contracts"}, as_="root").response
    wished = {"title": "Signed soon", "color": "#f48454", "pipelineId": second["id"]}
    stage = own.call("POST", "crm/opportunity/stage", json=wished, as_="root").response["id"]
    make_opportunity(own, title="Delta", stageid=stage)

    async def visit(page: Page) -> None:
        await expect(page.locator("[name=ids]")).to_have_count(3)
        await expect(page.locator("#totals")).to_contain_text("3 open")
        await page.locator("h1 summary").click()
        await page.get_by_role("link", name="Contracts").click()
        assert await titles(page) == ["Delta"]
        await page.goto(f"{page.url.partition('?')[0]}?stage={stage}")
        assert await titles(page) == ["Delta"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_columns_get_another_width_that_is_kept(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        edge = page.get_by_role("separator", name="Width of the column Title")
        before = int(await edge.get_attribute("aria-valuenow") or 0)
        await edge.focus()
        async with page.expect_response("**/opportunities/columns/width"):
            await page.keyboard.press("ArrowRight")
        after = await edge.get_attribute("aria-valuenow") or ""
        assert int(after) > before
        await demand_accessible(page)
        await page.goto(page.url)
        await expect(edge).to_have_attribute("aria-valuenow", after)

    visiting(in_browser, own, visit)
