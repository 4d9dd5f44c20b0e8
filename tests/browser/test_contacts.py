"""The list of persons and companies in a real browser, and what it costs and hides."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, Watch, demand_accessible
from tests.browser.test_shell import on_sqlite
from tests.counting import Counting
from tests.crm.contacts.making import make_company
from tests.making import make_person
from tests.running import Portal


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal with a company of one person, and a private contact of another user."""
    own = portal.kept()
    company = make_company(own, companyName="Birchwood Ltd")
    person = make_person(own, firstName="Clara", lastName="Doe", companyId=company)
    for kind, data in (("Email", "clara@birchwood.example"), ("Phone", "+1 312 555 0104")):
        sent = {"infoType": kind, "data": data, "category": "Work", "isPrimary": True}
        answer = own.call("POST", f"crm/contact/{person}/data", json=sent)
        assert answer.status < 300, answer.text
    task = {"title": "Call her", "deadline": "2031-05-04", "contactId": person}
    category = own.call("GET", "crm/task/category").response[0]["id"]
    answer = own.call("POST", "crm/task", json={**task, "categoryId": category})
    assert answer.status < 300, answer.text
    make_person(own, as_="bob", firstName="Hidden", lastName="Birchwood", shareType=0)
    return own


def own_hidden(own: Portal) -> int:
    """The id of the private contact."""
    answer = own.call("GET", "crm/contact/filter?filterValue=hidden", as_="bob")
    [found] = answer.response
    return int(found["id"])


async def names(page: Page) -> list[str]:
    return [each.strip() for each in await page.locator("td .title").all_text_contents()]


def test_contacts_are_searched_and_sorted_and_hidden_ones_are_nowhere(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/contacts?sort=name", as_="cid", scripts=False) as page:
            assert await names(page) == ["Birchwood Ltd", "Clara Doe"]
            await expect(page.locator(".list-foot")).to_contain_text("2 contacts")
            await page.get_by_role("link", name="Name", exact=True).click()
            assert await names(page) == ["Clara Doe", "Birchwood Ltd"]
            link = page.get_by_role("link", name="clara@birchwood.example")
            await expect(link).to_have_attribute("href", "mailto:clara@birchwood.example")
            link = page.get_by_role("link", name="+1 312 555 0104")
            await expect(link).to_have_attribute("href", "tel:+13125550104")
            await page.get_by_label("Search contacts").fill("birchwood")
            await page.get_by_role("button", name="Search").click()
            await expect(page.locator(".list-foot")).to_contain_text("2 contacts")
            await page.get_by_role("link", name="Persons").click()
            assert await names(page) == ["Clara Doe"]
            await page.get_by_label("Search contacts").fill("hidden")
            await page.get_by_role("button", name="Search").click()
            await expect(page.get_by_text("No contact matches")).to_be_visible()
        async with watch.page("/contacts?text=hidden", as_="bob") as page:
            assert await names(page) == ["Hidden Birchwood"]

    in_browser(visit)


@on_sqlite
def test_list_is_accessible_and_refuses_what_it_cannot_read(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/contacts") as page:
            await demand_accessible(page)
            await expect(page.get_by_role("link", name="Contacts")).to_have_attribute(
                "aria-current", "page"
            )
        async with watch.page("/contacts", size=PHONE, theme="dark") as page:
            await demand_accessible(page)
        for query in ("sort=nothing", "kind=nothing", "text=" + "a" * 1001):
            async with watch.page(f"/contacts?{query}", expected=[400]) as page:
                await expect(page.get_by_role("heading", level=1)).to_be_visible()
        async with watch.page("/contacts?page=999999999&sort=name") as page:
            assert await names(page) == ["Birchwood Ltd", "Clara Doe"]

    in_browser(visit)


def test_contact_page_takes_a_note_and_comes_back_from_the_trash(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        async with watch.page("/contacts?sort=name", scripts=False) as page:
            await page.get_by_role("link", name="Birchwood Ltd").click()
            await page.get_by_role("link", name="Clara Doe").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Clara Doe")
            await expect(page.get_by_role("link", name="+1 312 555 0104")).to_be_visible()
            await expect(page.locator(".contact-line")).to_contain_text("4 May 2031")
            await page.get_by_label("Write a note").fill("She calls <b>tomorrow</b>")
            await page.get_by_role("button", name="Save note").click()
            await expect(page.locator(".timeline")).to_contain_text("She calls <b>tomorrow</b>")
            await page.get_by_role("button", name="Delete").click()
            assert await names(page) == ["Birchwood Ltd"]
            await page.locator(".toast button").click()
            await expect(page.locator(".timeline")).to_contain_text("She calls <b>tomorrow</b>")

    in_browser(visit)


@on_sqlite
def test_hidden_contact_has_no_page_and_the_page_is_accessible(in_browser: Any, own: Portal):
    async def visit(browser: Any) -> None:
        watch = Watch(browser, own)
        hidden = own_hidden(own)
        async with watch.page(f"/contacts/{hidden}", as_="cid", expected=[404]) as page:
            await expect(page.get_by_text("Hidden")).to_have_count(0)
        async with watch.page(f"/contacts/{hidden}", as_="bob") as page:
            await demand_accessible(page)
        async with watch.page(f"/contacts/{hidden}", as_="bob", size=PHONE, theme="dark") as page:
            await demand_accessible(page)

    in_browser(visit)


@on_sqlite
def test_list_and_page_cost_the_same_statements_for_few_and_for_many(portal: Portal):
    own = portal.kept()
    make_person(own)
    counting = Counting(own)
    try:
        few = counting.cost_of_page("/contacts")
        company = make_company(own)
        make_person(own, companyId=company)
        alone = counting.cost_of_page(f"/contacts/{company}")
        for number in range(20):
            make_person(own, lastName=f"Number {number}", companyId=company)
        assert counting.cost_of_page("/contacts") == few
        assert counting.cost_of_page(f"/contacts/{company}") == alone
    finally:
        counting.close()
