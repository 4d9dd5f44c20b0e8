"""What all pages share, in a real browser: sign-in, menu, toast, errors, accessible in any look."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, Theme, Watch, demand_accessible, scripts_are_bound
from tests.running import PASSWORD

Watching = Callable[[Callable[[Watch], Any]], None]
SHOW_A_TOAST = """async () => {
  const loader = document.querySelector("script[type=module]").src;
  const { toast } = await import(loader.replace("behaviours", "toasts"));
  toast("Moved to Proposal", "/undo/1");
}"""
LOOKS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]
looks = pytest.mark.parametrize(
    ("size", "theme"), LOOKS, ids=["desk light", "desk dark", "phone light", "phone dark"]
)
on_sqlite = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_person_signs_in_sees_home_and_signs_out(watching: Watching, scripts: bool):
    async def visit(watch: Watch) -> None:
        async with watch.page("/more", as_=None, scripts=scripts) as page:
            await expect(page).to_have_url(f"{watch.origin}/login?next=/more")
            await page.get_by_label("Email").fill("ann@example.com")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            await expect(page).to_have_url(f"{watch.origin}/more")
            await page.get_by_role("main").get_by_role("button", name="Sign out").click()
            await expect(page).to_have_url(f"{watch.origin}/login")
            await page.goto(f"{watch.origin}/more")
            await expect(page).to_have_url(f"{watch.origin}/login?next=/more")

    watching(visit)


@on_sqlite
def test_wrong_password_is_reported_and_the_email_stays(watching: Watching):
    async def visit(watch: Watch) -> None:
        async with watch.page("/login", as_=None, expected=[401]) as page:
            await page.get_by_label("Email").fill("nobody@example.com")
            await page.get_by_label("Password").fill("not the password")
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.get_by_role("alert")).to_contain_text("do not match")
            await expect(page.get_by_label("Email")).to_have_value("nobody@example.com")
            await expect(page.get_by_label("Password")).to_have_value("")
            await demand_accessible(page)

    watching(visit)


@on_sqlite
def test_russian_visitor_reads_russian_and_may_change_it(watching: Watching):
    async def visit(watch: Watch) -> None:
        async with watch.page("/login", as_=None, locale="ru-RU") as page:
            await expect(page.get_by_role("heading", name="Войти")).to_be_visible()
            await page.get_by_role("link", name="English").click()
            await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            await page.goto(f"{watch.origin}/login")
            await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    watching(visit)


@on_sqlite
@looks
def test_shared_pages_are_accessible(watching: Watching, size: ViewportSize, theme: Theme):
    async def visit(watch: Watch) -> None:
        for path, who in (("/login", None), ("/more", "ann"), ("/nowhere", "ann"), ("/", "gus")):
            look = {"size": size, "theme": theme, "expected": [404]}
            async with watch.page(path, as_=who, **look) as page:
                await demand_accessible(page)

    watching(visit)


@on_sqlite
def test_menu_opens_by_key_walks_and_closes(watching: Watching):
    async def visit(watch: Watch) -> None:
        async with watch.page("/more") as page:
            menu = page.locator("summary.avatar-button")
            await menu.focus()
            await page.keyboard.press("Enter")
            await page.keyboard.press("ArrowDown")
            await expect(page.locator(".menu .menu-item").first).to_be_focused()
            await demand_accessible(page)
            await page.keyboard.press("Escape")
            await expect(menu).to_be_focused()
            await expect(page.locator(".menu .popover")).to_be_hidden()
            await page.keyboard.press("?")
            await expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
            await demand_accessible(page)
            await page.keyboard.press("Escape")
            await page.keyboard.press("g")
            await page.keyboard.press("l")
            await expect(page).to_have_url(re.compile("/opportunities$"))
            await scripts_are_bound(page)
            await page.keyboard.press("n")
            await expect(page).to_have_url(re.compile("/opportunities/new$"))

    watching(visit)


@on_sqlite
def test_toast_says_what_happened_and_offers_undo(watching: Watching):
    async def visit(watch: Watch) -> None:
        async with watch.page("/more", expected=[404]) as page:
            await page.evaluate(SHOW_A_TOAST)
            await expect(page.get_by_role("status").first).to_contain_text("Moved to Proposal")
            await demand_accessible(page)
            async with page.expect_request(f"{watch.origin}/undo/1") as asked:
                await page.keyboard.press("Control+z")
            assert (await (await asked.value).all_headers())["x-csrf-token"]

    watching(visit)
