"""One opportunity in a real browser: its page and its panel, read and edited in place."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import PHONE, Theme, Watch, board_is_ready, demand_accessible
from tests.browser.test_shell import looks, on_sqlite
from tests.making import make_opportunity, make_person
from tests.running import Portal

SHOW_THE_PANEL = """async (address) => {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").append(drawn.getElementById("opportunity"));
}"""


def made(portal: Portal, **more: Any) -> int:
    contact = make_person(portal, firstName="Nina", lastName="Okafor")
    values = {"title": "Packing line", "bidValue": 74000, "bidCurrencyAbbr": "EUR"}
    expected = {"contactid": contact, "expectedCloseDate": "2031-05-04"}
    return int(make_opportunity(portal, **{**values, **expected, **more}))


def visiting(in_browser: Any, portal: Portal, opportunity_id: int, visit: Any, **how: Any) -> None:
    async def run(browser: Any) -> None:
        path = f"/opportunities/{opportunity_id}"
        async with Watch(browser, portal).page(path, **how) as page:
            await expect(page.locator("#opportunity")).to_be_visible()
            await visit(page)

    in_browser(run)


async def edit(page: Page, field: str, value: str, *, name: str = "") -> None:
    place = page.locator(f"#edit-{field}")
    await place.locator("summary").click()
    await place.locator(f"[name={name or field}]").fill(value)
    await place.get_by_role("button", name="Save").click()


scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@on_sqlite
@scripts
def test_fact_is_edited_where_it_stands(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        await edit(page, "amount", "79,000.50")
        facts = page.locator(".facts")
        await expect(facts).to_contain_text("€79,000.50")
        await expect(page.get_by_role("status").first).to_contain_text("Saved")
        timeline = page.locator("#timeline")
        await expect(timeline).to_contain_text("changed: Amount")
        await expect(timeline).to_contain_text("€74,000")

    visiting(in_browser, portal, its, visit, scripts=scripts)
    stored = portal.call("GET", f"crm/opportunity/{its}").response
    assert stored["bidValue"] == 79000.5
    assert [each["displayName"] for each in stored["members"]] == ["Nina Okafor"]


@on_sqlite
def test_every_small_form_saves(in_browser: Any, portal: Portal):
    its = made(portal)

    async def visit(page: Page) -> None:
        await edit(page, "title", "Two packing lines")
        await expect(page.locator("h1")).to_have_text("Two packing lines")
        await edit(page, "description", "With a second sealing head.\nAnd a warranty.")
        await expect(page.locator(".description")).to_contain_text("And a warranty.")
        await edit(page, "probability", "60")
        await expect(page.locator(".facts")).to_contain_text("weighted €44,400")
        await edit(page, "expected", "2032-01-03")
        await expect(page.locator(".facts")).to_contain_text("3 Jan 2032")
        await page.locator("#edit-owner summary").click()
        await page.locator("#f-owner").select_option(label="Bob Baker")
        await page.locator("#edit-owner").get_by_role("button", name="Save").click()
        await expect(page.locator(".facts")).to_contain_text("Bob Baker")
        await page.locator("#edit-tag summary").click()
        await page.locator("#f-tag").fill("Key account")
        await page.locator("#edit-tag").get_by_role("button", name="Add").click()
        await page.get_by_role("button", name="Remove tag: Key account").click()
        await expect(page.locator(".facts .tag")).to_have_count(0)
        await expect(page.locator("#timeline")).to_contain_text("removed the tag Key account")

    visiting(in_browser, portal, its, visit)


@scripts
@on_sqlite
def test_wrong_value_is_said_and_stays_typed(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        await edit(page, "amount", "a lot")
        field = page.get_by_label("Amount", exact=True)
        await expect(field).to_have_value("a lot")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("#f-amount-error")).to_contain_text("1250.50")
        if scripts:
            await demand_accessible(page)

    visiting(in_browser, portal, its, visit, scripts=scripts, expected=[400])


@scripts
def test_note_is_written_and_task_added_and_done(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        await page.get_by_label("Write a note").fill("Likes the <b>second</b> head")
        await page.get_by_role("button", name="Save note").click()
        note = page.locator(".timeline .note")
        await expect(note).to_have_text("Likes the <b>second</b> head")
        await page.locator("#edit-task summary").click()
        await page.get_by_label("What is to be done").fill("Call about the offer")
        await page.get_by_label("Day").fill("2031-03-04")
        await page.locator("#edit-task").get_by_role("button", name="Add a task").click()
        task = page.locator("#tasks .task", has_text="Call about the offer")
        await expect(task).to_contain_text("4 Mar 2031")
        await task.get_by_role("button", name="Done: Call about the offer").click()
        await expect(page.locator("#tasks")).to_contain_text("1 task done")
        toast = page.get_by_role("status").first
        await expect(toast).to_contain_text("Task done")
        await toast.get_by_role("button", name="Undo").click()
        await expect(task.get_by_role("button", name="Done: Call")).to_be_visible()

    visiting(in_browser, portal, its, visit, scripts=scripts)


@scripts
@on_sqlite
def test_file_is_attached(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        await page.locator("#edit-files summary").click()
        sent = {"name": "offer.txt", "mimeType": "text/plain", "buffer": b"12 pages"}
        await page.locator("#f-files").set_input_files([sent])  # type: ignore[list-item]
        await page.locator("#edit-files").get_by_role("button", name="Add").click()
        files = page.locator("section", has=page.get_by_role("heading", name="Files"))
        await expect(files).to_contain_text("8 bytes")
        await expect(page.locator("#timeline")).to_contain_text("added a file")

    visiting(in_browser, portal, its, visit, scripts=scripts)


@scripts
@on_sqlite
def test_person_joins_by_name_and_leaves(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)
    name = f"Ettore {uuid4().hex}"
    make_person(portal, firstName="Ettore", lastName=name.removeprefix("Ettore "))

    async def visit(page: Page) -> None:
        await page.locator("#edit-person summary").click()
        field = page.locator("#f-person")
        if scripts:
            await field.press_sequentially(name[:-1].lower())
            await expect(page.get_by_role("option", name=name)).to_be_visible()
            await demand_accessible(page)
            await field.press("ArrowDown")
            await field.press("Enter")
            await expect(field).to_have_value(name)
        else:
            await field.fill(name)
        await page.locator("#edit-person").get_by_role("button", name="Save").click()
        await page.get_by_role("button", name=f"Remove: {name}").click()
        await expect(page.locator(".name-link", has_text="Ettore")).to_have_count(0)

    visiting(in_browser, portal, its, visit, scripts=scripts)


@scripts
def test_two_people_edit_the_same_fields(in_browser: Any, portal: Portal, scripts: bool):
    """Bob types while Ann saves: what does not collide is saved, the rest is asked."""
    its = made(portal)

    async def run(browser: Any) -> None:
        path = f"/opportunities/{its}"
        watch = Watch(browser, portal)
        async with (
            watch.page(path, as_="bob", scripts=scripts, expected=[409]) as bobs,
            watch.page(path, as_="ann", scripts=scripts) as anns,
        ):
            place = bobs.locator("#edit-amount")
            await place.locator("summary").click()
            await place.locator("[name=amount]").fill("79000")
            await place.locator("[name=currency]").select_option("USD")
            await edit(anns, "amount", "81500")
            await expect(anns.locator(".facts")).to_contain_text("€81,500")
            await place.get_by_role("button", name="Save").click()
            await expect(bobs.get_by_role("alert")).to_contain_text("Ann Archer saved while you")
            await expect(bobs.get_by_role("alert")).to_contain_text("What did not collide is saved")
            if scripts:
                await demand_accessible(bobs)
            row = bobs.locator(".compare tbody tr")
            await expect(row).to_have_count(1)
            await row.get_by_role("radio").first.check()
            await bobs.get_by_role("button", name="Save my choice").click()
            await expect(bobs.locator(".facts")).to_contain_text("$79,000")

    in_browser(run)
    stored = portal.call("GET", f"crm/opportunity/{its}").response
    assert (stored["bidValue"], stored["bidCurrency"]["abbreviation"]) == (79000.0, "USD")


@on_sqlite
def test_change_of_another_field_meanwhile_is_no_conflict(in_browser: Any, portal: Portal):
    its = made(portal)

    async def run(browser: Any) -> None:
        path = f"/opportunities/{its}"
        watch = Watch(browser, portal)
        async with watch.page(path, as_="bob") as bobs, watch.page(path, as_="ann") as anns:
            await edit(anns, "amount", "81500")
            await expect(anns.locator(".facts")).to_contain_text("€81,500")
            await edit(bobs, "probability", "33")
            await expect(bobs.locator(".facts")).to_contain_text("33%")
            await expect(bobs.locator(".facts")).to_contain_text("€81,500")

    in_browser(run)


@on_sqlite
@scripts
def test_deleted_opportunity_comes_back_by_undo(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        await page.locator("#opportunity .menu summary").first.click()
        await page.get_by_role("button", name="Delete").click()
        await expect(page.get_by_role("status").first).to_contain_text("Deleted Packing line")
        assert portal.call("GET", f"crm/opportunity/{its}").status == 404
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator("h1")).to_have_text("Packing line")

    visiting(in_browser, portal, its, visit, scripts=scripts)
    assert portal.call("GET", f"crm/opportunity/{its}").status == 200


@on_sqlite
@scripts
def test_edit_is_undone_and_old_value_restored(in_browser: Any, portal: Portal, scripts: bool):
    its = made(portal)

    async def visit(page: Page) -> None:
        facts = page.locator(".facts")
        await edit(page, "amount", "81500")
        await expect(facts).to_contain_text("€81,500")
        await page.get_by_role("button", name="Undo").click()
        await expect(facts).to_contain_text("€74,000")
        await edit(page, "amount", "99000")
        await expect(facts).to_contain_text("€99,000")
        await page.get_by_role("button", name="Restore €74,000").click()
        await expect(facts).to_contain_text("€74,000")
        await expect(page.get_by_role("status").first).to_contain_text("Restored")

    visiting(in_browser, portal, its, visit, scripts=scripts)


@on_sqlite
def test_previous_and_next_keep_the_list(in_browser: Any, portal: Portal):
    own = portal.fresh()
    for title in ("Third", "Second", "First"):
        make_opportunity(own, title=title)
    make_opportunity(own, title="Not hers", responsibleid=own.id_of("bob"))
    second = own.call("GET", "crm/opportunity/filter?filterValue=Second").response[0]["id"]
    query = f"?responsible={own.id_of('ann')}"

    async def run(browser: Any) -> None:
        async with Watch(browser, own).page(f"/opportunities/{second}{query}") as page:
            await expect(page.locator(".trail")).to_contain_text("2 of 3")
            await page.get_by_role("link", name="Next opportunity").click()
            await expect(page.locator("h1")).to_have_text("Third")
            await expect(page).to_have_url(f"{page.url.partition('?')[0]}{query}")
            await page.get_by_role("link", name="Previous opportunity").click()
            await page.get_by_role("link", name="Previous opportunity").click()
            await expect(page.locator("h1")).to_have_text("First")
            await expect(page.get_by_role("link", name="Previous opportunity")).to_have_count(0)
            await page.goto(f"{Watch(browser, own).origin}/opportunities?sort=title")
            await page.get_by_role("link", name="Not hers", exact=True).click()
            await expect(page.locator(".trail")).to_contain_text("List, 2 of 4")
            await page.get_by_role("link", name="Next opportunity").click()
            await expect(page.locator("h1")).to_have_text("Second")
            await page.locator(".trail a").first.click()
            await expect(page).to_have_url(re.compile("/opportunities.*sort=title"))

    in_browser(run)


@on_sqlite
def test_panel_is_edited_beside_the_board(in_browser: Any, portal: Portal):
    its = made(portal)

    async def run(browser: Any) -> None:
        async with Watch(browser, portal).page("/more") as page:
            await page.evaluate(SHOW_THE_PANEL, f"/opportunities/{its}/panel")
            panel = page.locator(".panel")
            await expect(panel.locator("h2")).to_have_text("Packing line")
            await demand_accessible(page)
            await edit(page, "amount", "12000")
            await expect(panel.locator(".facts")).to_contain_text("€12,000")
            await panel.get_by_role("link", name="Changes").click()
            await expect(panel.locator("#timeline [aria-current]")).to_have_text("Changes")
            await expect(page).to_have_url(f"{Watch(browser, portal).origin}/more")

    in_browser(run)


@on_sqlite
def test_card_opens_its_panel_and_both_stay_alike(in_browser: Any, portal: Portal):
    own = portal.fresh()
    its = made(own)

    async def run(browser: Any) -> None:
        async with Watch(browser, own).page("/opportunities/board") as page:
            await page.locator(".board-frame > aside[data-behaviour]").wait_for(state="attached")
            await board_is_ready(page)
            await page.locator(f"#card-{its} .title").click()
            panel = page.locator(".panel")
            await expect(panel.locator("h2")).to_have_text("Packing line")
            await expect(page.locator(".card.current")).to_have_count(1)
            await expect(page.locator(f"#card-{its} > .card")).to_have_class("card current")
            await demand_accessible(page)
            await edit(page, "amount", "12000")
            await expect(page.locator(f"#card-{its}")).to_contain_text("€12,000")
            await panel.get_by_role("button", name="Close").last.click()
            await expect(panel).to_have_count(0)
            await expect(page.locator(f"#card-{its} .title")).to_be_focused()

    in_browser(run)


@on_sqlite
def test_private_opportunity_is_in_no_page_of_others(in_browser: Any, portal: Portal):
    its = made(portal, title="Secret plan", isPrivate=True, responsibleid=portal.id_of("ann"))

    async def run(browser: Any) -> None:
        for path in (f"/opportunities/{its}", f"/opportunities/{its}/panel"):
            async with Watch(browser, portal).page(path, as_="bob", expected=[404]) as page:
                await expect(page.get_by_role("heading")).to_have_text(
                    "There is nothing at this address"
                )
                assert "Secret plan" not in await page.content()
        async with Watch(browser, portal).page(f"/opportunities/{its}", as_="ann") as page:
            await expect(page.locator("#access")).to_contain_text("It is private")
            await expect(page.locator("#access")).to_contain_text("you are responsible for it")

    in_browser(run)


@on_sqlite
@looks
def test_page_is_accessible(in_browser: Any, portal: Portal, size: ViewportSize, theme: Theme):
    its = made(portal)

    async def visit(page: Page) -> None:
        await demand_accessible(page)
        for place in ("amount", "title", "tag", "person", "task", "access", "files", "owner"):
            await page.locator(f"#edit-{place} > summary").click()
        await demand_accessible(page)
        width = await page.evaluate("document.querySelector('main').scrollWidth")
        assert width <= size["width"]

    visiting(in_browser, portal, its, visit, size=size, theme=theme)


@on_sqlite
def test_page_speaks_russian(in_browser: Any, portal: Portal):
    its = made(portal)
    own = "people/@self/preferences"
    portal.call("PUT", own, json={"language": "ru"}, as_="cid")

    async def visit(page: Page) -> None:
        await expect(page.locator("#o-tasks")).to_have_text("Следующие шаги")
        await expect(page.locator(".facts")).to_contain_text("Вероятность")
        await demand_accessible(page)

    visiting(in_browser, portal, its, visit, as_="cid", size=PHONE)


@scripts
@on_sqlite
def test_opportunity_is_added_with_the_form(in_browser: Any, portal: Portal, scripts: bool):
    name = f"Tobias {uuid4().hex}"
    make_person(portal, firstName="Tobias", lastName=name.removeprefix("Tobias "))

    async def run(browser: Any) -> None:
        how: dict[str, Any] = {"scripts": scripts, "expected": [400]}
        async with Watch(browser, portal).page("/opportunities/new", **how) as page:
            await page.get_by_label("Title").fill("Label printers")
            await page.get_by_label("Amount").fill("12,0,0 apples")
            await page.locator("#contact").fill("nobody of this name")
            await page.get_by_role("button", name="Add opportunity").click()
            await expect(page.get_by_role("alert")).to_contain_text("2 fields need a look")
            await expect(page.get_by_label("Title")).to_have_value("Label printers")
            if scripts:
                await demand_accessible(page)
            await page.get_by_label("Amount").fill("12,000")
            await page.locator("#contact").fill(name)
            await page.get_by_label("Expected close").fill("2031-02-03")
            await page.get_by_role("button", name="Add opportunity").click()
            await expect(page.locator("h1")).to_have_text("Label printers")
            await expect(page.locator("#opportunity")).to_contain_text(name)
            await expect(page.locator(".facts")).to_contain_text("12,000")

    in_browser(run)
