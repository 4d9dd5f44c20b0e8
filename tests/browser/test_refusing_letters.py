"""The page on which somebody refuses letters to many, in a browser without scripts."""

from collections.abc import Callable

from playwright.async_api import Browser, ConsoleMessage
from sqlalchemy import select

from dealwright.crm.mailings.rules import refusal_token
from dealwright.storage import schema
from tests.browser.conftest import Visit
from tests.browser.test_shell import on_sqlite
from tests.making import stored
from tests.running import Portal

LONG = f"{'a.very.long.name' * 3}@{'example' * 5}.com"


def link(portal: Portal, address: str) -> str:
    secret = stored(portal, select(schema.portal.c.secret))[0][0]
    token = refusal_token(address, secret=secret)
    return f"http://127.0.0.1:{portal.port}/unsubscribe?token={token}"


def test_one_button_refuses_and_the_keyboard_is_enough(
    portal: Portal, in_browser: Callable[[Visit], None]
) -> None:
    address = link(portal, LONG)

    async def visit(browser: Browser) -> None:
        page = await browser.new_page(
            viewport={"width": 320, "height": 640}, java_script_enabled=False
        )
        complaints: list[str] = []

        def note(message: ConsoleMessage) -> None:
            complaints.append(message.text)

        page.on("console", note)
        await page.goto(address)
        assert await page.get_by_role("heading").count() == 1
        assert LONG in await page.get_by_role("status").inner_text()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_text("We will send no more mailings").wait_for()
        assert await page.get_by_role("button").count() == 0
        assert complaints == []

    in_browser(visit)
    keys = stored(portal, select(schema.mail_refusal.c.email_key))
    assert (LONG,) in keys


@on_sqlite
def test_nothing_lies_beside_a_narrow_window(
    portal: Portal, in_browser: Callable[[Visit], None]
) -> None:
    address = link(portal, LONG)

    async def visit(browser: Browser) -> None:
        page = await browser.new_page(viewport={"width": 320, "height": 640})
        await page.goto(address)
        root = page.locator("html")
        width = await root.evaluate("page => [page.scrollWidth, page.clientWidth]")
        assert width[0] <= width[1]

    in_browser(visit)
