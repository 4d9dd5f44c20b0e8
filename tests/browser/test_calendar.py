"""The calendar in a real browser: closings and tasks get other days by mouse, keys and form."""

from datetime import date, timedelta
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.counting import Counting
from tests.making import make_opportunity
from tests.running import Portal

CALENDAR = "/opportunities/calendar"
# The third week of a month: no step of the test leaves the page.
FIRST = date(2031, 5, 14)


def add_task(own: Portal, opportunity: int, title: str, day: date) -> None:
    category = own.call("GET", "crm/task/category", as_="ann").response[0]["id"]
    payload = {
        "title": title, "deadline": f"{day}T10:00:00Z", "responsibleId": own.id_of("ann"),
        "categoryId": category, "entityType": "opportunity", "entityId": opportunity,
    }  # fmt: skip
    assert own.call("POST", "crm/task", json=payload, as_="ann").status == 201


def on(page: Page, day: date) -> Locator:
    return page.locator(f'.day[data-day="{day}"] .event')


@on_sqlite
def test_closings_and_tasks_get_other_days(in_browser: Any, portal: Portal):
    own = portal.kept()
    counting = Counting(own)
    address = f"{CALENDAR}?month=2031-05"
    empty = counting.cost_of_page(address)
    opportunity = {"bidValue": 100, "bidCurrencyAbbr": "USD"}
    made = make_opportunity(own, title="Alpha", expectedCloseDate=str(FIRST), **opportunity)
    make_opportunity(
        own, title="Hidden", expectedCloseDate=str(FIRST), isPrivate=True, **opportunity
    )
    add_task(own, made, "Call them", FIRST)
    full = counting.cost_of_page(address)
    for place in range(12):
        many = make_opportunity(
            own, title=f"One of {place}", expectedCloseDate="2031-05-28", **opportunity
        )
        add_task(own, many, f"Task {place}", date(2031, 5, 28))
    assert counting.cost_of_page(address) == full >= empty
    counting.close()
    next_day, week_on = FIRST + timedelta(days=1), FIRST + timedelta(days=7)

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page(address) as page:
            await demand_accessible(page)
            last = on(page, date(2031, 5, 28))
            await expect(last.filter(has_text="8 more closings")).to_be_visible()
            await expect(last.filter(has_text="more tasks")).to_be_visible()
            await page.drag_and_drop('[data-title="Alpha"]', f'.day[data-day="{next_day}"]')
            await expect(on(page, next_day)).to_have_count(1)
            await expect(page.locator(".toast")).to_contain_text("New date saved")
            await page.keyboard.press("Control+z")
            await expect(on(page, next_day)).to_have_count(0)
            await expect(on(page, FIRST)).to_have_count(3)
            await page.locator('[data-title="Call them"]').focus()
            await page.keyboard.press("Shift+ArrowDown")
            await expect(on(page, week_on)).to_contain_text("10:00 Call them")
            await page.get_by_role("link", name="Week", exact=True).click()
            await expect(page.locator(".day")).to_have_count(7)

        async with watch.page(f"{CALENDAR}?week={week_on}", scripts=False, size=PHONE) as page:
            await page.get_by_label("Call them: change the date").click()
            await page.get_by_label("Day", exact=True).fill(str(week_on + timedelta(days=1)))
            await page.get_by_role("button", name="Save", exact=True).click()
            await expect(on(page, week_on + timedelta(days=1))).to_contain_text("10:00 Call them")

        async with watch.page(address, as_="bob", size=PHONE, theme="dark") as page:
            await expect(page.locator("#calendar")).to_contain_text("Alpha")
            await expect(page.locator("#calendar")).not_to_contain_text("Hidden")
            await demand_accessible(page)

    in_browser(visit)
    own.close()
