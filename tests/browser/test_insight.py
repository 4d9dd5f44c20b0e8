"""Insight in a real browser: charts, tables, choices, the lists behind numbers."""

import re
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.crm.insight.test_pages import make_closed
from tests.running import Portal


@on_sqlite
def test_insight_is_read_wide_and_on_a_phone(in_browser: Any, portal: Portal):
    own = portal.kept()

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/insight") as page:
            await expect(page.locator("h1")).to_have_text("Insight")
            await expect(page.locator(".empty")).to_contain_text("Nothing to see yet")
            await demand_accessible(page)
        make_closed(own)
        async with watch.page("/insight?months=3") as page:
            await expect(page.locator(".tile").first).to_contain_text("$1,000")
            for table in await page.locator("main details.small").all():
                await table.locator("summary").click()
            await demand_accessible(page)
            await page.get_by_label("Period: Last 3 months").click()
            await page.get_by_role("link", name="Last 6 months").click()
            await expect(page).to_have_url(re.compile(r"/insight\?months=6$"))
            await page.locator("section:has(#reasons-title) .bars a").first.click()
            await expect(page.locator("main tbody tr")).to_have_count(1)
            await demand_accessible(page)
        async with watch.page("/insight", size=PHONE, theme="dark", scripts=False) as page:
            width = "document.documentElement.scrollWidth"
            assert await page.evaluate(width) <= PHONE["width"]

    in_browser(visit)
    own.close()
