"""Pictures of every page and state, from the demo portal: `python -m tests.browser.screenshots`.

They go into `screenshots/`, which git ignores: one for each look. Words after the command choose
by name: `python -m tests.browser.screenshots board sign-in`. What there is to see stands in the
files `shots_….py` beside this one, each with `SHOTS`.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import DESK, PHONE

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "screenshots"
PASSWORD = "a password for pictures only"
OWNER = "owner@example.com"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light", "locale": "en-GB"},
    "dark": {"viewport": DESK, "color_scheme": "dark", "locale": "en-GB"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "locale": "en-GB"},
    "phone-dark": {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB"},
    "russian": {"viewport": DESK, "color_scheme": "light", "locale": "ru-RU"},
}
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Shot:
    """`act` brings the page into the state that is shown; `signed_in`: as the owner."""

    name: str
    path: str
    act: Callable[[Page], Awaitable[object]] | None = None
    signed_in: bool = True
    is_fresh: bool = False  # of a portal that nobody has set up yet


@contextmanager
def served(*flags: str) -> Iterator[str]:
    """A server of its own over a new database; its address."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            *(sys.executable, "-m", "dealwright", "serve", "--port", "0"),
            *("--database", f"{directory}/pictures.db", "--owner-email", OWNER, *flags),
        ]
        environment = {**os.environ, "DEALWRIGHT_OWNER_PASSWORD": PASSWORD}
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                found = next(filter(None, map(_ADDRESS.search, process.stdout)))
                yield found[0]
            finally:
                process.terminate()


def shots() -> list[Shot]:
    """All of them, from every file that declares some."""
    files = sorted(Path(__file__).parent.glob("shots_*.py"))
    return [each for file in files for each in import_module(f"tests.browser.{file.stem}").SHOTS]


async def take(browser: Browser, origin: str, items: list[Shot]) -> None:
    for look, options in LOOKS.items():
        cookies = await _signed_in(browser, origin, options)
        for shot in items:
            async with await browser.new_context(**options) as context:
                if shot.signed_in:
                    await context.add_cookies(cookies)
                page = await context.new_page()
                await page.goto(origin + shot.path)
                if shot.act is not None:
                    await shot.act(page)
                await page.evaluate("document.fonts.ready")
                await page.screenshot(
                    path=FOLDER / f"{shot.name}.{look}.png", animations="disabled"
                )
                print(f"{shot.name}.{look}.png")  # noqa: T201


async def _signed_in(browser: Browser, origin: str, options: dict[str, Any]) -> Any:
    async with await browser.new_context(**options) as context:
        page = await context.new_page()
        await page.goto(f"{origin}/login")
        await page.fill("[name=email]", OWNER)
        await page.fill("[name=password]", PASSWORD)
        await page.click("main button[type=submit]")
        await page.wait_for_url(lambda address: "/login" not in address)
        language = options["locale"][:2]
        answer = await page.request.put(
            f"{origin}/api/2.0/people/@self/preferences", data={"language": language}
        )
        assert answer.ok
        return await context.cookies()


async def run(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    chosen = [each for each in shots() if not names or any(word in each.name for word in names)]
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        launch = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        async with await launch as browser:
            for is_fresh, flags in ((False, ("--demo",)), (True, ())):
                expected = [each for each in chosen if each.is_fresh == is_fresh]
                if expected:
                    with served(*flags) as origin:
                        await take(browser, origin, expected)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))
