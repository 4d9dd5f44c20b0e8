"""The trash in a real browser: what was deleted is found and comes back, with what went along."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity, make_person
from tests.running import Portal
from tests.security.test_page_routes import Visitor


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal whose trash holds an opportunity with a task, a person, and what Bob alone sees."""
    own = portal.fresh()
    deal, person = (
        make_opportunity(own, title="Fleet tracking"),
        make_person(own, firstName="Clara"),
    )
    hidden = make_opportunity(own, as_="bob", title="Hidden fleet", isPrivate=True)
    category = own.call("GET", "crm/task/category").response[0]["id"]
    task = {"title": "Call", "deadline": "2031-05-04", "categoryId": category}
    task |= {"entityType": "opportunity", "entityId": deal}
    assert own.call("POST", "crm/task", json=task).status < 300
    for path, who in (
        (f"crm/opportunity/{deal}", "ann"),
        (f"crm/contact/{person}", "ann"),
        (f"crm/opportunity/{hidden}", "bob"),
    ):
        assert own.call("DELETE", path, as_=who).status == 200
    return own


@on_sqlite
def test_deleted_records_are_found_and_restored(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/trash", scripts=False) as page:
            await expect(page.locator(".list-foot")).to_contain_text("2 deleted records")
            await expect(page.locator("main")).not_to_contain_text("Hidden")
            await page.get_by_label("Find in trash").fill("fleet")
            await page.get_by_role("button", name="Search").click()
            await expect(page.get_by_role("row", name="Fleet tracking")).to_contain_text("1 task")
            await page.get_by_role("checkbox", name="Select Fleet tracking").check()
            await page.get_by_role("button", name="Restore selected").click()
            await expect(page.get_by_role("status").first).to_contain_text(
                "Restored Fleet tracking"
            )
            await expect(
                page.get_by_role("heading", name="Nothing deleted matches")
            ).to_be_visible()
        async with watch.page("/trash", theme="dark", size=PHONE, expected=[400]) as page:
            await demand_accessible(page)
            await page.get_by_role("button", name="Restore selected").click()
            await expect(page.get_by_role("alert")).to_contain_text("at least one record")
            await demand_accessible(page)
            await page.get_by_role("checkbox").check()
            await page.get_by_role("button", name="Restore selected").click()
            await expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
        assert not own.call("GET", "crm/trash").response

    in_browser(visit)


@on_sqlite
@pytest.mark.parametrize("query", ["kind=people", f"text={'a' * 1001}"])
def test_a_filter_that_does_not_fit_is_refused(portal: Portal, query: str):
    assert Visitor(portal, "ann").get(f"/trash?{query}").status == 400


@on_sqlite
@pytest.mark.parametrize("item", ["people:1", "contact:x", "contact", "contact:0"])
def test_an_item_that_is_none_is_refused(portal: Portal, item: str):
    assert Visitor(portal, "ann").post("/trash/restore", {"item": item}).status == 400


@on_sqlite
def test_more_records_than_a_page_shows_are_refused(portal: Portal):
    items = [f"contact:{id}" for id in range(1, 52)]
    assert Visitor(portal, "ann").post("/trash/restore", {"item": items}).status == 400


@on_sqlite
def test_the_stage_of_an_opportunity_whose_own_was_deleted_is_asked_for(portal: Portal):
    own = portal.fresh()
    gone = {"title": "Gone", "color": "#f48454", "successProbability": 5, "stageType": 0}
    answer = own.call("POST", "crm/opportunity/stage", json=gone, as_="root")
    stage = answer.response["id"]
    deal = make_opportunity(own, title="Fleet tracking", stageid=stage)
    own.call("DELETE", f"crm/opportunity/{deal}")
    assert own.call("DELETE", f"crm/opportunity/stage/{stage}", as_="root").status == 200
    ann, item = Visitor(own, "ann"), {"item": f"opportunity:{deal}"}
    refused = ann.post("/trash/restore", item)
    assert refused.status == 400
    assert '<select class="input" id="stage"' in refused.text
    assert ann.post("/trash/restore", {**item, "stage": 1}).status == 303
    assert own.call("GET", f"crm/opportunity/{deal}").response["stage"]["id"] == 1
