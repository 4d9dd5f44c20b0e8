"""Adding an opportunity with a form, and finding the contact that it is about."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dealwright import access
from dealwright.crm.opportunities import actions
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.inputs import Fields
from dealwright.crm.opportunities.panel import edits
from dealwright.crm.opportunities.panel.people import contact_named, matching
from dealwright.errors import Invalid
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import NEW_RECORDS
from dealwright.portal.stages.queries import pipeline
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.crm)
FIELDS = ("title", "amount", "currency", "expected", "contact", "owner", "description")
KEPT = (*FIELDS, "stage", "chosen", "private")


class Group(NamedTuple):
    """The open stages of one pipeline, as (id, title)."""

    title: str
    stages: list[tuple[int, str]]


@page.get("opportunities/new")
async def form(page: PageRequest) -> Response:
    """The empty form."""
    return await _form(page, {})


@page.post("opportunities/new")
async def add(page: PageRequest) -> Response:
    """Adds an opportunity, or shows what is wrong with it beside the fields."""
    problems, read = {}, {}
    for name in FIELDS:
        try:
            read[name] = edits.read(name, page.text(name), page.zone) if name != "contact" else ""
        except Invalid as error:
            problems[name] = _said(page, error)
    if page.text("contact"):
        try:
            found = await page.read(
                lambda work: contact_named(work, page.text("contact"), page.text("chosen"))
            )
            read["contact"] = str(found)
        except Invalid as error:
            problems["contact"] = _said(page, error)
    if problems:
        return await _form(page, problems)
    try:
        made = await page.write(lambda work: _create(page, work, read))
    except Invalid as error:
        return await _form(page, {_NAMES.get(error.parameter.lower(), ""): _said(page, error)})
    is_again = bool(page.text("again"))
    undo = f"/opportunities/{made}/added/undo" if is_again else f"/opportunities/{made}/delete"
    page.toast(page.say("Added %(title)s", title=read["title"]), undo=undo)
    if is_again:
        kept = {"stage": page.text("stage"), "owner": page.text("owner")}
        return page.redirect(f"/opportunities/new?{urlencode(kept)}")
    return page.redirect(f"/opportunities/{made}")


@page.get("opportunities/contacts")
async def contacts(page: PageRequest) -> Response:
    """Contacts whose name contains every word of a text, as options of a list."""
    found = await page.read(lambda work: matching(work, page.text("text")))
    list_id = "".join(each for each in page.text("list") if each.isalnum() or each in "-_")
    template = "crm/opportunities/creation/contacts.html"
    return page.fragment(template, contacts=found, list_id=list_id)


async def _create(page: PageRequest, work: Work, read: Mapping[str, str]) -> int:
    stages = await work.cached(pipeline)
    chosen = stages.get(typed.whole(page.text("stage")))
    blank = Fields(
        title="",
        responsible_id=work.actor.id,
        stage_id=chosen.id if chosen else 0,
        bid_currency_abbr=(await work.cached(current)).currency,
        success_probability=chosen.success_probability if chosen else 0,
        is_private=page.text("private") == "on",
    )
    given = {name: text for name, text in read.items() if text}
    fields = edits.changed(blank, given, page.zone)
    return await actions.create(work, fields, values=(), notify=False)


async def _form(page: PageRequest, problems: Mapping[str, str]) -> Response:
    async def read(work: Work) -> dict[str, Any]:
        return {
            "groups": await _groups(work),
            "owners": await responsible(work),
            "currency": (await work.cached(current)).currency,
            "is_private": (await setting_of(work, NEW_RECORDS)).is_private,
        }

    values = await page.read(read)
    typed = {name: page.text(name) for name in KEPT}
    if values.pop("is_private") and not problems:
        typed["private"] = "on"
    return page.page(
        "crm/opportunities/creation/new.html",
        status=400 if problems else 200,
        problems=problems,
        typed=typed,
        currencies=sorted(CURRENCIES),
        **values,
    )


async def _groups(work: Work) -> list[Group]:
    stages = (await work.cached(pipeline)).values()
    return [
        Group(
            each.title,
            [(s.id, s.title) for s in stages if s.pipeline_id == each.id and s.stage_type == 0],
        )
        for each in (await work.cached(pipelines)).values()
    ]


# How actions name what the form calls otherwise.
_NAMES = {
    "title": "title",
    "contactid": "contact",
    "responsibleid": "owner",
    "stageid": "stage",
    "bidcurrencyabbr": "currency",
}


def _said(page: PageRequest, error: Invalid) -> str:
    sentences = {
        "title": page.say("Give it a title of at most 255 characters"),
        "description": page.say("Write at most 65,000 characters"),
        "amount": page.say("Write an amount such as 12000 or 1250.50"),
        "expected": page.say("Choose a day"),
        "contact": page.say("There is no such contact. Choose one from the list."),
        "owner": page.say("Choose somebody who uses the CRM"),
        "currency": page.say("Choose a currency"),
        "stage": page.say("Choose a stage"),
    }
    return sentences.get(_NAMES.get(error.parameter.lower(), error.parameter), error.text)
