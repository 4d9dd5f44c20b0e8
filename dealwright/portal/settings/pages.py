"""The way into the settings; the organisation and the access to new records as pages there."""

from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

import msgspec

from dealwright import access
from dealwright.errors import CrmError
from dealwright.portal.organisation import setup
from dealwright.portal.organisation.queries import current
from dealwright.portal.settings import logos, rules
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.settings.rules import Logo, NewRecords
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.multipart import Upload
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
ORGANISATION, ACCESS = "/settings/organisation", "/settings/access"
ADDRESS = ("street", "city", "state", "zip", "country")


class LogoSent(msgspec.Struct, kw_only=True, frozen=True):
    file: tuple[Upload, ...] = ()


@page.get("settings")
async def show(page: PageRequest) -> Response:
    """Leads to the first topic."""
    return page.redirect("/settings/stages")


@page.get("settings/organisation")
async def organisation(page: PageRequest) -> Response:
    """Name, address, logo, language and time zone."""
    return await _organisation(page)


@page.post("settings/organisation")
async def rename(page: PageRequest) -> Response:
    """Changes name and address."""

    async def change(work: Work) -> str:
        name = forms.brief(page.text("name"), "name", most=255)
        typed = {each: forms.brief(page.text(each), each, most=255) for each in ADDRESS}
        before = await setting_of(work, rules.ORGANISATION)
        address = await setting_of(work, rules.ADDRESS)
        await put(work, rules.ORGANISATION, rules.Organisation(name))
        await put(work, rules.ADDRESS, rules.Address(**typed))
        return forms.undo_by(ORGANISATION, {"name": before.company_name, **asdict(address)})

    return await _saved(page, change, page.say("Saved"))


@page.post("settings/organisation/locale")
async def localise(page: PageRequest) -> Response:
    """Changes language and time zone of the portal."""
    language, timezone = page.text("language"), page.text("timezone")

    async def change(work: Work) -> str:
        before = await current(work.session)
        await setup.change(work, language=language, timezone=timezone)
        zone = before.timezone or str(work.settings.timezone)
        old = {"language": before.language, "timezone": zone}
        return forms.undo_by(f"{ORGANISATION}/locale", old)

    answer = await _saved(page, change, page.say("Saved"))
    if answer.status == 303:
        page.site.adopt_zone(timezone)
    return answer


@page.post("settings/organisation/logo")
async def draw(page: PageRequest, params: LogoSent) -> Response:
    """Sets or removes the logo."""
    try:
        is_gone = page.text("remove") == "1"
        logo = Logo() if is_gone else await logos.kept(page.context, params.file)
        await page.write(lambda work: logos.change(work, logo))
    except CrmError as error:
        return await _organisation(page, forms.refusal(error))
    page.toast(page.say("Logo removed") if is_gone else page.say("Logo saved"))
    return page.redirect(ORGANISATION)


@page.get("settings/access")
async def defaults(page: PageRequest) -> Response:
    """Who sees what is added on pages."""
    return await _defaults(page)


@page.post("settings/access")
async def set_defaults(page: PageRequest) -> Response:
    """Changes who sees what is added on pages."""
    is_private = page.text("new") == "private"

    async def change(work: Work) -> str:
        before = await setting_of(work, rules.NEW_RECORDS)
        await put(work, rules.NEW_RECORDS, NewRecords(is_private))
        return forms.undo_by(ACCESS, {"new": "private" if before.is_private else "public"})

    return await forms.saved(
        page, change, said=page.say("Saved"), back=ACCESS, show=lambda _: _defaults(page)
    )


async def _defaults(page: PageRequest) -> Response:
    chosen = await page.read(lambda work: setting_of(work, rules.NEW_RECORDS))
    return page.page("portal/settings/access.html", is_private=chosen.is_private)


async def _organisation(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        portal, logo = await work.cached(current), await setting_of(work, rules.LOGO)
        return {
            "name": (await setting_of(work, rules.ORGANISATION)).company_name,
            "address": await setting_of(work, rules.ADDRESS),
            "portal_language": portal.language,
            "timezone": portal.timezone or str(work.settings.timezone),
            "is_zone_fixed": "timezone" in work.settings.given,
            "logo": logo,
        }

    values = await page.read(look)
    logo = values.pop("logo")
    picture = ""
    if logo.stored_as:
        text = await logos.as_text(page.context.files, logo)
        picture = f"data:{logo.content_type};base64,{text}"
    return page.page(
        "portal/settings/organisation.html",
        status=400 if problem else 200,
        problem=problem,
        picture=picture,
        zones=sorted(available_timezones()),
        **values,
    )


async def _saved(page: PageRequest, change: Any, said: str) -> Response:
    return await forms.saved(
        page,
        change,
        said=said,
        back=ORGANISATION,
        show=lambda problem: _organisation(page, problem),
    )
