"""The first run: whether it is due, and what each of its questions does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec

from dealwright.access import Role
from dealwright.errors import Invalid, NotFound
from dealwright.operations.welcome import rules
from dealwright.operations.welcome.rules import StageRow
from dealwright.people.accounts import actions as accounts
from dealwright.portal.loss_reasons import actions as loss_reasons
from dealwright.portal.loss_reasons.queries import reasons
from dealwright.portal.organisation import setup
from dealwright.portal.organisation.queries import current, has_opportunities
from dealwright.portal.organisation.rules import said
from dealwright.portal.rates import actions as rates
from dealwright.portal.settings import rules as settings
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.stages import actions as stages
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import Stage, StageType
from dealwright.work import Work


class Answers(NamedTuple):
    """What the questions find: how the portal is set up now."""

    company_name: str
    language: str
    currency: str
    timezone: str
    country: str
    stages: Sequence[Stage]


class OwnName(msgspec.Struct, kw_only=True, frozen=True):
    """The owner's name as a change of the account; the rest stays."""

    first_name: str
    last_name: str
    is_visitor: None = None
    email: None = None
    department: tuple[str, ...] = ()
    title: None = None
    location: None = None
    sex: None = None
    birthday: None = None
    works_from: None = None
    comment: None = None
    contacts: tuple[()] = ()
    lead: None = None
    culture_name: None = None
    disable: None = None


async def is_due(work: Work) -> bool:
    """Whether the owner has still to be asked: nothing is set up and no deal is kept."""
    if work.actor.role is not Role.OWNER:
        return False
    done = (await setting_of(work, settings.INTRODUCTION)).is_configured
    return not done and not await has_opportunities(work.session)


async def answers(work: Work) -> Answers:
    """Raises NotFound where the first run is over."""
    await _demand_due(work)
    portal = await work.cached(current)
    found = (await work.cached(pipeline)).values()
    return Answers(
        company_name=(await setting_of(work, settings.ORGANISATION)).company_name,
        language=portal.language,
        currency=portal.currency,
        timezone=portal.timezone or str(work.settings.timezone),
        country=(await setting_of(work, settings.ADDRESS)).country,
        stages=[each for each in found if each.stage_type == StageType.OPEN],
    )


async def introduce(work: Work, *, company: str, name: str, language: str) -> None:
    """Company, own name and language. Raises Invalid, NotFound."""
    await _demand_due(work)
    await setup.change(work, language=language)
    await put(work, settings.ORGANISATION, settings.Organisation(company[:255]))
    first, _, last = name.strip().partition(" ")
    if first:
        wished = OwnName(first_name=first, last_name=last.strip() or first)
        await accounts.update(work, accounts.MYSELF, wished)


async def place(work: Work, *, currency: str, timezone: str, country: str) -> None:
    """Currency, time zone and country. Raises Invalid, NotFound."""
    await _demand_due(work)
    await setup.change(work, timezone=timezone)
    if currency != (await work.cached(current)).currency:
        await rates.choose(work, currency)
    before = await setting_of(work, settings.ADDRESS)
    await put(work, settings.ADDRESS, replace(before, country=country[:255]))


async def arrange(work: Work, wanted: Sequence[StageRow]) -> None:
    """The stages of the pipeline, in the order of the form; the first run is over.

    Raises Invalid, NotFound.
    """
    before = (await answers(work)).stages
    plan = rules.pipeline(
        [StageRow(each.id, each.title, each.success_probability) for each in before], wanted
    )
    if not any(row.title for row in wanted):
        raise Invalid("title", "must name one stage at least")
    for row in plan.changed:
        stage = next(each for each in before if each.id == row.id)
        changed = replace(stage, title=row.title, success_probability=row.probability)
        await stages.update(work, row.id, changed)
    added = [await stages.create(work, _stage(place, row)) for place, row in enumerate(plan.new)]
    for stage_id in plan.gone:
        await stages.delete(work, stage_id)
    made = iter(added)
    order = [row.id or next(made) for row in wanted if row.title]
    await stages.reorder(work, order)
    await finish(work)


async def finish(work: Work) -> None:
    """The first run is over: what is there is used as it is. A portal without reasons of losses
    gets some to choose from."""
    await _demand_due(work)
    if not await work.cached(reasons):
        language = (await work.cached(current)).language
        for reason in rules.LOSS_REASONS:
            await loss_reasons.create(work, said(reason, language))
    await put(work, settings.INTRODUCTION, settings.Introduction(True))


async def fill(work: Work) -> None:
    """Fills the portal with the invented team instead of asking."""
    await _demand_due(work)
    from dealwright.operations.demo import actions as demo

    await demo.fill(work.session, work.settings, now=work.now)
    work.invalidate_everything()
    await put(work, settings.INTRODUCTION, settings.Introduction(True))


async def _demand_due(work: Work) -> None:
    if not await is_due(work):
        raise NotFound


def _stage(place: int, row: StageRow) -> Stage:
    return Stage(
        id=0,
        title=row.title,
        description="",
        color=rules.COLORS[place % len(rules.COLORS)],
        sort_order=0,
        success_probability=row.probability,
        stage_type=int(StageType.OPEN),
    )
