"""The settings in a real browser: ordered by keys and mouse, explained before saving, undone, and
accessible everywhere."""

from typing import Any

from playwright.async_api import Page, expect

from dealwright import app
from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.running import Portal

PAGES = [
    f"/{each.template}"
    for each in app.page_routes().routes
    if each.method == "GET" and each.template.startswith("settings/") and "{" not in each.template
]


async def names(page: Page) -> list[str]:
    found = page.locator("input[name^=title-]")
    return [await each.input_value() for each in await found.all()]


@on_sqlite
def test_stages_are_ordered_explained_saved_and_undone(in_browser: Any, portal: Portal):
    own = portal.kept()

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/more", as_="root") as page:
            await page.get_by_role("main").get_by_role("link", name="Settings").click()
            bar = page.locator("[data-bar]")
            await expect(bar).to_be_hidden()
            before = await names(page)
            first, second, third = before[:3]
            await page.locator("[data-handle]").first.focus()
            await page.keyboard.press("ArrowDown")
            assert (await names(page))[:2] == [second, first]
            await expect(page.locator("#live")).to_contain_text(f"{first}, place 2 of")
            await expect(bar).to_be_visible()
            box = await page.locator("[data-handle]").nth(2).bounding_box()
            top = await page.locator("[data-handle]").first.bounding_box()
            assert box
            assert top
            await page.mouse.move(box["x"] + 8, box["y"] + 8)
            await page.mouse.down()
            await page.mouse.move(top["x"] + 8, top["y"] - 4, steps=4)
            await page.mouse.up()
            assert (await names(page))[:3] == [third, second, first]
            await page.locator("input[name^=title-]").first.fill("Lead")
            effect = page.get_by_text(f"{third} will be called Lead everywhere.")
            await expect(effect).to_be_visible()
            await demand_accessible(page)
            await bar.get_by_role("button", name="Save").click()
            await expect(page.locator(".toast")).to_contain_text("Saved")
            assert (await names(page))[:3] == ["Lead", second, first]
            await page.keyboard.press("Control+z")
            await expect(page.locator(".toast")).to_contain_text("Undone")
            assert await names(page) == before
            await page.goto(f"{watch.origin}/settings/fields/new")
            await page.get_by_label("Name", exact=True).fill("Region")
            await expect(page.locator("#preview").get_by_label("Region")).to_be_visible()

        async with watch.page("/settings/stages", as_="root", scripts=False, size=PHONE) as page:
            await page.get_by_role("button", name=f"Move {before[0]} down").click()
            assert (await names(page))[:2] == [before[1], before[0]]

    in_browser(visit)
    own.close()


@on_sqlite
def test_every_page_of_the_settings_is_accessible(in_browser: Any, portal: Portal):
    own = portal.kept()

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        # Half of them wide and light, half on a dark phone.
        looks: tuple[dict[str, Any], ...] = ({}, {"size": PHONE, "theme": "dark"})
        for half, look in enumerate(looks):
            async with watch.page("/more", as_="root", **look) as page:
                for path in PAGES[half::2]:
                    await page.goto(watch.origin + path)
                    await expect(page.locator("h1")).to_be_visible()
                    await demand_accessible(page)
        async with watch.page("/settings", as_="bob", expected=(403,)) as page:
            await expect(page.get_by_text("You may not do this")).to_be_visible()

    in_browser(visit)
    own.close()
