"""Profile, sessions, invitation and forgotten password in a real browser."""

from typing import Any

from playwright.async_api import ViewportSize, expect

from tests import smtp_server
from tests.browser.conftest import Watch, demand_accessible
from tests.browser.test_shell import Watching, looks, on_sqlite
from tests.messages.mail.test_api import portal_with
from tests.running import PASSWORD, Portal

NEW = "another long password"


def test_invited_person_sets_a_password_and_is_in(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/people/invite", as_="root") as page:
            await page.get_by_label("Email").fill("nina@example.com")
            await page.get_by_label("First name").fill("Nina")
            await page.get_by_label("Last name").fill("Berg")
            await page.get_by_role("button", name="Make the link").click()
            link = await page.get_by_label("Invitation link").input_value()
            await demand_accessible(page)
        path = link.partition("/password/")
        async with watch.page(f"/password/{path[2]}", as_=None) as page:
            await demand_accessible(page)
            await page.get_by_label("New password").fill(NEW)
            await page.get_by_role("button", name="Set and sign in").click()
            await expect(page.get_by_role("status").first).to_contain_text("Password set")
            await expect(page.get_by_label("Nina Berg, account menu")).to_be_visible()

    in_browser(visit)


@on_sqlite
def test_forgotten_password_is_set_by_the_link_of_a_letter(in_browser: Any, portal: Portal):
    with smtp_server.running() as box:
        own = portal_with(portal, box)

        async def visit(browser: Any) -> None:
            watch = Watch(browser, own)
            async with watch.page("/login", as_=None, scripts=False) as page:
                await page.get_by_role("link", name="Forgotten?").click()
                await page.get_by_label("Email").fill("ann@example.com")
                await page.get_by_role("button", name="Send the link").click()
                await expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
                token = box.next().text.partition("/password/")[2].split()[0]
                await page.goto(f"{watch.origin}/password/{token}")
                await page.get_by_label("New password").fill(NEW)
                await page.get_by_role("button", name="Set and sign in").click()
                await expect(page.get_by_label("Ann Archer, account menu")).to_be_visible()

        in_browser(visit)


@on_sqlite
def test_profile_changes_the_look_and_the_language(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/profile") as page:
            await page.get_by_label("Theme").select_option("dark")
            await page.get_by_label("Language").select_option("ru")
            await page.get_by_role("button", name="Save").click()
            await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
            await expect(page.locator("html")).to_have_attribute("lang", "ru")
            await expect(page.get_by_role("status").first).to_contain_text("Сохранено")
            await demand_accessible(page)

    in_browser(visit)


@on_sqlite
def test_password_is_changed_with_the_old_one(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/profile", expected=[422]) as page:
            for current in ("not the password", PASSWORD):
                await page.get_by_label("Current password").fill(current)
                await page.get_by_label("New password").fill(NEW)
                await page.get_by_role("button", name="Change password").click()
            await expect(page.get_by_role("status").first).to_contain_text("Password changed")
            await page.reload()
            await expect(page.get_by_role("heading", name="Ann Archer")).to_be_visible()

    in_browser(visit)


@on_sqlite
def test_token_is_shown_once_and_revoked(in_browser: Any, portal: Portal):
    own = portal.fresh()

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/profile") as page:
            await page.get_by_label("What the token is for").fill("Reports")
            await page.get_by_role("button", name="Make a token").click()
            text = await page.get_by_label("New token").input_value()
            headers = {"Authorization": text}
            assert own.call("GET", "people/@self", as_=None, headers=headers).status == 200
            await page.get_by_role("button", name="Revoke: Reports").click()
            await expect(page.get_by_role("status").first).to_contain_text("Revoked: Reports")
            assert own.call("GET", "people/@self", as_=None, headers=headers).status == 401

    in_browser(visit)


@on_sqlite
def test_session_of_another_browser_is_ended(in_browser: Any, portal: Portal):
    own = portal.fresh()
    payload = {"userName": "ann@example.com", "password": PASSWORD}
    other = own.call("POST", "authentication", json=payload, as_=None).response["token"]

    async def visit(browser: Any) -> None:
        async with Watch(browser, own).page("/sessions") as page:
            await demand_accessible(page)
            await page.get_by_role("button", name="End session: Unknown browser").click()
            await expect(page.get_by_role("status").first).to_contain_text("Session ended")
            await expect(page.locator("main li")).to_have_count(1)

    in_browser(visit)
    headers = {"Authorization": other}
    assert own.call("GET", "people/@self", as_=None, headers=headers).status == 401


@on_sqlite
@looks
def test_own_pages_are_accessible(watching: Watching, size: ViewportSize, theme: Any):
    async def visit(watch: Watch) -> None:
        pages = (
            ("/profile", "ann"),
            ("/people/invite", "root"),
            ("/forgotten", None),
            ("/password/unknown", None),
        )
        for path, who in pages:
            async with watch.page(path, as_=who, size=size, theme=theme, expected=[404]) as page:
                await demand_accessible(page)

    watching(visit)


@on_sqlite
def test_guest_has_own_pages_and_no_invitation(watching: Watching):
    async def visit(watch: Watch) -> None:
        async with watch.page("/people/invite", as_="gus", expected=[403]) as page:
            await expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
            await page.get_by_label("Gus Grover, account menu").click()
            await expect(page.get_by_role("link", name="Profile")).to_be_visible()
            await expect(page.get_by_role("link", name="Invite a person")).to_have_count(0)

    watching(visit)
