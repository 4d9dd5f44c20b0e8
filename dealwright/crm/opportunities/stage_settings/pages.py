"""The stages of a pipeline as a page of the settings: name, colour, probability, limit and order of
each, and what happens to the opportunities of one that is removed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from dealwright import access
from dealwright.crm.opportunities.board import screen
from dealwright.crm.opportunities.stage_settings import actions
from dealwright.crm.opportunities.stage_settings.rules import FIELDS, StageForm
from dealwright.errors import CrmError, NotFound
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.pipelines.reads import stages_of
from dealwright.portal.stages import actions as stages
from dealwright.portal.stages.queries import Stage, counts, pipeline
from dealwright.portal.stages.rules import DEFAULT_PIPELINE, MOST_DAYS, StageType
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
STAGES = "/settings/stages"
NEW_COLOUR = "#5b8def"


class StagePath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


@page.get("settings/stages")
async def show(page: PageRequest) -> Response:
    """The stages of one pipeline, with the forms to change them."""
    return await _shown(page)


@page.post("settings/stages")
async def add(page: PageRequest) -> Response:
    """Adds a stage at the end of its kind, or where a removed one was."""
    pipeline_id = _pipeline(page)

    async def change(work: Work) -> str:
        made = await stages.create(work, _new(page, pipeline_id))
        if place := forms.whole(page.text("place")):
            ids = [each.id for each in await stages_of(work, pipeline_id) if each.id != made]
            await actions.save(work, pipeline_id, {}, [*ids[: place - 1], made, *ids[place - 1 :]])
        return forms.undo_by(f"{STAGES}/{made}/remove", {"pipeline": pipeline_id})

    return await _saved(page, change, page.say("Added: %(title)s", title=page.text("title")))


def _new(page: PageRequest, pipeline_id: int) -> Stage:
    kind = forms.whole(page.text("type", "0"), "type", most=2)
    fixed = {StageType.CLOSED_AND_WON: 100, StageType.CLOSED_AND_LOST: 0}.get(StageType(kind))
    typed = forms.whole(page.text("probability", "0"), "probability", most=100)
    return Stage(
        id=0,
        title=forms.line(page.text("title"), "title"),
        description=forms.brief(page.text("description"), "description", most=65_000),
        color=page.text("color", NEW_COLOUR),
        sort_order=0,
        success_probability=typed if fixed is None else fixed,
        stage_type=kind,
        pipeline_id=pipeline_id,
        rotting_days=forms.whole(page.text("limit") or "0", "limit", most=MOST_DAYS),
    )


@page.post("settings/stages/save")
async def save(page: PageRequest) -> Response:
    """Changes the stages of a pipeline and their order."""
    pipeline_id, ids = _pipeline(page), forms.order(page)

    async def change(work: Work) -> str:
        wanted = _wanted(page, await stages_of(work, pipeline_id))
        before, were = await actions.save(work, pipeline_id, wanted, ids)
        old: dict[str, object] = {"pipeline": pipeline_id, "ids": were}
        for each in before:
            old |= {
                f"{name}-{each.id}": value for name, value in asdict(each).items() if name != "id"
            }
        return forms.undo_by(f"{STAGES}/save", old)

    return await _saved(page, change, page.say("Saved"))


@page.post("settings/stages/effect")
async def effect(page: PageRequest) -> Response:
    """What saving the form would do, in a sentence for each stage."""
    pipeline_id = _pipeline(page)

    async def look(work: Work) -> Any:
        wanted = _wanted(page, await stages_of(work, pipeline_id))
        return await actions.effect(work, pipeline_id, wanted)

    try:
        found, problem = await page.read(look), ""
    except CrmError as error:
        found, problem = [], error.text
    template = "crm/opportunities/stage_settings/effect.html"
    return page.fragment(template, effects=found, problem=problem)


@page.get("settings/stages/{id:id}/remove")
async def ask(page: PageRequest, params: StagePath) -> Response:
    """Asks to which stage the opportunities of a stage go."""
    return await _asked(page, params.id)


@page.post("settings/stages/{id:id}/remove")
async def remove(page: PageRequest, params: StagePath) -> Response:
    """Removes a stage; its opportunities move to another one."""
    target = forms.whole(page.text("target"))
    known = await page.read(lambda work: work.cached(pipeline))
    if params.id not in known:
        raise NotFound
    gone = known[params.id]
    place = [id for id, each in known.items() if each.pipeline_id == gone.pipeline_id].index(
        gone.id
    )
    try:
        _, moved, left = await page.write(
            lambda work: actions.remove(work, gone.id, target), transaction=True
        )
    except CrmError as error:
        return await _asked(page, gone.id, problem=forms.refusal(error))
    if left:
        page.toast(page.say("%(n)s moved. Press again for those that are left.", n=moved))
        return page.redirect(f"{STAGES}/{gone.id}/remove")
    undo = "" if moved else forms.undo_by(STAGES, _values(gone, place + 1))
    said = page.say("Removed the stage %(title)s", title=gone.title)
    page.toast(page.say("Undone") if page.text(forms.UNDONE) else said, undo=undo)
    return page.redirect(f"{STAGES}?pipeline={gone.pipeline_id}")


def _values(gone: Stage, place: int) -> Mapping[str, object]:
    """What the form needs to add a stage again."""
    return {
        "title": gone.title,
        "description": gone.description,
        "color": gone.color,
        "type": int(gone.stage_type),
        "probability": gone.success_probability,
        "limit": gone.rotting_days,
        "pipeline": gone.pipeline_id,
        "place": place,
    }


def _pipeline(page: PageRequest) -> int:
    return forms.whole(page.text("pipeline")) or DEFAULT_PIPELINE


def _wanted(page: PageRequest, there: Sequence[Stage]) -> dict[int, StageForm]:
    """What the form asks for, by stage. Raises Invalid that names the field."""
    wanted = {}
    for stage in there:
        before = actions.form_of(stage)
        typed = asdict(before) | forms.typed(page, FIELDS, stage.id)
        wanted[stage.id] = StageForm(
            stage.id,
            forms.line(typed["title"], f"title-{stage.id}"),
            typed["color"],
            forms.whole(str(typed["probability"]), f"probability-{stage.id}", most=100),
            forms.whole(str(typed["limit"]) or "0", f"limit-{stage.id}", most=MOST_DAYS),
        )
    return wanted


async def _saved(page: PageRequest, change: Any, said: str) -> Response:
    back = f"{STAGES}?pipeline={_pipeline(page)}"
    return await forms.saved(
        page, change, said=said, back=back, show=lambda problem: _shown(page, problem)
    )


async def _shown(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        known = await work.cached(pipelines)
        chosen = _pipeline(page) if _pipeline(page) in known else DEFAULT_PIPELINE
        there = await stages_of(work, chosen)
        many = dict(await work.fetch(counts(work.actor.is_admin), actor=work.actor.id))
        return {
            "pipelines": [*known.values()],
            "chosen": known[chosen],
            "rows": [(each, many.get(each.id, 0)) for each in _views(there)],
            "stages": {each.id: each for each in there},
            "colours": screen.digest(await screen.colours(work)),
        }

    values = await page.read(look)
    template = "crm/opportunities/stage_settings/stages.html"
    status = 400 if problem else 200
    return page.page(template, status=status, problem=problem, most=MOST_DAYS, **values)


async def _asked(page: PageRequest, stage_id: int, *, problem: str = "") -> Response:
    async def look(work: Work) -> dict[str, Any]:
        known = await work.cached(pipeline)
        if stage_id not in known:
            raise NotFound
        gone, names = known[stage_id], await work.cached(pipelines)
        many = dict(await work.fetch(counts(work.actor.is_admin), actor=work.actor.id))
        targets = [
            (str(each.id), f"{names[each.pipeline_id].title} · {each.title}")
            for each in known.values()
            if each.stage_type == gone.stage_type and each.id != gone.id
        ]
        return {"stage": gone, "number": many.get(gone.id, 0), "targets": targets}

    values = await page.read(look)
    template = "crm/opportunities/stage_settings/remove.html"
    return page.page(template, status=400 if problem else 200, problem=problem, **values)


def _views(there: Sequence[Stage]) -> list[screen.StageView]:
    open_stages = [each.id for each in there if each.stage_type == StageType.OPEN]
    return [screen.stage_view(each, open_stages) for each in there]
