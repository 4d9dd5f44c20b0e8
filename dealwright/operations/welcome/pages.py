"""The home page, and the three questions that a new portal asks its owner."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote
from zoneinfo import available_timezones

from dealwright import access
from dealwright.errors import Invalid
from dealwright.operations.welcome import actions, rules
from dealwright.people.queries import everybody
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.ui.page import PageRequest
from dealwright.ui.viewer import viewer
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

BOARD = "/opportunities/board"
page = Routes("", gate=access.anyone)


@page.get("")
async def home(page: PageRequest) -> Response:
    """Leads the owner of a new portal to the questions, everyone else to the board."""
    if await page.read(actions.is_due):
        return page.redirect("/welcome")
    if page.leads_to(BOARD) and not page.viewer.is_guest:
        return page.redirect(BOARD)
    return page.page("operations/welcome/home.html")


@page.get("more")
async def more(page: PageRequest) -> Response:
    """Everything that the bar at the bottom of a phone has no room for."""
    return page.page("operations/welcome/more.html")


@page.get("Products/CRM/Deals.aspx")
async def opportunity(page: PageRequest) -> Response:
    """Where letters and clients of the reference look for an opportunity."""
    return _record(page, "opportunities")


@page.get("Products/CRM/Default.aspx")
async def contact(page: PageRequest) -> Response:
    return _record(page, "contacts")


@page.get("Products/CRM/Cases.aspx")
async def case(page: PageRequest) -> Response:
    return _record(page, "cases")


@page.get("Products/CRM/Tasks.aspx")
async def task(page: PageRequest) -> Response:
    return _record(page, "tasks")


@page.get("Products/People/Profile.aspx")
async def person(page: PageRequest) -> Response:
    """Where `profileUrl` of a user leads."""
    mine = await page.read(lambda work: work.cached(everybody))
    asked = page.text("user")
    if page.actor.id in mine and asked in ("", mine[page.actor.id].user_name):
        return page.redirect("/profile")
    return page.redirect(f"/people/{quote(asked)}" if page.has_pages_of("people") else "/")


@page.get("welcome")
async def company(page: PageRequest) -> Response:
    """The first question: company and language."""
    return await _asked(page, "company")


@page.post("welcome")
async def introduce(page: PageRequest) -> Response:
    async def save(work: Work) -> None:
        await actions.introduce(
            work,
            company=page.text("company"),
            name=page.text("name"),
            language=page.text("language"),
        )

    return await _saved(page, save, "company", "/welcome/money")


@page.get("welcome/money")
async def money(page: PageRequest) -> Response:
    """The second question: currency, time zone and country."""
    return await _asked(page, "money")


@page.post("welcome/money")
async def place(page: PageRequest) -> Response:
    async def save(work: Work) -> None:
        await actions.place(
            work,
            currency=page.text("currency"),
            timezone=page.text("timezone"),
            country=page.text("country"),
        )

    saved = await _saved(page, save, "money", "/welcome/stages")
    found = await page.read(lambda work: work.cached(current))
    page.site.adopt_zone(found.timezone)
    return saved


@page.get("welcome/stages")
async def stages(page: PageRequest) -> Response:
    """The third question: the stages of the pipeline."""
    return await _asked(page, "stages")


@page.post("welcome/stages")
async def arrange(page: PageRequest) -> Response:
    sent = (page.texts(name) for name in ("id", "title", "probability"))
    wanted = rules.rows(*sent)
    return await _saved(page, lambda work: actions.arrange(work, wanted), "stages", "/")


@page.post("welcome/skip")
async def skip(page: PageRequest) -> Response:
    """Uses everything as it is."""
    await page.write(actions.finish, transaction=True)
    return page.redirect("/")


@page.post("welcome/demo")
async def fill(page: PageRequest) -> Response:
    """Fills the portal with an invented team, to look around."""
    await page.write(actions.fill, transaction=True)
    page.toast(page.say("The portal is filled with an invented team"))
    return page.redirect("/")


def _record(page: PageRequest, noun: str) -> Response:
    """The page of the record whose id the query names, or home where such records have none."""
    found = page.text("id")
    is_id = found.isascii() and found.isdigit()
    return page.redirect(f"/{noun}/{found}" if is_id and page.has_pages_of(noun) else "/")


async def _asked(page: PageRequest, step: str, *, is_wrong: bool = False) -> Response:
    found = await page.read(actions.answers)
    return page.page(
        f"operations/welcome/{step}.html",
        status=422 if is_wrong else 200,
        step=step,
        found=found,
        is_wrong=is_wrong,
        currencies=[(code, f"{code} · {each.title}") for code, each in CURRENCIES.items()],
        zones=[(name, name.replace("_", " ")) for name in _zones()],
    )


async def _saved(
    page: PageRequest, save: Callable[[Work], Awaitable[None]], step: str, following: str
) -> Response:
    try:
        await page.write(save, transaction=True)
    except Invalid:
        return await _asked(page, step, is_wrong=True)
    page.viewer = await page.read(viewer)
    return page.redirect(following)


def _zones() -> list[str]:
    """Those named by a place, and UTC."""
    return [
        "UTC",
        *sorted(
            name
            for name in available_timezones()
            if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix", "right"))
        ),
    ]
