"""A real Chromium for the tests of pages."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    async_playwright,
    expect,
)

from dealwright.wire.credentials import COOKIE
from tests.needs import cannot_run
from tests.running import Portal

# How long an expectation waits for a page, in milliseconds: two browsers may share two cores.
expect.set_options(timeout=30_000)

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
Theme = Literal["light", "dark"]

# As root, and without asking other hosts for anything on its own.
_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Visit = Callable[[Browser], Awaitable[None]]


class Watch(NamedTuple):
    """Opens pages of a portal and holds that nothing in the browser complains meanwhile."""

    browser: Browser
    portal: Portal

    @contextlib.asynccontextmanager
    async def page(
        self,
        path: str,
        *,
        as_: str | None = "ann",
        size: ViewportSize = DESK,
        theme: Theme = "light",
        locale: str = "en-GB",
        scripts: bool = True,
        touch: bool = False,
        expected: Collection[int] = (),
    ) -> AsyncIterator[Page]:
        """A page in a window of its own, for a signed-in user; None: an anonymous visitor."""
        context = await self.browser.new_context(
            viewport=size,
            color_scheme=theme,
            locale=locale,
            java_script_enabled=scripts,
            has_touch=touch,
        )
        complaints: list[str] = []
        async with context:
            if as_ is not None:
                await context.add_cookies(
                    [{"name": COOKIE, "value": self.portal.ground.tokens[as_], "url": self.origin}]
                )
            page = await context.new_page()
            self._listen(page, complaints, expected)
            await page.goto(self.origin + path)
            if scripts:
                await scripts_are_bound(page)
            yield page
        assert complaints == []

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.portal.port}"

    def _listen(self, page: Page, complaints: list[str], expected: Collection[int]) -> None:
        def console(message: ConsoleMessage) -> None:
            is_status = message.text.startswith("Failed to load resource")
            if message.type in ("error", "warning") and not is_status:
                complaints.append(message.text)

        def response(answer: Response) -> None:
            if answer.status >= 400 and answer.status not in expected:
                complaints.append(f"{answer.status} {answer.url}")

        def request(asked: Request) -> None:
            if not asked.url.startswith((self.origin, "data:", "blob:")):
                complaints.append(f"a request outside: {asked.url}")

        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", response)
        page.on("request", request)


async def scripts_are_bound(page: Page) -> None:
    """Waits until keys and buttons are heard. Pages without behaviours are ready at once."""
    await page.wait_for_load_state()
    if await page.locator("script[src*='ui/behaviours']").count():
        await page.locator("html[data-bound]").wait_for(state="attached")


async def board_is_ready(page: Page) -> None:
    """Waits until the board's scripts are bound: the first title has left the tab order."""
    await expect(page.locator(".card .title").first).to_have_attribute("tabindex", "-1")


async def demand_accessible(page: Page) -> None:
    """Checks that axe-core finds no fault in the page."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    listed = [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert listed == []


@pytest.fixture
def watching(
    in_browser: Callable[[Visit], None], portal: Portal
) -> Callable[[Callable[[Watch], Awaitable[None]]], None]:
    """Runs a visit to the shared portal that holds that nothing in the browser complains."""

    def run(visit: Callable[[Watch], Awaitable[None]]) -> None:
        in_browser(lambda browser: visit(Watch(browser, portal)))

    return run


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[Visit], None]]:
    """Runs visits in one browser, which starts with the first test and ends with the last."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        cannot_run("tests in a browser", enabled_by="apt-get install chromium")
    with asyncio.Runner() as runner:
        playwright = runner.run(async_playwright().start())
        launch = playwright.chromium.launch(executable_path=program, args=_QUIET)
        browser = runner.run(_awaited(launch))

        async def visited(visit: Visit) -> None:
            try:
                await visit(browser)
            finally:
                for context in browser.contexts:
                    await context.close()

        yield lambda visit: runner.run(visited(visit))
        runner.run(browser.close())
        runner.run(playwright.stop())


@pytest.fixture
def in_browser(chromium: Callable[[Visit], None]) -> Callable[[Visit], None]:
    """Runs a visit that shares no cookies and no windows with another."""
    return chromium


async def _awaited(launch: Awaitable[Browser]) -> Browser:
    return await launch
