"""One opportunity as its page and its panel show it: everything in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dealwright.crm.contacts import reads as contacts
from dealwright.crm.opportunities import queries as rows_of
from dealwright.crm.opportunities import repository
from dealwright.crm.opportunities.board import reads as board
from dealwright.crm.opportunities.board.people import responsible
from dealwright.crm.opportunities.board.screen import (
    OPEN,
    CardView,
    StageView,
    card_view,
    stage_view,
)
from dealwright.crm.opportunities.board.screen import names as names_of
from dealwright.crm.opportunities.filters import FilterParams
from dealwright.crm.opportunities.panel import activity, edits, queries
from dealwright.crm.opportunities.panel.activity import Files, Tasks, Timeline
from dealwright.crm.opportunities.repository import Loaded
from dealwright.crm.opportunities.rules import Opportunity
from dealwright.crm.opportunities.stays import reads as stays
from dealwright.crm.opportunities.stays.rules import days_by_stage
from dealwright.errors import NotFound
from dealwright.portal.custom_fields.queries import Field, definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work

MOST_PEOPLE, MOST_STAYS, MOST_LISTED = 50, 200, 2000
ADMINISTRATOR = "the user is an administrator of the CRM"


class Stages(NamedTuple):
    """`open` and `closed` stages of the pipeline that its `own` belongs to; `days`: how many it
    stood on each, by id."""

    pipeline: str
    own: StageView
    open: Sequence[StageView]
    closed: Sequence[StageView]
    days: Mapping[int, int]


class Place(NamedTuple):
    """Where it stands in the list that its reader came from, or in its column of the board;
    `number` is 0 outside of it."""

    number: int = 0
    among: int = 0
    previous: int | None = None
    following: int | None = None
    is_of_list: bool = False


class Order(NamedTuple):
    """How the list is sorted that the reader came from: a key of `queries.page`."""

    sort: str
    is_down: bool


class Taking(NamedTuple):
    """Who takes part: the primary contact, the other members, how many of them are not listed."""

    contact: Any
    members: Sequence[Any]
    more: int


class Custom(NamedTuple):
    """A custom field with the value that this opportunity has."""

    field: Field
    value: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The options of a select box; a value that is none of them any more stays one."""
        options = self.field.options
        listed = options if not self.value or self.value in options else [self.value, *options]
        return [(each, each) for each in listed]


class Access(NamedTuple):
    """Who sees it: `people` are on its access list; `reasons`: which clauses of the rule let the
    viewer see it."""

    is_private: bool
    people: Sequence[tuple[str, str]]
    reasons: Sequence[str]
    can_share: bool


class Changed(NamedTuple):
    """Who changed it last, and when."""

    who: str
    on: int


class Screen(NamedTuple):
    """`texts`: every field as forms show it; `owners`: who can be responsible."""

    card: CardView
    opportunity: Opportunity
    texts: Mapping[str, str]
    stages: Stages
    place: Place
    owner: str
    creator: str
    changed: Changed
    can_edit: bool
    taking: Taking
    tasks: Tasks
    files: Files
    custom: Sequence[Custom]
    access: Access
    timeline: Timeline
    owners: Sequence[tuple[str, str]]


async def screen(
    work: Work,
    opportunity_id: int,
    filter_params: FilterParams,
    *,
    order: Order | None = None,
    shown: str = activity.ALL,
    until: int | None = None,
) -> Screen:
    """`order`: of the list that the reader came from, None for the board. Raises NotFound for what
    the actor does not see."""
    loaded = await repository.load(work, opportunity_id)
    opportunity, names = loaded.before, await names_of(work)
    statement = queries.head(work.actor.is_admin)
    row = await work.row(statement, actor=work.actor.id, id=opportunity_id)
    cards = await board.cards(work, [opportunity_id])
    if row is None or not cards:
        raise NotFound
    changed_by, changed_on, can_edit, can_share, *clauses = row
    taking = await _taking(work, loaded)
    stood = await stays.newest(work, opportunity_id, count=MOST_STAYS)
    known = {each.id: each.display_name for each in (taking.contact, *taking.members) if each}
    return Screen(
        card=card_view(cards[0], board.today(work), names, work.now),
        opportunity=opportunity,
        texts=edits.texts(opportunity, work.settings.timezone),
        stages=await _stages(work, opportunity.stage_id, days_by_stage(stood, work.now)),
        place=await _place(work, opportunity, filter_params, order),
        owner=names.get(opportunity.responsible_id, ""),
        creator=names.get(opportunity.created_by, ""),
        changed=Changed(names.get(changed_by or "", ""), changed_on or opportunity.created_on),
        can_edit=bool(can_edit),
        taking=taking,
        tasks=await activity.of_tasks(work, opportunity_id, names),
        files=await activity.of_files(work, opportunity_id),
        custom=await _custom(work, opportunity),
        access=_access(opportunity, names, clauses, work=work, can_share=bool(can_share)),
        timeline=await activity.of_timeline(
            work,
            opportunity,
            names,
            known,
            shown=shown,
            until=until,
            can_edit=bool(can_edit),
            days={each.left_on: each.days(work.now) for each in stood if each.left_on},
        ),
        owners=await responsible(work),
    )


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


async def _stages(work: Work, stage_id: int, days: Mapping[int, int]) -> Stages:
    every = await work.cached(pipeline)
    own = every[stage_id]
    listed = [each for each in every.values() if each.pipeline_id == own.pipeline_id]
    ids = [each.id for each in listed if each.stage_type == 0]
    views = [stage_view(each, ids) for each in listed]
    return Stages(
        (await work.cached(pipelines))[own.pipeline_id].title,
        stage_view(own, ids),
        [each for each in views if each.kind == OPEN],
        [each for each in views if each.kind != OPEN],
        days,
    )


async def _place(
    work: Work, opportunity: Opportunity, params: FilterParams, order: Order | None
) -> Place:
    if params.nothing:
        return Place()
    if order is not None:
        return await _place_in_list(work, opportunity.id, params, order)
    statement = queries.neighbours(work.actor.is_admin, params.filters)
    own = {"own_stage": opportunity.stage_id, "own_rank": opportunity.rank, "id": opportunity.id}
    binds = {**params.values, **own, "actor": work.actor.id}
    [(is_in, previous, following, before, among)] = await work.fetch_with(statement, binds)
    return Place(before + 1 if is_in else 0, among, previous, following)


async def _place_in_list(work: Work, id: int, params: FilterParams, order: Order) -> Place:
    """Behind the first `MOST_LISTED` nobody steps one by one."""
    is_admin, filters = work.actor.is_admin, params.filters
    statement = rows_of.page(is_admin, filters, *order, total=False, after=False)
    binds = {**params.values, "actor": work.actor.id, "limit": MOST_LISTED, "offset": 0}
    ids = [row[0] for row in await work.fetch_with(statement, binds)]
    if id not in ids:
        return Place(is_of_list=True)
    at = ids.index(id)
    among = len(ids)
    if among == MOST_LISTED:
        binds = {**params.values, "actor": work.actor.id}
        [(among,)] = await work.fetch_with(rows_of.count(is_admin, filters), binds)
    neighbours = ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
    return Place(at + 1, among, *neighbours, is_of_list=True)


async def _taking(work: Work, loaded: Loaded) -> Taking:
    primary = None if loaded.contact_is_hidden else loaded.before.contact_id
    others = sorted(loaded.before.members - loaded.hidden_members - {primary})
    listed = [*([primary] if primary else []), *others[:MOST_PEOPLE]]
    known = await contacts.show_simply(work, listed)
    return Taking(
        next((each for each in known if each.id == primary), None),
        [each for each in known if each.id != primary],
        max(0, len(others) - MOST_PEOPLE),
    )


async def _custom(work: Work, opportunity: Opportunity) -> list[Custom]:
    values = dict(opportunity.values)
    fields = (await work.cached(definitions)).values()
    return [
        Custom(each, values.get(each.id, ""))
        for each in fields
        if each.entity_type in FieldOwner.OPPORTUNITY.has
    ]


def _access(
    opportunity: Opportunity,
    names: Mapping[str, str],
    clauses: Sequence[Any],
    *,
    work: Work,
    can_share: bool,
) -> Access:
    holding = [name for name, holds in zip(queries.CLAUSES, clauses, strict=True) if holds]
    listed = [(each, names.get(each, "")) for each in opportunity.access]
    return Access(
        opportunity.is_private,
        sorted(listed, key=_by_name),
        [ADMINISTRATOR, *holding] if work.actor.is_admin else holding,
        can_share,
    )
