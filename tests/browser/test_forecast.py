"""The forecast in a real browser: re-dating by mouse, keys and form, undo, targets."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from dealwright.crm.opportunities.forecast.rules import added, key_of
from tests.browser.conftest import PHONE, Watch, board_is_ready, demand_accessible
from tests.making import make_opportunity
from tests.running import Portal

FORECAST = "/opportunities/forecast"
THIS = datetime.now(UTC).date().replace(day=1)
NEXT, AFTER = added(THIS, 1), added(THIS, 2)


def column(page: Page, key: str) -> Any:
    return page.locator(f'.cards[data-stage="{key}"] .title')


@pytest.fixture
def own(portal: Portal) -> Portal:
    own = portal.kept()
    for title, day in (("Alpha", NEXT), ("Bravo", NEXT), ("Undated", None)):
        dated = {"expectedCloseDate": day.isoformat()} if day else {}
        make_opportunity(own, title=title, bidValue=100, bidCurrencyAbbr="USD", **dated)
    return own


def test_cards_are_redated_by_mouse_keys_and_form(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page(FORECAST) as page:
            await board_is_ready(page)
            await demand_accessible(page)
            await page.drag_and_drop(
                ".card-item[data-title=Alpha] .title",
                f'.cards[data-stage="{key_of(AFTER)}"]',
                target_position={"x": 60, "y": 40},
            )
            await expect(column(page, key_of(AFTER))).to_have_text(["Alpha"])
            await expect(page.locator(f"#head-{key_of(AFTER)} .sum")).to_have_text("$100")
            await expect(page.locator(".toast")).to_contain_text("New date saved")
            await page.keyboard.press("Control+z")
            await expect(column(page, key_of(NEXT))).to_have_text(["Alpha", "Bravo"])

            await column(page, key_of(NEXT)).filter(has_text="Bravo").focus()
            await page.keyboard.press("Shift+ArrowRight")
            await expect(column(page, key_of(AFTER))).to_have_text(["Bravo"])
            await page.get_by_label("Undated: change the date").click()
            await page.get_by_label("Day", exact=True).fill(NEXT.isoformat())
            await page.get_by_role("button", name="Save", exact=True).click()
            await expect(column(page, key_of(NEXT))).to_have_text(["Alpha", "Undated"])

        async with watch.page(FORECAST, scripts=False, size=PHONE) as page:
            await page.get_by_label("Undated: change the date").click()
            await page.locator(f'form:has([value="{key_of(AFTER)}"]) button').click()
            await expect(column(page, key_of(AFTER))).to_have_text(["Bravo", "Undated"])

        ann = own.id_of("ann")
        async with watch.page(f"/opportunities/targets?of=person:{ann}", as_="root") as page:
            await demand_accessible(page)
            await page.locator(f"[name='{key_of(AFTER)}']").fill("1 500")
            await page.get_by_role("button", name="Save", exact=True).click()
            await page.get_by_role("link", name="To the forecast").click()
            await expect(page.locator(f"#head-{key_of(AFTER)}")).to_contain_text("target $1,500")

        dark: dict[str, Any] = {"size": PHONE, "theme": "dark"}
        async with watch.page(f"{FORECAST}?responsible={ann}", **dark) as page:
            await board_is_ready(page)
            await demand_accessible(page)

    in_browser(visit)
    own.close()
