"""One contact as a page: what is known of it, what belongs to it, notes, deleting with undo."""

from datetime import datetime

import msgspec

from dealwright import access
from dealwright.crm.contact_pages import reads as page_reads
from dealwright.crm.contacts import actions, reads
from dealwright.crm.history import actions as history
from dealwright.crm.opportunities.activity.inputs import NewNote
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.panel import timeline
from dealwright.crm.trash import actions as trash
from dealwright.crm.trash.rules import Item
from dealwright.errors import Invalid
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

page = Routes("", gate=access.crm)
LIST = "/contacts"


class ContactPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class NotePath(ContactPath, kw_only=True, frozen=True):
    note: Id


@page.get("contacts/{id:id}")
async def show(page: PageRequest, params: ContactPath) -> Response:
    """A person or a company with everything of it that the reader may see."""
    return await _page(page, params.id)


@page.post("contacts/{id:id}/notes")
async def write_note(page: PageRequest, params: ContactPath) -> Response:
    """Writes a note into the timeline."""
    content = page.text("note").replace("\r\n", "\n")
    if not content:
        return await _page(page, params.id, page.say("Write something"))
    note = NewNote(
        content=content,
        category_id=typed.whole(page.text("category")),
        entity_id=0,
        entity_type="",
        contact_id=params.id,
    )
    try:
        made = await page.write(lambda work: history.create(work, note, notified=()))
    except Invalid as error:
        return await _page(page, params.id, error.text)
    page.toast(page.say("Note saved"), undo=f"{LIST}/{params.id}/notes/{made}/undo")
    return page.redirect(f"{LIST}/{params.id}")


@page.post("contacts/{id:id}/notes/{note:id}/undo")
async def take_note_back(page: PageRequest, params: NotePath) -> Response:
    """Moves a note that was just written to the trash."""
    await page.write(lambda work: history.delete(work, params.note), transaction=True)
    page.toast(page.say("Undone"))
    return page.redirect(f"{LIST}/{params.id}")


@page.post("contacts/{id:id}/delete")
async def delete(page: PageRequest, params: ContactPath) -> Response:
    """Moves it to the trash."""

    async def write(work: Work) -> str:
        before = (await reads.view(work, params.id)).value
        await actions.delete(work, params.id)
        return before.display_name.strip()

    name = await page.write(write, transaction=True)
    page.toast(page.say("Deleted %(name)s", name=name), undo=f"{LIST}/{params.id}/restore")
    return page.redirect(LIST)


@page.post("contacts/{id:id}/restore")
async def restore(page: PageRequest, params: ContactPath) -> Response:
    """Takes it out of the trash."""
    trashed = [Item("contact", params.id)]
    await page.write(lambda work: trash.restore(work, trashed, stage_id=0), transaction=True)
    page.toast(page.say("Restored"))
    return page.redirect(f"{LIST}/{params.id}")


async def _page(page: PageRequest, contact_id: int, problem: str = "") -> Response:
    shown = await page.read(lambda work: page_reads.shown(work, contact_id), heavy=True)
    return page.page(
        "crm/contact_pages/show.html",
        status=400 if problem else 200,
        shown=shown,
        contact=shown.contact,
        due={each.id: datetime.fromisoformat(each.deadline) for each in shown.tasks.rows},
        days=timeline.by_days(shown.entries, page.zone),
        note_categories=await page.read(_note_categories),
        note=page.text("note"),
        problem=problem,
        here=f"{LIST}/{contact_id}",
    )


async def _note_categories(work: Work) -> list[tuple[int, str]]:
    listed = (await work.cached(items)).values()
    return [(each.id, each.title) for each in listed if each.kind == CategoryKind.HISTORY_CATEGORY]
