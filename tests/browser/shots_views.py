"""What there is to see of saved views, the forecast, the calendar and sales targets."""

from playwright.async_api import Page

from tests.browser.screenshots import Shot


async def saving_a_view(page: Page) -> None:
    width = await page.evaluate("innerWidth")
    if width > 720:
        await page.locator("summary:has(+ * form[action='/opportunities/views'])").click()


async def with_a_date(page: Page) -> None:
    await page.locator(".card-move").first.click()
    await page.wait_for_selector("dialog[open] input[name=day]")


async def with_tables(page: Page) -> None:
    for each in await page.locator("main details.small > summary").all():
        await each.click()


SHOTS = [
    Shot("views", "/opportunities/views"),
    Shot("view-saving", "/opportunities/board?overdue=1&amountfrom=1000", saving_a_view),
    Shot("forecast", "/opportunities/forecast"),
    Shot("forecast-date", "/opportunities/forecast", with_a_date),
    Shot("forecast-nothing", "/opportunities/forecast?text=nothingofthekind"),
    Shot("calendar", "/opportunities/calendar"),
    Shot("calendar-nothing", "/opportunities/calendar?text=nothingofthekind"),
    Shot("targets", "/opportunities/targets"),
    Shot("insight", "/insight"),
    Shot("insight-tables", "/insight?months=24", with_tables),
    Shot("insight-list", "/insight/list?reason=1"),
]
