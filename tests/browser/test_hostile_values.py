"""Values that try to run as a script, in everything that pages print, in a real browser; and what a
foreign site can do to a page. Any script that runs, any request to another host and any breach of
the content policy fails these tests."""

from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Watch, board_is_ready
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity, make_person
from tests.running import PASSWORD, Portal

SCRIPT = "<img src=//evil.example/x onerror=alert(1)><script>alert(2)</script>"
BREAKOUT = "\"'><svg onload=alert(3)>{{7*7}}${7*7}</title></textarea>"
EVIL = f"{SCRIPT}{BREAKOUT}"
PATHS = (
    "/opportunities/board?text=onerror",
    "/opportunities/board?tag=%3Cscript%3Ealert(8)%3C/script%3E",
    "/opportunities?status=all&sort=title",
    "/opportunities?stage=1&responsible=%22%3E%3Cscript%3Ealert(4)%3C/script%3E",
    "/opportunities/{id}",
    "/opportunities/{id}/move",
    "/opportunities/{id}/edit",
    "/opportunities/{id}/close?stage=9",
    "/opportunities/new?title=%3Cscript%3Ealert(5)%3C/script%3E",
    "/login?next=javascript:alert(6)",
    "/nowhere/%3Cscript%3Ealert(7)%3C/script%3E",
    "/profile",
    "/sessions",
)


def hostile(portal: Portal) -> int:
    """An opportunity all of whose texts are hostile."""

    def made(path: str, as_: str = "ann", **inputs: object) -> Any:
        answer = portal.call("POST", path, json=inputs, as_=as_)
        assert answer.status == 201, (path, answer.text)
        return answer.response

    contact = make_person(portal, firstName=EVIL[:90], lastName=EVIL[:90], about=EVIL)
    field = made("crm/opportunity/customfield", "root", label=EVIL[:200], fieldType="TextField",
                 mask='{"size":40}')["id"]  # fmt: skip
    made("crm/opportunity/stage", "root", title=EVIL[:200], color="#f48454")
    made("crm/lossreason", "root", title=EVIL[:200])
    made("crm/pipeline", "root", title=EVIL[:200])
    deal = make_opportunity(
        portal, title=EVIL, description=EVIL, contactid=contact,
        customFieldList=[{"key": field, "value": EVIL}],
    )  # fmt: skip
    made(f"crm/opportunity/{deal}/tag", tagName=EVIL[:60])
    about = {"entityType": "opportunity", "entityId": deal}
    note = portal.call("GET", "crm/history/category").response[0]["id"]
    made("crm/history", content=EVIL, categoryId=note, **about)
    task = portal.call("GET", "crm/task/category").response[0]["id"]
    made("crm/task", title=EVIL[:250], categoryId=task, responsibleId=portal.id_of("ann"),
         deadline="2031-01-01T12:00:00.0000000Z", **about)  # fmt: skip
    portal.call("PUT", f"people/{portal.id_of('ann')}", as_="root",
                json={"firstname": "<b>Ann", "lastname": "<i>Archer"})  # fmt: skip
    return deal


@on_sqlite
def test_no_stored_value_runs_on_any_page(in_browser: Any, portal: Portal):
    own = portal.kept()
    deal = hostile(own)

    async def run(browser: Browser) -> None:
        watch = Watch(browser, own)
        async with watch.page("/more", expected=[400, 404]) as page:
            listed: list[str] = []
            page.on("dialog", lambda dialog: listed.append(dialog.message))
            for path in PATHS:
                await page.goto(watch.origin + path.format(id=deal))
                await expect(page.locator("main")).to_be_visible()
            await page.goto(f"{watch.origin}/opportunities/board")
            await walk(page, deal)
            assert listed == []

    in_browser(run)


async def walk(page: Page, deal: int) -> None:
    """The parts that scripts draw: panel, dialogs, menus, what was typed, toasts."""
    await board_is_ready(page)
    card = page.locator(f"#card-{deal}")
    await expect(card.locator(".title")).to_contain_text("<img src=//evil.example")
    await card.locator(".title").click()
    await expect(page.locator(".panel h2")).to_contain_text("<script>")
    await page.locator("#f-note").fill(EVIL)
    await page.get_by_role("button", name="Save note").click()
    await expect(page.locator(".timeline .note").first).to_contain_text("{{7*7}}")
    await page.locator("#edit-person summary").click()
    await page.locator("#f-person").press_sequentially("onerror")
    await expect(page.locator("#f-person-found [role=option]")).to_contain_text("onerror")
    await page.get_by_role("button", name="Close").last.click()
    await card.locator(".title").focus()
    await page.keyboard.press("l")
    await expect(page.get_by_role("dialog")).to_contain_text("<img src=//evil")
    await page.keyboard.press("Escape")
    add = page.locator(".column").first
    await add.locator(".add-here summary").click()
    await add.get_by_label("Title, amount, date").fill(f"{SCRIPT} 12k")
    await expect(add.locator(".read")).to_contain_text("<img")
    await page.keyboard.press("Enter")
    await expect(add.locator(".card-item").first).to_contain_text("onerror=alert(1)")
    await page.locator(f"#card-{deal} .title").focus()
    await page.keyboard.press("Shift+ArrowRight")
    await expect(page.locator(".toast")).to_contain_text("Moved to")


@on_sqlite
def test_foreign_site_neither_frames_nor_posts(in_browser: Any, portal: Portal):
    """The page of another origin is answered by the browser itself: no other host is asked."""
    deal = make_opportunity(portal, title="Stays")

    async def run(browser: Browser) -> None:
        watch = Watch(browser, portal)
        async with watch.page("/more") as page:
            context = page.context
            foreign = await context.new_page()
            target = f"{watch.origin}/opportunities/{deal}/delete"
            form = f'<form method="post" action="{target}"><button>go</button></form>'
            frame = f'<iframe src="{watch.origin}/opportunities/board"></iframe>'
            body = f"<!doctype html>{form}{frame}"
            await context.route(
                "http://foreign.example/",
                lambda route: route.fulfill(body=body, content_type="text/html"),
            )
            await foreign.goto("http://foreign.example/")
            framed = foreign.frames[1]
            assert await framed.locator("#board").count() == 0
            async with foreign.expect_navigation() as went:
                await foreign.get_by_role("button", name="go").click()
            answer = await went.value
            assert answer is not None
            # SameSite keeps the session back: the visitor is asked to sign in, or is refused.
            assert "/login" in foreign.url or answer.status in (401, 403)

    in_browser(run)
    assert portal.call("GET", f"crm/opportunity/{deal}").status == 200


@on_sqlite
def test_session_that_was_planted_is_not_kept(in_browser: Any, portal: Portal):
    """A cookie that an attacker chose before sign-in is no session afterwards."""

    async def run(browser: Browser) -> None:
        watch = Watch(browser, portal)
        planted = "planted-by-an-attacker"
        async with watch.page("/login", as_=None) as page:
            names = ("asc_auth_key", "dw_visitor")
            await page.context.add_cookies(
                [{"name": name, "value": planted, "url": watch.origin} for name in names]
            )
            await page.goto(f"{watch.origin}/login?next=//evil.example/")
            await page.get_by_label("Email").fill("ann@example.com")
            await page.get_by_label("Password").fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.locator(".topbar")).to_be_visible()
            assert page.url.startswith(watch.origin)
            kept = {each["name"]: each["value"] for each in await page.context.cookies()}
            assert kept["asc_auth_key"] != planted

    in_browser(run)
    taken = {"Authorization": "planted-by-an-attacker"}
    assert portal.call("GET", "people/@self", as_=None, headers=taken).status == 401
