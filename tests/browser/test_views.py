"""Saved views in a real browser: kept from a filter, shared, ordered, deleted, undone."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.making import make_opportunity
from tests.running import Portal


async def save(page: Page, title: str, *, is_shared: bool = False) -> None:
    await page.get_by_label("Save as a view").click()
    await page.get_by_label("Name of the view").fill(title)
    await page.locator(".icon-choices label").nth(2).click()
    if is_shared:
        await page.get_by_label("Everyone sees it").check()
    await page.get_by_role("button", name="Save view").click()
    await expect(page.locator(".toast")).to_contain_text(title)


def test_views_are_kept_shared_ordered_and_deleted_with_undo(in_browser: Any, portal: Portal):
    own = portal.kept()
    for title, amount in (("Small", 50), ("Large", 5000)):
        make_opportunity(own, title=title, bidValue=amount, bidCurrencyAbbr="USD")

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/opportunities/board") as page:
            tabs = page.get_by_role("navigation", name="Views")
            await page.get_by_label("Filter", exact=True).click()
            await page.get_by_label("Amount: from").fill("1000")
            await page.get_by_role("button", name="Show", exact=True).click()
            await expect(page.locator(".card .title")).to_have_text(["Large"])
            await save(page, "Big ones", is_shared=True)
            await expect(tabs.locator("[aria-current]")).to_have_text("Big ones")
            await page.goto(f"{watch.origin}/opportunities/board?nextstep=1&nonextstep=1")
            await save(page, "Mine alone")
            await tabs.get_by_role("link", name="Big ones").click()
            await expect(page.locator(".card .title")).to_have_text(["Large"])
            await page.get_by_role("link", name="List", exact=True).click()
            await expect(page.locator("td .title")).to_have_text(["Large"])
            await expect(tabs.locator("[aria-current]")).to_have_text("Big ones")

        async with watch.page("/opportunities/board", as_="bob") as page:
            tabs = page.get_by_role("navigation", name="Views")
            await expect(tabs.get_by_role("link", name="Big ones")).to_be_visible()
            await expect(tabs.get_by_role("link", name="Mine alone")).to_have_count(0)

        async with watch.page("/opportunities/views") as page:
            titles = page.locator(".box h2")
            await demand_accessible(page)
            await page.get_by_label("Move Mine alone up").click()
            await expect(titles).to_have_text(["Mine alone", "Big ones"])
            await page.get_by_text("Edit Mine alone").click()
            await page.get_by_label("Name of the view").first.fill("Forgotten")
            await page.get_by_role("button", name="Save", exact=True).first.click()
            await expect(titles).to_have_text(["Forgotten", "Big ones"])
            await page.get_by_label("Delete Big ones").click()
            await expect(titles).to_have_text(["Forgotten"])
            await page.keyboard.press("Control+z")
            await expect(titles).to_have_text(["Forgotten", "Big ones"])

        phone: dict[str, Any] = {"size": PHONE, "theme": "dark"}
        async with watch.page("/opportunities/board", **phone) as page:
            await page.locator("summary[aria-label^=Views]").click()
            await demand_accessible(page)
            await page.locator("a.menu-item", has_text="Big ones").click()
            await expect(page).to_have_url(re.compile("amountfrom=1000"))

    in_browser(visit)
    own.close()
