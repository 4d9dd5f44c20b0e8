"""Changes of others on an open board, in two browsers; a lost connection and a lost session."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from dealwright.wire.credentials import COOKIE
from tests.browser.conftest import Watch, board_is_ready, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.people.new_accounts import new_account, signed_in
from tests.running import Portal

BOARD = "/opportunities/board"


@pytest.fixture
def own(portal: Portal) -> Portal:
    own = portal.fresh()
    make_opportunity(own, title="Shared deal", bidValue=1000)
    make_opportunity(own, title="Elsewhere", stageid=2, bidValue=250)
    return own


def column(page: Page, place: int) -> Any:
    return page.locator(".column").nth(place)


def test_two_browsers_see_each_others_moves(in_browser: Any, own: Portal):
    async def run(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page(BOARD) as ann, watch.page(BOARD, as_="bob") as bob:
            await board_is_ready(ann)
            await board_is_ready(bob)
            for mover, other, who, place in ((ann, bob, "Ann", 1), (bob, ann, "Bob", 2)):
                card = mover.locator(".card-item", has_text="Shared deal")
                await card.locator(".title").focus()
                await mover.keyboard.press("Shift+ArrowRight")
                await expect(column(other, place)).to_contain_text("Shared deal")
                await expect(other.locator("#live")).to_contain_text(who)
            await expect(column(ann, 0).locator(".count")).to_have_text("0")
            await expect(ann.locator(".card.touched")).to_have_count(0)

    in_browser(run)


@on_sqlite
def test_change_leaves_what_is_typed_and_open(in_browser: Any, own: Portal):
    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD) as page:
            await board_is_ready(page)
            await column(page, 0).get_by_text("Add", exact=True).click()
            line = column(page, 0).get_by_label("Title, amount, date")
            await line.fill("Half a tit")
            await page.locator("#totals summary").click()
            make_opportunity(own, "bob", title="New by Bob")
            await expect(column(page, 0)).to_contain_text("New by Bob")
            await expect(line).to_have_value("Half a tit")
            await expect(page.locator("#totals details")).to_have_attribute("open", "")

    in_browser(run)


@on_sqlite
def test_lost_connection_is_shown_until_it_is_back(in_browser: Any, own: Portal):
    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD) as page:
            await board_is_ready(page)
            await page.route("**/live*", lambda route: route.abort())
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            strip = page.get_by_text("No connection.")
            await expect(strip).to_be_visible(timeout=15_000)
            await demand_accessible(page)
            make_opportunity(own, "bob", title="Made meanwhile")
            await page.unroute("**/live*")
            await page.get_by_role("button", name="Try now").click()
            await expect(strip).to_be_hidden()
            await expect(column(page, 0)).to_contain_text("Made meanwhile")

    in_browser(run)


@on_sqlite
def test_ended_session_offers_to_sign_in_and_keeps_what_is_typed(in_browser: Any, own: Portal):
    person = new_account(own)
    own.ground.tokens["leaving"] = person.token
    headers = {"Authorization": person.token}

    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(BOARD, as_="leaving", expected=(401,)) as page:
            await board_is_ready(page)
            await column(page, 0).get_by_text("Add", exact=True).click()
            line = column(page, 0).get_by_label("Title, amount, date")
            await line.fill("Half a tit")
            found = own.call("GET", "people/@self/sessions", as_=None, headers=headers).response
            ended = f"people/@self/sessions/{found[0]['id']}"
            assert own.call("DELETE", ended, as_=None, headers=headers).status == 200
            link = page.locator("[data-live-strip=ended]").get_by_role("link", name="Sign in")
            await expect(link).to_have_attribute("target", "_blank")
            await demand_accessible(page)
            await expect(line).to_have_value("Half a tit")

    in_browser(run)


@on_sqlite
def test_list_and_page_follow_what_others_do(in_browser: Any, own: Portal):
    """What is marked in the list and what is being edited on the page stays."""
    its = own.call("GET", "crm/opportunity/filter?filterValue=Shared").response[0]["id"]

    async def run(browser: Any) -> None:
        watch = Watch(browser, own)
        async with (
            watch.page("/opportunities") as listed,
            watch.page(f"/opportunities/{its}", as_="bob") as shown,
        ):
            await listed.get_by_label("Select Elsewhere").check()
            own.call("PUT", f"crm/opportunity/{its}/move", json={"stageId": 3}, as_="cid")
            row = listed.locator(f'tr[data-id="{its}"]')
            await expect(row).to_contain_text("Suspect")
            await expect(listed.get_by_label("Select Elsewhere")).to_be_checked()
            await expect(shown.locator(".stage-name")).to_contain_text("Suspect")
            await expect(shown.locator("#timeline")).to_contain_text("days in Initial contact")
            await shown.locator("#edit-amount summary").click()
            await shown.get_by_label("Amount", exact=True).fill("4,321")
            own.call("PUT", f"crm/opportunity/{its}/move", json={"stageId": 2}, as_="cid")
            await expect(row).to_contain_text("Application")
            await expect(shown.get_by_label("Amount", exact=True)).to_have_value("4,321")
            await shown.locator("#edit-amount").get_by_role("button", name="Save").click()
            await expect(shown.locator(".facts")).to_contain_text("4,321")
            await expect(shown.locator(".stage-name")).to_contain_text("Application")

    in_browser(run)


@on_sqlite
def test_form_keeps_what_is_typed_without_server_and_session(in_browser: Any, own: Portal):
    person = new_account(own)
    own.ground.tokens["returning"] = person.token
    headers = {"Authorization": person.token}

    async def run(browser: Any) -> None:
        watch = Watch(browser, own)
        path = "/opportunities/new"
        async with watch.page(path, as_="returning", expected=(401,)) as page:
            title, save = page.get_by_label("Title"), page.get_by_role("button", name="Add oppor")
            await title.fill("Worth keeping")
            await page.route("**/opportunities/new", lambda route: route.abort())
            await save.click()
            await expect(page.get_by_role("alert")).to_contain_text("server cannot be reached")
            await page.unroute("**/opportunities/new")
            found = own.call("GET", "people/@self/sessions", as_=None, headers=headers).response
            ended = f"people/@self/sessions/{found[0]['id']}"
            assert own.call("DELETE", ended, as_=None, headers=headers).status == 200
            await expect(page.locator("[data-live-strip=ended]")).to_be_visible()
            await save.click()
            await expect(page.get_by_role("alert")).to_contain_text("your session ended")
            await expect(title).to_have_value("Worth keeping")
            again = signed_in(own, person.email)
            cookie = {"name": COOKIE, "value": again, "url": watch.origin}
            await page.context.add_cookies([cookie])  # type: ignore[list-item]
            await page.evaluate("window.dispatchEvent(new Event('focus'))")
            await expect(page.locator("[data-live-strip=ended]")).to_be_hidden()
            await save.click()
            await expect(page.locator("h1")).to_have_text("Worth keeping")

    in_browser(run)
