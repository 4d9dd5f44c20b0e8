"""The feed of notifications in a real browser: read, marked, chosen by kind."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.running import Portal
from tests.security.test_page_routes import Visitor


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal in which Bob gave Ann two opportunities, one of which she may no longer see."""
    own = portal.fresh()
    anns = {"responsibleid": own.id_of("ann"), "isNotify": True}
    make_opportunity(own, title="Fleet tracking", as_="bob", **anns)
    deal = make_opportunity(own, title="Hidden fleet", as_="bob", **anns)
    hidden = {"title": "Hidden fleet", "stageid": 1, "bidCurrencyAbbr": "EUR", "isPrivate": True}
    hidden["responsibleid"] = own.id_of("bob")
    answer = own.call("PUT", f"crm/opportunity/{deal}", json=hidden, as_="root")
    assert answer.status == 200, answer.text
    return own


@on_sqlite
def test_notifications_are_read_marked_and_chosen(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/opportunities/board") as page:
            await page.get_by_role("link", name="Notifications").click()
            row = page.get_by_role("row", name="Fleet tracking")
            await expect(row).to_contain_text("You are responsible now")
            await expect(page.locator("main")).not_to_contain_text("Hidden")
            await demand_accessible(page)
            await row.get_by_role("link", name="Fleet tracking").click()
            await expect(page.get_by_role("heading", name="Fleet tracking")).to_be_visible()
        async with watch.page("/notifications?unread=1", theme="dark", size=PHONE) as page:
            await demand_accessible(page)
            await page.get_by_role("button", name="Mark as read: Fleet tracking").click()
            await expect(page.get_by_role("heading", name="Everything is read")).to_be_visible()
            await demand_accessible(page)
        async with watch.page("/notifications", scripts=False) as page:
            await expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
            await page.get_by_role("checkbox", name="Someone mentions me: by mail").uncheck()
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_role("status").first).to_contain_text("Saved")
        [mentioned] = [
            each
            for each in own.call("GET", "crm/notifications/settings").response
            if each["kind"] == "mentioned"
        ]
        assert mentioned == {"kind": "mentioned", "inApp": True, "byMail": False}

    in_browser(visit)


def test_all_are_marked_at_once_and_those_of_others_stay(own: Portal):
    make_opportunity(own, title="For Cid", responsibleid=own.id_of("cid"), isNotify=True)
    unread = "crm/notifications?isRead=false&count=0"
    assert own.call("GET", unread, as_="cid").json["total"] == 1
    ann = Visitor(own, "ann")
    for nothing in ({}, {"id": "x"}, {"id": "-1"}, {"all": "yes"}):
        assert ann.post("/notifications/read", nothing).status == 400
    assert own.call("GET", unread).json["total"] == 1
    assert "Fleet tracking" in ann.get("/notifications?page=9").text
    assert ann.post("/notifications/read", {"all": 1}).status == 303
    assert own.call("GET", unread).json["total"] == 0
    assert own.call("GET", unread, as_="cid").json["total"] == 1
