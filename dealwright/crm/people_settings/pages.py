"""The people of the portal as pages of the settings: what each may do, whether they can sign in,
and what happens to the work of somebody who leaves."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from dealwright import access
from dealwright.crm.people_settings import actions
from dealwright.crm.people_settings.queries import Use
from dealwright.errors import CrmError, NotFound
from dealwright.messages.password_links import actions as links
from dealwright.people import reads as people
from dealwright.people.accounts import actions as accounts
from dealwright.people.accounts.queries import Held, in_hands
from dealwright.people.queries import Person
from dealwright.people.rules import EmployeeStatus
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_portal_admin)
PEOPLE = "/settings/people"
TEMPLATES = "crm/people_settings"


class PersonPath(msgspec.Struct, kw_only=True, frozen=True):
    person: str


class PersonView(NamedTuple):
    person: Person
    name: str
    use: Use
    held: Held
    groups: Sequence[str]

    @property
    def is_owner(self) -> bool:
        return self.person.role is access.Role.OWNER


class AccountForm(msgspec.Struct, kw_only=True, frozen=True):
    """What the form of a person changes; the rest stays."""

    email: str
    first_name: str
    last_name: str
    title: str
    is_visitor: None = None
    department: tuple[str, ...] = ()
    location: None = None
    sex: None = None
    birthday: msgspec.UnsetType = msgspec.UNSET
    works_from: msgspec.UnsetType = msgspec.UNSET
    comment: None = None
    contacts: tuple[Any, ...] = ()
    lead: None = None
    culture_name: None = None
    disable: None = None


@page.get("settings/people")
async def show(page: PageRequest) -> Response:
    """Everybody, with what they may do and when they were last here."""
    views = await page.read(_views)
    return page.page(f"{TEMPLATES}/people.html", people=views)


@page.get("settings/people/{person}")
async def one(page: PageRequest, params: PersonPath) -> Response:
    """One person, with the forms to change them."""
    return await _person(page, params.person)


@page.post("settings/people/{person}")
async def change(page: PageRequest, params: PersonPath) -> Response:
    """Changes name, address and job title."""

    async def save(work: Work) -> str:
        wanted = AccountForm(
            email=page.text("email"),
            first_name=forms.line(page.text("first_name"), "first_name"),
            last_name=page.text("last_name"),
            title=forms.brief(page.text("title"), "title", most=255),
        )
        before = await _found(work, params.person)
        await accounts.update(work, before.id, wanted)
        old = {
            "email": before.email,
            "first_name": before.first_name,
            "last_name": before.last_name,
            "title": before.job_title,
        }
        return forms.undo_by(f"{PEOPLE}/{before.id}", old)

    return await _saved(page, params.person, save, page.say("Saved"))


@page.post("settings/people/{person}/role")
async def set_role(page: PageRequest, params: PersonPath) -> Response:
    """Changes what a person may do."""

    async def save(work: Work) -> str:
        before = await accounts.give_role(work, params.person, page.text("role"))
        return forms.undo_by(f"{PEOPLE}/{before.id}/role", {"role": before.role})

    return await _saved(page, params.person, save, page.say("Role changed"))


@page.post("settings/people/{person}/state")
async def set_state(page: PageRequest, params: PersonPath) -> Response:
    """Disables an account or enables it again."""
    is_off = page.text("off") == "1"

    async def save(work: Work) -> str:
        found = await _found(work, params.person)
        status = EmployeeStatus.TERMINATED if is_off else EmployeeStatus.ACTIVE
        await accounts.set_status(work, [found.id], status)
        return forms.undo_by(f"{PEOPLE}/{found.id}/state", {"off": "" if is_off else "1"})

    said = page.say("The account is disabled") if is_off else page.say("The account is enabled")
    return await _saved(page, params.person, save, said)


@page.post("settings/people/{person}/end-sessions")
async def end_sessions(page: PageRequest, params: PersonPath) -> Response:
    """Signs a person out everywhere and revokes their API tokens."""

    async def save(work: Work) -> str:
        await accounts.end_sessions(work, params.person)
        return ""

    said = page.say("All sessions have ended, all API tokens are revoked")
    return await _saved(page, params.person, save, said)


@page.post("settings/people/{person}/link")
async def invite(page: PageRequest, params: PersonPath) -> Response:
    """Makes a link by which a person sets a password, shown this once."""
    try:
        made = await page.write(lambda work: links.invite(work, params.person), transaction=True)
    except CrmError as error:
        return await _person(page, params.person, problem=forms.refusal(error))
    return await _person(page, params.person, made=made)


@page.post("settings/people/{person}/delete")
async def delete(page: PageRequest, params: PersonPath) -> Response:
    """Deletes a disabled account for good."""

    async def save(work: Work) -> str:
        await accounts.delete(work, params.person)
        return ""

    return await forms.saved(
        page,
        save,
        said=page.say("The account is deleted"),
        back=PEOPLE,
        show=lambda problem: _person(page, params.person, problem=problem),
    )


@page.get("settings/people/{person}/hand-over")
async def ask(page: PageRequest, params: PersonPath) -> Response:
    """Asks who gets what a person is responsible for."""
    return await _asked(page, params.person)


@page.post("settings/people/{person}/hand-over")
async def hand_over(page: PageRequest, params: PersonPath) -> Response:
    """Gives everything open of a person to another one; named ids alone take that back."""
    to = page.text("to")
    if page.text(forms.UNDONE):
        deals, tasks = _ids(page.text("opportunities")), _ids(page.text("tasks"))
        await page.write(lambda work: actions.give(work, to, deals, tasks), transaction=True)
        page.toast(page.say("Undone"))
        return page.redirect(f"{PEOPLE}/{quote(to)}")
    try:
        done = await page.write(
            lambda work: actions.hand_over(work, params.person, to), transaction=True
        )
    except CrmError as error:
        return await _asked(page, params.person, problem=forms.refusal(error))
    came_from = (await page.read(lambda work: _found(work, params.person))).may_be_responsible
    listed = {"opportunities": _text(done.opportunities), "tasks": _text(done.tasks)}
    undo = forms.undo_by(f"{PEOPLE}/{to}/hand-over", {"to": params.person, **listed})
    count = len(done.opportunities) + len(done.tasks)
    said = page.say_many("%(n)s record handed over", "%(n)s records handed over", count)
    if not done.is_all:
        said = page.say("%(n)s handed over. Press again for those that are left.", n=count)
    page.toast(said, undo=undo if came_from and count and not done.groups else "")
    return page.redirect(f"{PEOPLE}/{quote(params.person)}" + ("" if done.is_all else "/hand-over"))


def _text(ids: Sequence[int]) -> str:
    return "-".join(map(str, ids))


def _ids(text: str) -> list[int]:
    return [
        id
        for each in text.split("-", actions.AT_ONCE)[: actions.AT_ONCE]
        if (id := forms.whole(each))
    ]


async def _found(work: Work, name: str) -> Person:
    found = (await people.directory(work)).find(name)
    if found is None:
        raise NotFound
    return found


async def _views(work: Work) -> list[PersonView]:
    """Those who can sign in first, each by name."""
    known, uses = await people.directory(work), await actions.uses(work)
    living = [*known.living()]
    held = await in_hands(work.session, [each.id for each in living])
    views = [
        PersonView(
            each,
            known.brief(each).display_name,
            uses.get(each.id, Use()),
            held.get(each.id, Held()),
            [team.name for team in known.teams.values() if each.id in team.members],
        )
        for each in living
    ]
    return sorted(views, key=lambda each: (each.person.is_terminated, each.name.casefold()))


async def _person(page: PageRequest, name: str, **values: object) -> Response:
    async def look(work: Work) -> PersonView:
        found = await _found(work, name)
        return next(each for each in await _views(work) if each.person.id == found.id)

    shown = {"problem": "", "made": None, **values}
    view = await page.read(look)
    status = 400 if shown["problem"] else 200
    template = f"{TEMPLATES}/person.html"
    return page.page(
        template, status=status, view=view, is_me=view.person.id == page.actor.id, **shown
    )


async def _asked(page: PageRequest, name: str, *, problem: str = "") -> Response:
    async def look(work: Work) -> tuple[PersonView, list[tuple[str, str]]]:
        found, views = await _found(work, name), await _views(work)
        others = [
            (each.person.id, each.name)
            for each in views
            if each.person.may_be_responsible and each.person.id != found.id
        ]
        return next(each for each in views if each.person.id == found.id), others

    view, others = await page.read(look)
    template = f"{TEMPLATES}/hand_over.html"
    status = 400 if problem else 200
    return page.page(template, status=status, view=view, others=others, problem=problem)


async def _saved(page: PageRequest, name: str, change: Any, said: str) -> Response:
    return await forms.saved(
        page,
        change,
        said=said,
        back=f"{PEOPLE}/{quote(name)}",
        show=lambda problem: _person(page, name, problem=problem),
    )
