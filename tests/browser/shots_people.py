"""What there is to see of sign-in, one's own pages and errors."""

from playwright.async_api import Page

from tests.browser.screenshots import Shot


async def with_a_wrong_password(page: Page) -> None:
    await page.fill("[name=email]", "marta.lindqvist@demo.example")
    await page.fill("[name=password]", "not the password")
    await page.click("main button[type=submit]")
    await page.wait_for_load_state()


async def with_a_token(page: Page) -> None:
    await page.fill("[name=title]", "Monthly report")
    await page.click("form[action='/profile/tokens'] button")
    await page.wait_for_load_state()


async def with_the_menu(page: Page) -> None:
    await page.click("summary.avatar-button")


async def with_every_key(page: Page) -> None:
    await page.locator("#keys-help [data-behaviour]").wait_for(state="attached")
    await page.keyboard.press("?")


SHOTS = [
    Shot("notifications", "/notifications"),
    Shot("sign-in", "/login", signed_in=False),
    Shot("sign-in-wrong", "/login", with_a_wrong_password, signed_in=False),
    Shot("forgotten", "/forgotten", signed_in=False),
    Shot("link-used", "/password/unknown", signed_in=False),
    Shot("profile", "/profile"),
    Shot("profile-token", "/profile", with_a_token),
    Shot("sessions", "/sessions"),
    Shot("invite", "/people/invite"),
    Shot("more", "/more", with_the_menu),
    Shot("keys", "/more", with_every_key),
    Shot("not-found", "/nowhere"),
    Shot("first-run", "/welcome", is_fresh=True),
    Shot("first-run-money", "/welcome/money", is_fresh=True),
    Shot("first-run-stages", "/welcome/stages", is_fresh=True),
]
