"""The reference page in a real browser: readable, self-contained, and calls can be tried."""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.running import PASSWORD, Portal

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


async def opened(browser: Browser, portal: Portal, **look: object) -> Page:
    context = await browser.new_context(**look)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"http://localhost:{portal.port}/docs")
    await expect(page.locator("h3[data-tag=opportunity]")).to_be_visible(timeout=20_000)
    return page


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_follows_the_light(
    in_browser: Callable[[Visit], None], portal: Portal, size: dict[str, int], scheme: str
):
    async def visit(browser: Browser) -> None:
        page = await opened(browser, portal, viewport=size, color_scheme=scheme)
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(map(int, ground.removeprefix("rgb(").rstrip(")").split(",")))
        assert (brightness < 3 * 128) is (scheme == "dark")
        wider = "document.documentElement.scrollWidth > innerWidth"
        assert await page.evaluate(wider) is False

    in_browser(visit)


def test_it_asks_no_other_host_and_complains_of_nothing(
    in_browser: Callable[[Visit], None], portal: Portal
):
    hosts: set[str] = set()
    complaints: list[str] = []

    async def visit(browser: Browser) -> None:
        page = await browser.new_page()
        page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda payload: payload.type == "error" and complaints.append(payload.text)
        )
        await page.goto(f"http://localhost:{portal.port}/docs")
        await expect(page.locator("h3[data-tag=opportunity]")).to_be_visible(timeout=20_000)

    in_browser(visit)
    assert hosts <= {f"localhost:{portal.port}", ""}
    assert complaints == []


def test_a_call_can_be_tried(in_browser: Callable[[Visit], None], portal: Portal):
    async def visit(browser: Browser) -> None:
        page = await opened(browser, portal, viewport=DESK)
        await page.get_by_role("button", name="Authorize").first.click()
        basic = page.locator(".auth-container", has=page.locator("input[name=username]"))
        await basic.locator("input[name=username]").fill("ann@example.com")
        await basic.locator("input[name=password]").fill(PASSWORD)
        await basic.locator("button[type=submit]").click()
        await page.locator("button.close-modal").click()
        await page.locator("h3[data-tag=opportunity]").click()
        block = page.locator(".opblock-get", has_text="Lists the stages").first
        await block.locator(".opblock-summary-control").click()
        await block.get_by_role("button", name="Try it out").click()
        await block.get_by_role("button", name="Execute").click()
        answer = block.locator(".live-responses-table .highlight-code code").first
        await expect(answer).to_contain_text("Initial contact", timeout=15_000)
        assert json.loads(await answer.inner_text())["response"][0]["id"] == 1

    in_browser(visit)
