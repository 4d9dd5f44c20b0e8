"""Turns the submission of a web form into a contact, and an opportunity if the form says so, in one
transaction and in the name of the form's responsible user."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import msgspec

from dealwright.access import ANONYMOUS, Actor
from dealwright.crm.contacts import actions as contacts
from dealwright.crm.contacts import infos
from dealwright.crm.contacts.info.actions import draft_infos
from dealwright.crm.contacts.rules import ShareType
from dealwright.crm.opportunities import actions as opportunities
from dealwright.crm.opportunities.rules import BidType
from dealwright.crm.web_forms import queries
from dealwright.crm.web_forms.rules import Choices, WebForm
from dealwright.crm.web_forms.submissions import Submission
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About, NotificationKind
from dealwright.people.queries import everybody
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.organisation import queries as portals
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags import queries as known_tags
from dealwright.portal.tags.rules import Tagged, key_of
from dealwright.records.audit.actions import entry
from dealwright.storage import idempotency
from dealwright.storage.names import name_key
from dealwright.storage.statements.change import Change, Step
from dealwright.storage.text import sort_key
from dealwright.wire.values import EMPTY_GUID
from dealwright.work import Work

_NO_CONTENT = ("web_form_key", "return_url")
AGAIN = 10 * 60 * 1_000_000  # microseconds in which a repeated submission is dropped


class Received(NamedTuple):
    """The created records. `other` is the company of a person, or the person of a company."""

    contact_id: int
    other: int | None
    opportunity_id: int | None


@dataclass(frozen=True, kw_only=True)
class _ContactInput:
    """The input values for everything that a form creates."""

    external_id: None = None
    first_name: str = ""
    last_name: str | None = ""
    company_name: str = ""
    job_title: str = ""
    company_id: int = 0
    about: str = ""
    share_type: ShareType
    manager_list: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class _OpportunityInput:
    title: str
    description: str
    responsible_id: str | None
    contact_id: int
    members: Sequence[int]
    bid_currency_abbr: str
    stage_id: int
    is_private: bool | None
    access_list: Sequence[str]
    external_id: None = None
    bid_type: int = BidType.FIXED_BID
    bid_value: int = 0
    per_period_value: int = 0
    success_probability: int = 0
    actual_close_date: None = None
    expected_close_date: None = None


async def receive(work: Work, form: WebForm, sent: Submission) -> Received | None:
    """Stores a submission without mistakes; None when it repeats an earlier one. Needs a
    transaction.

    # differs: in the reference contacts from forms belong to the system, and a repeated submission
    creates everything twice.
    """
    if not await _is_first(work, form, sent):
        return None
    responsible_work = copy(work)
    responsible_work.actor = await _responsible(work, form)
    chosen = form.choices
    sharing = await _sharing(work, chosen, sent)
    contact_id, other = await _contacts(responsible_work, sent, sharing)
    opportunity_id = None
    if chosen.makes_opportunity:
        opportunity_id = await _opportunity(
            responsible_work, form, sent, sharing, (contact_id, other)
        )
    await _tag(responsible_work, chosen, sent, contact_id, opportunity_id)
    received = Received(contact_id, other, opportunity_id)
    await work.save(Change(None, tuple(await _follow_up(responsible_work, form, sent, received))))
    return received


async def _is_first(work: Work, form: WebForm, sent: Submission) -> bool:
    """Whether this form got no submission with the same values within `AGAIN`."""
    fields = ((name, [*values]) for name, values in sent.fields.items() if name not in _NO_CONTENT)
    content = sha256(msgspec.json.encode(sorted(fields))).hexdigest()
    place = idempotency.place(EMPTY_GUID, f"web form {form.id}", content)
    known = await idempotency.claim(work.session, place, content, now=work.now, kept_for=AGAIN)
    return known is None


async def _responsible(work: Work, form: WebForm) -> Actor:
    """The user that the form names, its creator, or the portal's owner: the first who is still
    active."""
    people = await work.cached(everybody)
    owner = await portals.owner(work.session)
    assert owner is not None
    for each in (form.choices.responsible_id, form.created_by):
        person = people.get(each or "")
        if person is not None and person.may_be_responsible:
            return Actor(person.id, person.role)
    return Actor(owner.id, people[owner.id].role)


async def _sharing(work: Work, chosen: Choices, sent: Submission) -> _ContactInput:
    """Who sees the contact: as the form says, or as the sender says if the form allows it.

    # differs: in the reference the sender always decides.
    """
    kind, managers = chosen.share_type, [*chosen.manager_list]
    if chosen.lets_sender_choose:
        managers += sent.guids("managers_list")
        text = sent.text("share_type") or ("1" if sent.text("is_shared") == "true" else "")
        kind = int(text) if text in ("0", "1", "2") else kind
    people = await work.cached(everybody)
    able = [each for each in managers if each in people and people[each].may_be_responsible]
    return _ContactInput(share_type=ShareType(kind), manager_list=[*dict.fromkeys(able)])


async def _contacts(work: Work, sent: Submission, sharing: _ContactInput) -> tuple[int, int | None]:
    """Creates the submitted contact, with its company or its person if there is one."""
    fields = await work.cached(definitions)
    contact_data = infos.add((), await draft_infos(work, sent.inputs))
    company = sent.text("companyname")
    is_person = sent.text("firstname") != "" and not (company and sent.is_company)
    known = await _company(work, company) if is_person and company else None
    company_id = known
    if company and known is None:
        company_id = await contacts.create_company(
            work,
            _input(sharing, company_name=company, about="" if is_person else sent.text("about")),
            sharing=sharing,
            values=[] if is_person else sent.values(FieldOwner.COMPANY, fields),
            infos=() if is_person else contact_data,
        )
    if not sent.text("firstname"):
        assert company_id is not None
        return company_id, None
    person_id = await contacts.create_person(
        work,
        _input(
            sharing,
            first_name=sent.text("firstname"),
            last_name=sent.text("lastname"),
            job_title=sent.text("jobtitle"),
            about=sent.text("about") if is_person else "",
            company_id=company_id or 0,
        ),
        sharing=sharing,
        values=sent.values(FieldOwner.PERSON, fields) if is_person else [],
        infos=contact_data if is_person else (),
    )
    return (person_id, company_id) if is_person or company_id is None else (company_id, person_id)


def _input(sharing: _ContactInput, **values: object) -> _ContactInput:
    return _ContactInput(share_type=sharing.share_type, manager_list=sharing.manager_list, **values)  # type: ignore[arg-type]


async def _company(work: Work, name: str) -> int | None:
    """The company of this name that the responsible user sees: in this spelling, or in one that
    differs in signs or in the order of the words."""
    keys = {"key": name_key(name), "exact": sort_key(name)}
    row = await work.row(queries.company(work.actor.is_admin), actor=work.actor.id, **keys)
    return None if row is None else int(row[0])


async def _opportunity(
    work: Work,
    form: WebForm,
    sent: Submission,
    sharing: _ContactInput,
    parties: tuple[int, int | None],
) -> int:
    contact_id, other = parties
    stages = await work.cached(pipeline)
    chosen = form.choices
    name = sent.text("companyname") if sent.is_company else _full_name(sent)
    title = chosen.opportunity_title or form.title
    inputs = _OpportunityInput(
        title=f"{title}: {name}"[:255],
        description=sent.text("about"),
        responsible_id=work.actor.id,
        contact_id=contact_id,
        members=[] if other is None else [other],
        bid_currency_abbr=(await work.cached(portals.current)).currency,
        stage_id=chosen.stage_id if chosen.stage_id in stages else next(iter(stages)),
        is_private=sharing.share_type == ShareType.NONE,
        access_list=sharing.manager_list,
    )
    return await opportunities.create(work, inputs, values=[], notify=False)


def _full_name(sent: Submission) -> str:
    return f"{sent.text('firstname')} {sent.text('lastname')}".strip() or sent.text("companyname")


async def _tag(
    work: Work, chosen: Choices, sent: Submission, contact_id: int, opportunity_id: int | None
) -> None:
    """Attaches the form's tags, and those tags of the sender that exist already.

    # differs: in the reference an anonymous sender creates tags.
    """
    titles = [*chosen.tags]
    for title in sent.tags:
        if await work.row(known_tags.find(Tagged.CONTACT), key=key_of(title)):
            titles.append(title)
    for title in {key_of(each): each for each in titles}.values():
        await tags.attach(work, Tagged.CONTACT, [contact_id], title=title)
    if opportunity_id is not None:
        for title in chosen.tags:
            await tags.attach(work, Tagged.OPPORTUNITY, [opportunity_id], title=title)


async def _follow_up(work: Work, form: WebForm, sent: Submission, received: Received) -> list[Step]:
    """Writes audit rows that name the web form, and notifies the responsible user of the new
    records, and others of those that they may see."""
    created = [("contact", received.contact_id), ("contact", received.other)]
    created.append(("opportunity", received.opportunity_id))
    changes = [("web_form", None, form.title)]
    steps: list[Step] = [
        entry(work, kind, "received", changes, entity_id=each) for kind, each in created if each
    ]
    about, record = (
        (About.CONTACT, received.contact_id)
        if received.opportunity_id is None
        else (About.OPPORTUNITY, received.opportunity_id)
    )
    responsible, portal = work.actor.id, copy(work)
    portal.actor = ANONYMOUS  # the responsible user did not do it themselves
    steps += await notify_users(
        portal, NotificationKind.RESPONSIBLE, [responsible], about=about, entity_id=record
    )
    others = [*form.choices.notify_list]
    if form.choices.lets_sender_choose:
        others += sent.guids("notify_list")
    others = [each for each in dict.fromkeys(others) if each != responsible]
    steps += await notify_users(
        portal, NotificationKind.ACCESS, others, about=about, entity_id=record
    )
    return steps
