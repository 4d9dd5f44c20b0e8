"""Writes the story of the invented sales team into an empty portal, as if they had worked there.

Every change goes through its slice, by its author and at its moment, so that creators, audit,
totals and search are right.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from operator import itemgetter

from dealwright.crm.contacts import infos
from dealwright.crm.contacts import repository as contacts
from dealwright.crm.contacts import rules as contact_rules
from dealwright.crm.contacts.info.actions import draft_infos
from dealwright.crm.opportunities import actions as opportunities
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.moves.rules import Move
from dealwright.operations.demo import daily, pipelines, queries, rules
from dealwright.operations.demo.play import Play, begin
from dealwright.operations.demo.rules import Contact, Opportunity, Rates, Step
from dealwright.people import rules as people_rules
from dealwright.people.actions import NO_NUMBER
from dealwright.people.queries import everybody, teams
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.custom_fields import actions as custom_fields
from dealwright.portal.custom_fields.rules import Field, FieldOwner, FieldType
from dealwright.portal.rates import actions as currency_rates
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.records.audit.actions import entry
from dealwright.settings import Settings, typed
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.change import Change, PutMany

WEEK = 7 * 86_400_000_000
NOT_EMPTY = "--demo has no effect: the portal has people or records of its own."
NO_STAGES = "--demo has no effect: the portal has no stages."
Event = tuple[int, Callable[[], Awaitable[None]]]


async def fill(session: Session, settings: Settings, *, now: int) -> str:
    """Fills a portal that has only its owner and no records; returns one line about it.

    On any other portal it changes nothing and says so. Needs a transaction. `now`: microseconds.
    """
    has_contact, has_opportunity, people = (await session.row(queries.FOUND)) or (1, 1, 0)
    if has_contact or has_opportunity or people != 1:
        return NOT_EMPTY
    if not await pipeline(session):
        return NO_STAGES
    play = await begin(session, settings, now=now)
    (last_job,) = await session.row(queries.LAST_JOB) or (0,)
    await _people(play)
    await pipelines.prepare(play)
    await _fields(play)
    for _, happen in sorted(_events(play), key=itemgetter(0)):
        await happen()
    # No notifications for invented changes.
    await session.execute(queries.DROP_JOBS, {"after": last_job})
    await session.execute(queries.DROP_NOTIFICATIONS)
    someone = play.story.setting.people[0].email
    return (
        f"The portal is filled with an invented team: {len(play.story.setting.people)} people, "
        f"{len(play.contacts)} contacts, {len(play.opportunities)} opportunities, "
        f"{len(play.tasks)} tasks, {len(play.cases)} cases, {len(play.story.diary.events)} events. "
        f"`{typed(settings, 'user', 'password', someone)}` lets one of them sign in."
    )


def _events(play: Play) -> Iterator[Event]:
    for rates in play.story.rates:
        yield rates.on, partial(_rate, play, rates)
    for place, contact in enumerate(play.story.contacts):
        yield contact.on, partial(_contact, play, place, contact)
    for place, opportunity in enumerate(play.story.opportunities):
        yield opportunity.on, partial(_opportunity, play, place, opportunity)
        for step in opportunity.steps:
            yield step.on, partial(_step, play, place, opportunity, step)
    yield from daily.happenings(play)


async def _people(play: Play) -> None:
    """The team, some days before the story begins; none has a password."""
    began = play.story.rates[0].on - WEEK
    work = play.work(play.owner, began)
    taken = {person.user_name for person in (await work.cached(everybody)).values()}
    rows = []
    for person in play.story.setting.people:
        user_name = people_rules.user_name(person.email, taken)
        taken.add(user_name)
        email_key = people_rules.folded(person.email)
        rows.append(person._asdict() | {"user_name": user_name, "email_key": email_key})
    audit = [
        entry(
            work,
            "person",
            "created",
            [(name, None, row[name]) for name in ("id", "email", "role")],
            entity_id=NO_NUMBER,
        )
        for row in rows
    ]
    groups = play.story.setting.teams
    members = [
        {"team_id": team.id, "person_id": person_id}
        for team in groups
        for person_id in play.people(team.people)
    ]
    led = [
        {"id": team.id, "name": team.name, "manager_id": play.people(team.people)[0]}
        for team in groups
    ]
    await work.save(Change(None, (PutMany(schema.person, {"created_on": began}, rows), *audit)))
    await work.save(
        Change(None, (PutMany(schema.team, {}, led), PutMany(schema.team_member, {}, members)))
    )
    work.invalidate(everybody, teams)


async def _rate(play: Play, rates: Rates) -> None:
    own = play.story.setting.scene.currency
    inputs = [currency_rates.RateInput(code, own, rate) for code, rate in rates.rates]
    await currency_rates.put_many(play.by(1, rates.on), inputs)


async def _contact(play: Play, place: int, invented: Contact) -> None:
    work = play.by(invented.by, invented.on)
    draft = contact_rules.Contact(
        is_company=bool(invented.company_name),
        first_name=invented.first_name,
        last_name=invented.last_name,
        company_name=invented.company_name,
        job_title=invented.job_title,
        about=invented.about,
        industry=invented.industry,
        company_id=None if invented.company is None else play.contacts[invented.company],
        status_id=None
        if invented.status is None
        else play.lists[CategoryKind.CONTACT_STATUS][invented.status],
        type_id=None
        if invented.type is None
        else play.lists[CategoryKind.CONTACT_TYPE][invented.type],
        currency=invented.currency or None,
        created_by=work.actor.id,
        created_on=invented.on,
        values=tuple(sorted(play.values(invented.values))),
        infos=infos.add((), await draft_infos(work, map(_Reach, invented.infos))),
    )
    shared = contact_rules.share(
        draft,
        share_type=invented.share_type,
        managers=play.people(invented.managers),
        actor=work.actor.id,
        is_admin=work.actor.is_admin,
    )
    play.contacts[place] = await contacts.add(work, shared)
    for title in invented.tags:
        await tags.attach(work, Tagged.CONTACT, [play.contacts[place]], title=title)


async def _opportunity(play: Play, place: int, invented: Opportunity) -> None:
    work = play.by(invented.by, invented.on)
    inputs, values = _wishes(play, invented), play.values(invented.values)
    made = await opportunities.create(work, inputs, values=values, notify=False)
    play.opportunities[place] = made
    for title in invented.tags:
        await tags.attach(work, Tagged.OPPORTUNITY, [made], title=title)


async def _step(play: Play, place: int, invented: Opportunity, step: Step) -> None:
    work, opportunity_id = play.by(step.by, step.on), play.opportunities[place]
    if step.stage is not None:
        reason = None if step.reason is None else play.reasons[step.reason]
        to = Move(stage_id=play.stages[step.stage].id, loss_reason_id=reason)
        await moves.move(work, opportunity_id, to)
    if step.bid_value is not None:
        inputs = replace(_wishes(play, invented), bid_value=step.bid_value, is_private=None)
        await opportunities.update(work, opportunity_id, inputs, values=(), notify=False)


class _Reach:
    """A way to reach somebody as it is asked of `contacts.info.actions.draft_infos`."""

    def __init__(self, invented: rules.Info) -> None:
        self.info_type = infos.InfoType(invented.info_type)
        self.category = str(invented.category)
        self.data = invented.data
        self.is_primary = True
        self.id = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What is asked of the opportunities' actions: see `opportunities.rules.Wishes`."""

    external_id: str | None
    title: str
    description: str
    responsible_id: str
    contact_id: int
    members: list[int]
    bid_type: int
    bid_value: int
    bid_currency_abbr: str
    per_period_value: int
    stage_id: int
    success_probability: int
    actual_close_date: int | None
    expected_close_date: int
    is_private: bool | None
    access_list: list[str]


def _wishes(play: Play, invented: Opportunity) -> _Wishes:
    stage = play.stages[invented.stage]
    return _Wishes(
        external_id=invented.external_id,
        title=invented.title,
        description=invented.description,
        responsible_id=play.people((invented.responsible,))[0],
        contact_id=play.contacts[invented.contact],
        members=[play.contacts[member] for member in invented.members],
        bid_type=invented.bid_type,
        bid_value=invented.bid_value,
        bid_currency_abbr=invented.bid_currency,
        per_period_value=invented.per_period_value,
        stage_id=stage.id,
        success_probability=stage.success_probability,
        actual_close_date=None,
        expected_close_date=invented.expected_close_on,
        is_private=bool(invented.access),
        access_list=play.people(invented.access),
    )


async def _fields(play: Play) -> None:
    began = play.story.rates[0].on - WEEK + timedelta(hours=1) // timedelta(microseconds=1)
    work = play.by(0, began)
    for invented in play.story.setting.fields:
        owner, kind = FieldOwner(invented.owner), FieldType(invented.kind)
        requested = Field(0, owner, invented.label, kind, invented.mask, 0)
        play.fields.append(await custom_fields.create(work, requested))
