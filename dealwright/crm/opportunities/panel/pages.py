"""The page and the panel of one opportunity: to read, to edit in place, to share, to delete."""

import msgspec

from dealwright import access
from dealwright.crm.opportunities import actions
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.members import actions as members
from dealwright.crm.opportunities.moves import actions as moves
from dealwright.crm.opportunities.panel import edits, showing
from dealwright.crm.opportunities.panel.people import contact_named
from dealwright.crm.opportunities.panel.showing import Form
from dealwright.crm.opportunities.undo import actions as undo
from dealwright.crm.opportunities.undo.rules import Changed
from dealwright.crm.trash import actions as trash
from dealwright.crm.trash.rules import Item
from dealwright.errors import Conflict, Invalid, NotFound
from dealwright.portal.tags import actions as tags
from dealwright.portal.tags.rules import Tagged
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
BOARD = "/opportunities/board"
SEEN = "was-"  # before the name of a field: what its form showed


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class MemberPath(OpportunityPath, kw_only=True, frozen=True):
    contact: Id


@page.get("opportunities/{id:id}")
async def show(page: PageRequest, params: OpportunityPath) -> Response:
    """One opportunity with everything that belongs to it."""
    return await _show(page, params.id)


@page.get("opportunities/{id:id}/panel")
async def panel(page: PageRequest, params: OpportunityPath) -> Response:
    """The same beside the board; a browser without scripts gets the page."""
    if not page.is_fragment:
        return _leave(page, params.id)
    return await _show(page, params.id)


@page.post("opportunities/{id:id}/fields")
async def save(page: PageRequest, params: OpportunityPath) -> Response:
    """Saves the fields that a form holds, beside what others saved meanwhile."""
    sent = {name: value for name in _sent(page) if (value := page.text(name)) is not None}
    problems, mine = {}, {}
    for name, text in sent.items():
        try:
            mine[name] = edits.read(name, await _resolved(page, name, text), page.zone)
        except Invalid as error:
            problems[name] = _said(page, error)
    if problems:
        return await _refused(page, params.id, Form(_name(sent), sent, problems))
    base = {name: page.text(SEEN + name) for name in sent if SEEN + name in page.tree}
    try:
        saved = await page.write(
            lambda work: edits.save(work, params.id, base, mine, page.zone), transaction=True
        )
    except Invalid as error:
        problems = {_FIELDS.get(error.parameter.lower(), _name(sent)): _said(page, error)}
        return await _refused(page, params.id, Form(_name(sent), sent, problems))
    if saved.merged.collisions:
        form = Form(
            "conflict",
            mine,
            collisions=saved.merged.collisions,
            is_partly_saved=bool(saved.merged.changed),
            who=saved.changed_by,
            when=saved.changed_on,
        )
        return await _refused(page, params.id, form, status=409)
    if saved.merged.changed:
        page.toast(page.say("Saved"), undo=showing.undo_address(params.id, saved.undo))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/undo")
async def take_back(page: PageRequest, params: OpportunityPath) -> Response:
    """Takes a change back by the token that it gave."""
    token = page.text("token")
    outcome = await page.write(lambda work: undo.undo(work, token), transaction=True)
    if outcome.refused:
        page.toast(page.say("Not undone: somebody changed it since. The timeline has every value."))
    else:
        page.toast(page.say("Undone"))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/revert")
async def revert(page: PageRequest, params: OpportunityPath) -> Response:
    """Restores what one entry of the timeline changed."""
    entry = typed.whole(page.text("entry"))
    try:
        token = await page.write(lambda work: undo.revert(work, params.id, entry), transaction=True)
    except (Conflict, Invalid):
        page.toast(page.say("Not restored: somebody changed it since"))
    else:
        page.toast(page.say("Restored"), undo=showing.undo_address(params.id, token))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tags")
async def tag(page: PageRequest, params: OpportunityPath) -> Response:
    """Adds a tag."""
    title = page.text("tag")
    try:
        outcome = await page.write(
            lambda work: moves.tag_many(work, [params.id], add=[title]), transaction=True
        )
    except Invalid:
        problems = {"tag": page.say("Write a tag")}
        return await _refused(page, params.id, Form("tag", {"tag": title}, problems))
    if outcome.refused:
        raise NotFound
    page.toast(
        page.say("Tag %(tag)s added", tag=title), undo=showing.undo_address(params.id, outcome.undo)
    )
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tags/remove")
async def untag(page: PageRequest, params: OpportunityPath) -> Response:
    """Takes a tag away."""
    title = page.text("tag")

    async def write(work: Work) -> str:
        await tags.detach_one(work, Tagged.OPPORTUNITY, params.id, title)
        return await undo.token_of(work, {params.id: [Changed("tags", title, None)]})

    try:
        token = await page.write(write, transaction=True)
    except Invalid:
        raise NotFound from None
    page.toast(
        page.say("Tag %(tag)s removed", tag=title), undo=showing.undo_address(params.id, token)
    )
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/people")
async def add_person(page: PageRequest, params: OpportunityPath) -> Response:
    """Adds somebody who takes part, by name."""
    name = page.text("person")

    async def write(work: Work) -> str:
        contact = await contact_named(work, name, page.text("chosen"))
        before = await edits.load(work, params.id)
        await members.link(work, params.id, contact)
        return await undo.token_since(work, before)

    try:
        token = await page.write(write, transaction=True)
    except Invalid as error:
        form = Form("person", {"person": name}, {"person": _said(page, error)})
        return await _refused(page, params.id, form)
    page.toast(page.say("Added to this opportunity"), undo=showing.undo_address(params.id, token))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/people/{contact:id}/remove")
async def remove_person(page: PageRequest, params: MemberPath) -> Response:
    """Takes somebody out who no longer takes part."""

    async def write(work: Work) -> str:
        before = await edits.load(work, params.id)
        await members.unlink(work, params.id, params.contact, keep_primary=True)
        return await undo.token_since(work, before)

    token = await page.write(write, transaction=True)
    page.toast(
        page.say("Removed from this opportunity"), undo=showing.undo_address(params.id, token)
    )
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/access")
async def share(page: PageRequest, params: OpportunityPath) -> Response:
    """Says who sees it."""
    is_private = page.text("private") == "on"
    people = [each for each in page.texts("people") if each]

    async def write(work: Work) -> str:
        before = await edits.load(work, params.id)
        await actions.share(work, params.id, is_private=is_private, access_list=people)
        return await undo.token_since(work, before)

    token = await page.write(write, transaction=True)
    page.toast(page.say("Saved"), undo=showing.undo_address(params.id, token))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/delete")
async def delete(page: PageRequest, params: OpportunityPath) -> Response:
    """Moves it to the trash."""

    async def write(work: Work) -> str:
        before = await edits.load(work, params.id)
        await actions.delete(work, params.id)
        return before.title

    title = await page.write(write, transaction=True)
    page.toast(
        page.say("Deleted %(title)s", title=title), undo=f"/opportunities/{params.id}/restore"
    )
    return page.redirect(BOARD if page.leads_to(BOARD) else "/")


@page.post("opportunities/{id:id}/restore")
async def restore(page: PageRequest, params: OpportunityPath) -> Response:
    """Takes it out of the trash."""
    items = [Item("opportunity", params.id)]
    await page.write(lambda work: trash.restore(work, items, stage_id=0), transaction=True)
    page.toast(page.say("Restored"))
    return _leave(page, params.id)


def _sent(page: PageRequest) -> list[str]:
    """Names of the fields that a form holds."""
    listed = [each for each in page.tree if each.startswith(edits.CUSTOM)]
    return [*(each for each in edits.NAMES if each in page.tree), *listed]


async def _resolved(page: PageRequest, name: str, text: str) -> str:
    """A contact is typed by its name."""
    if name != "contact" or not text or text.isdecimal():
        return text
    return str(await page.read(lambda work: contact_named(work, text, page.text("chosen"))))


def _name(sent: dict[str, str]) -> str:
    return next(iter(sent), "")


# How actions name what a form calls otherwise.
_FIELDS = {
    "title": "title",
    "contactid": "contact",
    "responsibleid": "owner",
    "bidcurrencyabbr": "currency",
}


def _said(page: PageRequest, error: Invalid) -> str:
    """What is wrong, in the reader's language."""
    sentences = {
        "title": page.say("Give it a title of at most 255 characters"),
        "description": page.say("Write at most 65,000 characters"),
        "amount": page.say("Write an amount such as 12000 or 1250.50"),
        "expected": page.say("Choose a day"),
        "closed": page.say("Choose a day"),
        "probability": page.say("Write a number from 0 to 100"),
        "periods": page.say("Write a whole number"),
        "contact": page.say("There is no such contact. Choose one from the list."),
        "owner": page.say("Choose somebody who uses the CRM"),
        "currency": page.say("Choose a currency"),
    }
    field = _FIELDS.get(error.parameter.lower(), error.parameter)
    return sentences.get(field, error.text)


async def _refused(page: PageRequest, id: int, form: Form, *, status: int = 400) -> Response:
    answer: Response = await showing.show(page, id, form=form, status=status)
    return answer


async def _show(page: PageRequest, id: int) -> Response:
    answer: Response = await showing.show(page, id)
    return answer


async def _changed(page: PageRequest, id: int) -> Response:
    answer: Response = await showing.changed(page, id)
    return answer


def _leave(page: PageRequest, id: int) -> Response:
    answer: Response = showing.leave(page, id)
    return answer
