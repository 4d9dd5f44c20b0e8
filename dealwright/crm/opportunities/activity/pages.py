"""What people do around an opportunity: write notes, add and finish tasks, bring files."""

from datetime import date, datetime, time

import msgspec

from dealwright import access
from dealwright.crm.files import actions as files
from dealwright.crm.history import actions as history
from dealwright.crm.opportunities.activity.inputs import NewNote, NewTask
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.panel import showing
from dealwright.crm.opportunities.panel.showing import Form
from dealwright.crm.tasks import actions as tasks
from dealwright.errors import Invalid
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.multipart import Upload
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id

page = Routes("", gate=access.crm)


class OpportunityPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class TaskPath(OpportunityPath, kw_only=True, frozen=True):
    task: Id


class NotePath(OpportunityPath, kw_only=True, frozen=True):
    note: Id


class Bringing(OpportunityPath, kw_only=True, frozen=True):
    files: tuple[Upload, ...] = ()


@page.post("opportunities/{id:id}/notes")
async def write_note(page: PageRequest, params: OpportunityPath) -> Response:
    """Writes a note into the timeline."""
    content = page.text("note").replace("\r\n", "\n")
    note = NewNote(
        content=content, category_id=typed.whole(page.text("category")), entity_id=params.id
    )
    if not content:
        return await _refused(page, params.id, "note", {"note": page.say("Write something")})
    try:
        made = await page.write(lambda work: history.create(work, note, notified=()))
    except Invalid as error:
        return await _refused(page, params.id, "note", {"note": error.text})
    page.toast(page.say("Note saved"), undo=f"/opportunities/{params.id}/notes/{made}/undo")
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/notes/{note:id}/undo")
async def take_note_back(page: PageRequest, params: NotePath) -> Response:
    """Moves a note that was just written to the trash, or files that were just added."""
    await page.write(lambda work: history.delete(work, params.note), transaction=True)
    page.toast(page.say("Undone"))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tasks")
async def add_task(page: PageRequest, params: OpportunityPath) -> Response:
    """Adds a task."""
    problems = {}
    if not page.text("task"):
        problems["task"] = page.say("Say what is to be done")
    deadline = 0
    try:
        deadline = _deadline(page)
    except Invalid:
        problems["due"] = page.say("Choose a day")
    if problems:
        return await _refused(page, params.id, "task", problems)
    task = NewTask(
        title=page.text("task"),
        deadline=deadline,
        category_id=typed.whole(page.text("category")),
        entity_id=params.id,
        responsible_id=page.text("owner") or None,
    )
    try:
        made = await page.write(lambda work: tasks.create(work, task, contact_id=0, notify=False))
    except Invalid as error:
        return await _refused(page, params.id, "task", {"task": error.text})
    page.toast(page.say("Task added"), undo=f"/opportunities/{params.id}/tasks/{made}/undo")
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tasks/{task:id}/undo")
async def take_task_back(page: PageRequest, params: TaskPath) -> Response:
    """Moves a task that was just added to the trash."""
    await page.write(lambda work: tasks.delete(work, params.task), transaction=True)
    page.toast(page.say("Undone"))
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tasks/{task:id}/done")
async def finish(page: PageRequest, params: TaskPath) -> Response:
    """Says that a task is done."""
    await page.write(lambda work: tasks.close(work, params.task))
    page.toast(page.say("Task done"), undo=f"/opportunities/{params.id}/tasks/{params.task}/reopen")
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/tasks/{task:id}/reopen")
async def reopen(page: PageRequest, params: TaskPath) -> Response:
    """Says that a task is not done after all."""
    await page.write(lambda work: tasks.reopen(work, params.task))
    page.toast(
        page.say("Task is open again"),
        undo=f"/opportunities/{params.id}/tasks/{params.task}/done",
    )
    return await _changed(page, params.id)


@page.post("opportunities/{id:id}/files")
async def bring(page: PageRequest, params: Bringing) -> Response:
    """Attaches files."""
    chosen = [each for each in params.files if each.filename]
    received = await files.prepare_uploads(page.context.files, chosen)
    if not received:
        return await _refused(page, params.id, "files", {"files": page.say("Choose a file")})
    made = await page.write(
        lambda work: files.attach(work, "opportunity", params.id, received), transaction=True
    )
    page.toast(
        page.say_many("%(n)s file added", "%(n)s files added", len(received)),
        undo=f"/opportunities/{params.id}/notes/{made}/undo",
    )
    return await _changed(page, params.id)


def _deadline(page: PageRequest) -> int:
    """The day, at the time of it where one is given. Raises Invalid."""
    try:
        day = date.fromisoformat(page.text("due"))
        clock = time.fromisoformat(page.text("time") or "00:00")
        when = datetime.combine(day, clock.replace(tzinfo=None), page.zone)
        return round(when.timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        raise Invalid("due", "must be a day such as 2026-12-24") from None


_KEPT = ("note", "task", "due", "time", "category", "owner")


async def _refused(page: PageRequest, id: int, name: str, problems: dict[str, str]) -> Response:
    form = Form(name, {each: page.text(each) for each in _KEPT if page.text(each)}, problems)
    answer: Response = await showing.show(page, id, form=form, status=400)
    return answer


async def _changed(page: PageRequest, id: int) -> Response:
    answer: Response = await showing.changed(page, id)
    return answer
