"""What there is to see of the board."""

from playwright.async_api import Page, expect

from tests.browser.conftest import board_is_ready
from tests.browser.screenshots import Shot

BOARD = "/opportunities/board"


async def with_the_panel(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").nth(3).locator(".card .title").nth(1).click()
    await expect(page.locator(".panel")).to_be_visible()


async def with_the_card_menu(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").first.locator(".card-move").first.click()


async def with_a_column_menu(page: Page) -> None:
    await page.locator(".column").nth(1).locator(".menu summary").click()


async def with_marked_cards(page: Page) -> None:
    await board_is_ready(page)
    for place in (0, 2):
        await page.locator(".column").first.locator(".card .title").nth(place).focus()
        await page.keyboard.press("x")


async def dragging(page: Page) -> None:
    await board_is_ready(page)
    card = await page.locator(".column").first.locator(".card").nth(1).bounding_box()
    target = await page.locator(".column").nth(1).locator(".card").nth(1).bounding_box()
    assert card and target
    await page.mouse.move(card["x"] + 60, card["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(card["x"] + 80, card["y"] + 40, steps=3)
    await page.mouse.move(min(target["x"] + 60, 380), target["y"] + 10, steps=4)


async def moving(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").first.locator(".card .title").first.focus()
    await page.keyboard.press("m")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def winning(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").first.locator(".card .title").first.focus()
    await page.keyboard.press("w")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def losing(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").first.locator(".card .title").first.focus()
    await page.keyboard.press("l")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def editing(page: Page) -> None:
    await board_is_ready(page)
    await page.locator(".column").first.locator(".card .title").first.focus()
    await page.keyboard.press("e")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def adding(page: Page) -> None:
    column = page.locator(".column").first
    await column.locator(".add-here summary").click()
    await column.locator("[name=text]").fill("Acme renewal 12k eur fri")
    await expect(column.locator(".read .badge").first).to_be_visible()


async def with_sums(page: Page) -> None:
    await page.locator("#totals summary").click()


async def with_the_filter(page: Page) -> None:
    await page.locator("details:has(.filter-form) > summary").click()


async def with_display(page: Page) -> None:
    await page.locator("details:has([name=density]) > summary").click()


async def with_pipelines(page: Page) -> None:
    await page.locator("h1 summary").click()


SHOTS = [
    Shot("board", BOARD),
    Shot("board-panel", BOARD, with_the_panel),
    Shot("board-card-menu", BOARD, with_the_card_menu),
    Shot("board-column-menu", BOARD, with_a_column_menu),
    Shot("board-marked", BOARD, with_marked_cards),
    Shot("board-drag", BOARD, dragging),
    Shot("board-move", BOARD, moving),
    Shot("board-won", BOARD, winning),
    Shot("board-lost", BOARD, losing),
    Shot("board-edit", BOARD, editing),
    Shot("board-quick-add", BOARD, adding),
    Shot("board-sums", BOARD, with_sums),
    Shot("board-filter", BOARD, with_the_filter),
    Shot("board-display", BOARD, with_display),
    Shot("board-pipelines", BOARD, with_pipelines),
    Shot("board-other", f"{BOARD}?pipeline=2"),
    Shot("board-rotting", f"{BOARD}?rotting=1"),
    Shot("board-nothing", f"{BOARD}?text=nothingofthekind"),
    Shot("board-empty", BOARD, is_fresh=True),
]
