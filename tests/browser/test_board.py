"""The board in a real browser: every way to move a card, adding in one line, small edits."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Watch, board_is_ready, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity, make_person
from tests.running import Portal

BOARD = "/opportunities/board"


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal with three cards on the first stage and one on the second."""
    own = portal.kept()
    contact = make_person(own, lastName="Okafor")
    for title in ("Third", "Second", "First"):
        make_opportunity(
            own,
            title=title,
            contactid=contact,
            bidValue=1000,
            bidCurrencyAbbr="USD",
            expectedCloseDate="2031-05-04",
        )
    make_opportunity(own, title="Elsewhere", stageid=2, bidValue=250, bidCurrencyAbbr="USD")
    return own


def visiting(in_browser: Any, own: Portal, visit: Any, **how: Any) -> None:
    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD, **how) as page:
            await expect(page.locator(".board")).to_be_visible()
            await board_is_ready(page)
            await visit(page)

    in_browser(run)


def column(page: Page, place: int) -> Locator:
    return page.locator(".column").nth(place)


async def titles(page: Page, place: int) -> list[str]:
    return await column(page, place).locator(".card-item .title").all_text_contents()


async def drag(page: Page, source: Locator, target: Locator) -> None:
    start, end = await source.bounding_box(), await target.bounding_box()
    assert start and end
    await page.mouse.move(start["x"] + 40, start["y"] + 15)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 60, start["y"] + 30, steps=3)
    await page.mouse.move(end["x"] + 40, end["y"] + 5, steps=5)
    await page.mouse.up()


def test_card_is_dragged_to_another_column_and_stays_there(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        card = column(page, 0).locator(".card-item", has_text="Second")
        await drag(page, card, column(page, 1).locator(".card-item").first)
        await expect(column(page, 1).locator(".count")).to_have_text("2")
        await expect(page.locator("#live")).to_contain_text("Second moved from Initial contact to")
        await page.reload()
        assert await titles(page, 0) == ["First", "Third"]
        assert await titles(page, 1) == ["Second", "Elsewhere"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_move_is_taken_back_by_its_key(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        card = column(page, 0).locator(".card-item", has_text="Second")
        await drag(page, card, column(page, 1).locator(".card-item").first)
        await expect(page.locator(".toasts")).to_contain_text("Undo")
        await page.keyboard.press("Control+z")
        await expect(page.locator(".toasts")).to_contain_text("Undone")
        await expect(column(page, 0).locator(".count")).to_have_text("3")
        assert await titles(page, 0) == ["First", "Second", "Third"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_cards_of_a_column_keep_the_order_they_are_put_into(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        cards = column(page, 0).locator(".card-item")
        await drag(page, cards.nth(2), cards.nth(0))
        await expect(page.locator("#live")).to_contain_text("place 1 of 3")
        await page.reload()
        assert await titles(page, 0) == ["Third", "First", "Second"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_keys_walk_carry_and_open(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await column(page, 0).locator(".cards").focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator(".title:focus")).to_have_text("Second")
        await page.keyboard.press("Shift+ArrowRight")
        await expect(page.locator("#live")).to_contain_text("place 2 of 2")
        await expect(page.locator(".title:focus")).to_have_text("Second")
        await page.keyboard.press("Shift+ArrowUp")
        await expect(page.locator("#live")).to_contain_text("place 1 of 2")
        await page.keyboard.press("m")
        await expect(page.get_by_role("heading", name="Move to…")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.reload()
        assert await titles(page, 1) == ["Second", "Elsewhere"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_menu_moves_and_closing_asks_for_amount_and_day(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_role("link", name="First: options").click()
        await demand_accessible(page)
        await page.get_by_role("menuitem", name="Move to…").click()
        await demand_accessible(page)
        await page.get_by_role("dialog").get_by_role("link", name="Closure").click()
        await expect(page.get_by_role("heading", name="Mark as won")).to_be_visible()
        await demand_accessible(page)
        await page.get_by_role("dialog").get_by_label("Amount").fill("1,234.50")
        await page.get_by_role("button", name="Mark as won").click()
        await expect(page.locator(".rail").first).to_contain_text("$1,234.50")
        assert await titles(page, 0) == ["Second", "Third"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_card_dropped_on_lost_asks_why_and_goes_back_when_cancelled(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        card = column(page, 0).locator(".card-item").first
        rail = page.locator(".rail").nth(1)
        await rail.scroll_into_view_if_needed()
        await page.locator(".board").evaluate("board => board.scrollLeft = 0")
        await card.locator(".title").focus()
        await page.keyboard.press("l")
        await expect(page.get_by_role("heading", name="Mark as lost")).to_be_visible()
        await page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
        await expect(page.get_by_role("heading", name="Mark as lost")).to_be_hidden()
        assert await titles(page, 0) == ["First", "Second", "Third"]

    visiting(in_browser, own, visit)


@on_sqlite
def test_one_line_adds_and_waits_for_the_next(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await column(page, 0).get_by_text("Add", exact=True).click()
        line = column(page, 0).get_by_label("Title, amount, date")
        await line.fill("Acme renewal 12k eur 24.12.2031")
        await expect(column(page, 0).locator(".read")).to_contain_text("€12,000")
        await line.press("Enter")
        await expect(column(page, 0).locator(".count")).to_have_text("4")
        await expect(line).to_be_focused()
        await expect(line).to_have_value("")
        assert (await titles(page, 0))[0] == "Acme renewal"
        await line.press("Escape")
        await page.keyboard.press("Control+z")
        await expect(column(page, 0).locator(".count")).to_have_text("3")

    visiting(in_browser, own, visit)


@on_sqlite
def test_amount_is_edited_on_its_card(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        await page.get_by_role("button", name="Amount of First").click()
        await page.get_by_role("dialog").get_by_label("Amount").fill("99")
        await page.get_by_role("button", name="Save").click()
        card = column(page, 0).locator(".card-item").first
        await expect(card.locator(".amount")).to_have_text("$99")
        await expect(column(page, 0).locator(".sum")).to_contain_text("2,099")

    visiting(in_browser, own, visit)


@on_sqlite
def test_board_reads_and_moves_without_scripts(in_browser: Any, own: Portal):
    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD, scripts=False) as page:
            await page.get_by_label("Search the pipeline").fill("first")
            await page.get_by_label("Search the pipeline").press("Enter")
            await page.get_by_role("link", name="First: options").click()
            await page.get_by_role("button", name="Suspect").click()
            await expect(page.locator(".column").nth(2)).to_contain_text("First")
            await expect(page).to_have_url(re.compile("text=first"))

    in_browser(run)


@on_sqlite
@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_board_is_accessible(in_browser: Any, own: Portal, size: Any, theme: Any):
    visiting(in_browser, own, demand_accessible, size=size, theme=theme)


@on_sqlite
def test_empty_board_says_what_to_do(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD, as_="ann") as page:
            await expect(
                page.get_by_role("heading", name="Your pipeline starts here")
            ).to_be_visible()
            await demand_accessible(page)

    in_browser(run)


def test_several_cards_are_moved_and_deleted_and_both_are_taken_back(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        counts = column(page, 0).locator(".count"), column(page, 1).locator(".count")
        await column(page, 0).locator(".title", has_text="Second").focus()
        await page.keyboard.press("x")
        await column(page, 0).locator(".title", has_text="Third").focus()
        await page.keyboard.press("x")
        bar = page.get_by_role("toolbar")
        await expect(bar).to_contain_text("2 selected")
        await demand_accessible(page)
        await bar.locator("summary", has_text="Move to").click()
        await bar.get_by_role("button", name="Application").click()
        await expect(counts[1]).to_have_text("3")
        await expect(bar).to_be_hidden()
        await page.keyboard.press("Control+z")
        await expect(counts[1]).to_have_text("1")
        await expect(counts[0]).to_have_text("3")
        await column(page, 0).locator(".menu summary").click()
        await column(page, 0).get_by_role("button", name="Select all").click()
        await bar.get_by_role("button", name="Delete").click()
        await expect(counts[0]).to_have_text("0")
        await page.get_by_role("button", name="Undo").click()
        await expect(counts[0]).to_have_text("3")

    visiting(in_browser, own, visit)


@on_sqlite
def test_card_is_held_and_dragged_by_touch(in_browser: Any, own: Portal):
    async def visit(page: Page) -> None:
        finger = await page.context.new_cdp_session(page)

        async def touch(kind: str, *points: tuple[float, float]) -> None:
            listed = [{"x": x, "y": y} for x, y in points]
            await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": listed})

        card = await column(page, 0).locator(".card-item", has_text="Third").bounding_box()
        first = await column(page, 0).locator(".card-item").first.bounding_box()
        assert card and first
        x, y = card["x"] + 60, card["y"] + 20
        await touch("touchStart", (x, y))
        await expect(page.locator(".card.lifted")).to_be_visible()  # it was held long enough
        for step in (0.5, 0.9, 1.0):
            await touch("touchMove", (x + 5, y + (first["y"] + 4 - y) * step))
        await touch("touchEnd")
        await expect(page.locator("#live")).to_contain_text("place 1 of 3")
        assert await titles(page, 0) == ["Third", "First", "Second"]

    visiting(in_browser, own, visit, size=PHONE, touch=True)


@on_sqlite
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_forms_of_a_card_are_accessible_as_pages(in_browser: Any, own: Portal, size: Any):
    """As a browser without scripts shows them, and closing asks on every path to it."""
    found = own.call("GET", "crm/opportunity/filter?filterValue=First").response[0]["id"]

    async def visit(page: Page) -> None:
        origin = page.url.removesuffix(BOARD)
        for path in ("move", "edit", "close?stage=8", "close?stage=9"):
            await page.goto(f"{origin}/opportunities/{found}/{path}")
            await demand_accessible(page)
        await page.goto(f"{origin}/opportunities")
        await page.get_by_label("Select First").check()
        bar = page.get_by_role("toolbar")
        await bar.locator("summary", has_text="Move to").click()
        await bar.get_by_role("button", name="Unsuccessfully").click()
        await expect(page.locator("h1")).to_contain_text("Mark 1 as lost")
        await demand_accessible(page)
        await page.get_by_label("What happened?").fill("Too dear")
        await page.get_by_role("button", name="Mark as lost").click()
        await expect(page.locator("h1")).to_contain_text("1 moved to")
        await demand_accessible(page)

    visiting(in_browser, own, visit, size=size, theme="dark" if size is PHONE else "light")
    shown = own.call("GET", f"crm/opportunity/{found}").response
    assert shown["stage"]["stageType"] == 2
