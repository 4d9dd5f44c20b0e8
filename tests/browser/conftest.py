"""A real Chromium for the tests of pages."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, async_playwright

from tests.needs import cannot_run

# As root, and without asking other hosts for anything on its own.
_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Visit = Callable[[Browser], Awaitable[None]]


@pytest.fixture
def in_browser() -> Callable[[Visit], None]:
    """Runs a visit in a browser of its own."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        cannot_run("tests in a browser", enabled_by="apt-get install chromium")

    async def run(visit: Visit) -> None:
        async with async_playwright() as playwright:
            launch = playwright.chromium.launch(executable_path=program, args=_QUIET)
            async with await launch as browser:
                await visit(browser)

    return lambda visit: asyncio.run(run(visit))
