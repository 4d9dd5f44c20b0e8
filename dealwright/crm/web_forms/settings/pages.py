"""The web forms as pages of the settings: what a submission becomes, a preview, and the code for
another page."""

from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.web_forms import actions, repository, shapes, sheets
from dealwright.crm.web_forms.rules import Choices, WebForm
from dealwright.crm.web_forms.settings import code
from dealwright.crm.web_forms.sheets import Sheet
from dealwright.errors import CrmError
from dealwright.people.reads import directory
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.organisation.queries import current
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
FORMS = "/settings/forms"
TEMPLATES = "crm/web_forms/settings"
TEXTS = {"title": 255, "opportunity_title": 255, "introduction": 5000, "thanks": 5000}
SWITCHES = ("makes_opportunity", "lets_sender_choose")
_OWNERS = FieldOwner.PERSON.has | FieldOwner.COMPANY.has


class FormPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("settings/forms")
async def show(page: PageRequest) -> Response:
    """The web forms."""
    return await _forms(page)


@page.post("settings/forms")
async def create(page: PageRequest) -> Response:
    """Makes a form that is closed until its choices are saved, and leads to them."""
    title = forms.brief(page.text("title"), "title", most=255)
    try:
        made = await page.write(
            lambda work: actions.create(work, title, Choices(), is_disabled=True)
        )
    except CrmError as error:
        return await _forms(page, forms.refusal(error))
    said = page.say("Made. Choose what it does, then open it.")
    page.toast(said, undo=forms.undo_by(f"{FORMS}/{made.id}/delete", {"sure": 1}))
    return page.redirect(f"{FORMS}/{made.id}")


@page.get("settings/forms/{id:id}")
async def one(page: PageRequest, params: FormPath) -> Response:
    """The choices of a form, with a preview and its code."""
    return await _form(page, params.id)


@page.post("settings/forms/{id:id}")
async def change(page: PageRequest, params: FormPath) -> Response:
    """Changes the choices of a form."""

    async def save(work: Work) -> str:
        before = await repository.one(work, params.id)
        title, choices = _typed(page, before.choices)
        is_disabled = page.text("is_open") != "on"
        await actions.update(work, params.id, title, choices, is_disabled=is_disabled)
        return forms.undo_by(f"{FORMS}/{params.id}", _values(before))

    return await forms.saved(
        page,
        save,
        said=page.say("Saved"),
        back=f"{FORMS}/{params.id}",
        show=lambda problem: _form(page, params.id, problem),
    )


@page.post("settings/forms/{id:id}/preview")
async def preview(page: PageRequest, params: FormPath) -> Response:
    """How the page of the form would look with what is typed."""

    async def look(work: Work) -> dict[str, Any]:
        before = await repository.one(work, params.id)
        title, choices = _typed(page, before.choices)
        typed = WebForm(**{**_members(before), "title": title, "choices": choices})
        return {"form": typed, "fields": (await _sheet(work, typed)).inputs()}

    return page.fragment(f"{TEMPLATES}/preview.html", **await page.read(look))


@page.post("settings/forms/{id:id}/key")
async def change_key(page: PageRequest, params: FormPath) -> Response:
    """Gives a form a new key."""
    await page.write(lambda work: actions.change_key(work, params.id))
    page.toast(page.say("It has a new address; the old one no longer works"))
    return page.redirect(f"{FORMS}/{params.id}")


@page.post("settings/forms/{id:id}/delete")
async def delete(page: PageRequest, params: FormPath) -> Response:
    """Deletes a form; its address stops working."""
    gone = await page.write(lambda work: actions.delete(work, params.id))
    page.toast(page.say("Deleted %(title)s", title=gone.title))
    return page.redirect(FORMS)


def _members(form: WebForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in WebForm.__dataclass_fields__}


def _typed(page: PageRequest, before: Choices) -> tuple[str, Choices]:
    """Title and choices of the form. Raises Invalid that names the field."""
    texts = {name: forms.brief(page.text(name), name, most=most) for name, most in TEXTS.items()}
    numbers = [number for each in page.texts("fields") if (number := forms.whole(each))]
    return texts["title"], Choices(
        opportunity_title=texts["opportunity_title"],
        introduction=texts["introduction"],
        thanks=texts["thanks"],
        makes_opportunity=page.text("makes_opportunity") == "on",
        lets_sender_choose=page.text("lets_sender_choose") == "on",
        stage_id=forms.whole(page.text("stage")),
        responsible_id=page.text("responsible") or None,
        tags=_lines(page.text("tags")),
        share_type=forms.whole(page.text("share") or "0", "share", most=2),
        notify_list=tuple(dict.fromkeys(page.texts("notify"))),
        return_urls=_lines(page.text("return_urls")),
        custom_fields=tuple(dict.fromkeys(numbers)),
        manager_list=before.manager_list,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for each in text[:100_000].splitlines() if (line := each.strip()))


def _values(form: WebForm) -> dict[str, object]:
    """What the form needs to be as it was."""
    chosen = form.choices
    return {
        "title": form.title,
        "is_open": "" if form.is_disabled else "on",
        **{name: "on" if getattr(chosen, name) else "" for name in SWITCHES},
        **{name: getattr(chosen, name) for name in TEXTS if name != "title"},
        "stage": chosen.stage_id,
        "responsible": chosen.responsible_id or "",
        "tags": "\n".join(chosen.tags),
        "share": chosen.share_type,
        "notify": [*chosen.notify_list],
        "return_urls": "\n".join(chosen.return_urls),
        "fields": [*chosen.custom_fields],
    }


async def _sheet(work: Work, form: WebForm) -> Sheet:
    language = sheets.language_of((await work.cached(current)).language)
    return Sheet(form, await work.cached(definitions), language)


async def _forms(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> list[Any]:
        return [await shapes.web_form(work, each) for each in await repository.every(work)]

    listed = await page.read(look)
    template, status = f"{TEMPLATES}/forms.html", 400 if problem else 200
    return page.page(template, status=status, forms=listed, problem=problem)


async def _form(page: PageRequest, form_id: int, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        form = await repository.one(work, form_id)
        shown, sheet = await shapes.web_form(work, form), await _sheet(work, form)
        known, names = await directory(work), await work.cached(pipelines)
        fields = (await work.cached(definitions)).values()
        words = sheets.words_of(sheet.language)
        return {
            "form": form,
            "shown": shown,
            "fields": sheet.inputs(),
            "code": code.html(
                shown.post_address, form.form_key, sheet.inputs(), send=words["page.send"]
            ),
            "people": [
                (each.id, known.brief(each).display_name)
                for each in known.living()
                if each.may_be_responsible
            ],
            "stages": [
                (str(each.id), f"{names[each.pipeline_id].title} · {each.title}")
                for each in (await work.cached(pipeline)).values()
            ],
            "own_fields": [
                (each.id, each.label)
                for each in fields
                if each.entity_type in _OWNERS and each.holds_values
            ],
        }

    values = await page.read(look)
    template, status = f"{TEMPLATES}/form.html", 400 if problem else 200
    return page.page(template, status=status, problem=problem, **values)
