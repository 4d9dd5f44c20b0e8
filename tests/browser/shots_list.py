"""What there is to see of the list of opportunities."""

from playwright.async_api import Page

from tests.browser.screenshots import Shot


async def with_marked_rows(page: Page) -> None:
    for place in (1, 3, 4):
        await page.locator("tbody .check input").nth(place).check()


async def with_the_columns(page: Page) -> None:
    await page.locator("details:has(.columns-form) > summary").click()


async def with_a_dialog(page: Page) -> None:
    await page.locator("tbody [data-dialog]").nth(1).click()
    await page.wait_for_selector("dialog[open] input[name=amount]")


async def with_the_filter(page: Page) -> None:
    await page.locator("details:has(.filter-form) > summary").click()


SHOTS = [
    Shot("list", "/opportunities?sort=amount&order=descending"),
    Shot("list-marked", "/opportunities?sort=amount&order=descending", with_marked_rows),
    Shot("list-filter", "/opportunities?status=open", with_the_filter),
    Shot("list-columns", "/opportunities", with_the_columns),
    Shot("list-edit", "/opportunities", with_a_dialog),
    Shot("list-won", "/opportunities?status=won"),
    Shot("list-nothing", "/opportunities?text=nothingofthekind"),
]
