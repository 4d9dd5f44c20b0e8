"""The tags as a page of the settings."""

from typing import Any

from dealwright import access
from dealwright.portal.tags import actions, shapes
from dealwright.portal.tags.rules import Tagged
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
TAGS = "/settings/tags"
KINDS = {
    "opportunity": Tagged.OPPORTUNITY,
    "contact": Tagged.CONTACT,
    "case": Tagged.CASE,
}
RESTORED = 300  # records whose tag an undo gives back


@page.get("settings/tags")
async def show(page: PageRequest) -> Response:
    """The tags of one kind of record, with how many have each."""
    return await _tags(page)


@page.post("settings/tags")
async def create(page: PageRequest) -> Response:
    """Adds a tag, or gives one back to the records that had it."""
    kind, title = _kind(page), page.text("title")
    ids = [id for each in page.text("ids").split("-", RESTORED) if (id := forms.whole(each))]

    async def change(work: Work) -> str:
        await actions.create(work, KINDS[kind], forms.line(title, "title", most=255))
        if ids:
            await actions.attach_many(work, KINDS[kind], ids[:RESTORED], title)
        return forms.undo_by(f"{TAGS}/delete", {"kind": kind, "title": title})

    return await _saved(page, change, page.say("Added: %(title)s", title=title))


@page.post("settings/tags/rename")
async def rename(page: PageRequest) -> Response:
    """Renames a tag on every record that has it."""
    kind, title, new = _kind(page), page.text("title"), page.text("new")

    async def change(work: Work) -> str:
        await actions.rename(work, KINDS[kind], title, forms.line(new, "new", most=255))
        return forms.undo_by(f"{TAGS}/rename", {"kind": kind, "title": new, "new": title})

    return await _saved(page, change, page.say("Renamed to %(title)s", title=new))


@page.post("settings/tags/delete")
async def delete(page: PageRequest) -> Response:
    """Deletes a tag, from every record too."""
    kind, title = _kind(page), page.text("title")

    async def change(work: Work) -> str:
        ids = await actions.carriers(work, KINDS[kind], title, most=RESTORED + 1)
        await actions.delete(work, KINDS[kind], title)
        if len(ids) > RESTORED:
            return ""
        return forms.undo_by(TAGS, {"kind": kind, "title": title, "ids": "-".join(map(str, ids))})

    return await _saved(page, change, page.say("Deleted %(title)s", title=title))


@page.post("settings/tags/sweep")
async def sweep(page: PageRequest) -> Response:
    """Deletes the tags that no record has."""
    kind, count = _kind(page), 0

    async def change(work: Work) -> str:
        nonlocal count
        count = len(await actions.sweep(work, KINDS[kind]))
        return ""

    await page.write(change, transaction=True)
    page.toast(page.say_many("%(n)s unused tag deleted", "%(n)s unused tags deleted", count))
    return page.redirect(f"{TAGS}?kind={kind}")


def _kind(page: PageRequest) -> str:
    kind = page.text("kind")
    return kind if kind in KINDS else "opportunity"


async def _tags(page: PageRequest, problem: str = "") -> Response:
    kind = _kind(page)

    async def look(work: Work) -> list[shapes.Tag]:
        return await shapes.every(work, KINDS[kind])

    tags = await page.read(look, heavy=True)
    status = 400 if problem else 200
    template = "portal/tags/settings.html"
    return page.page(
        template, status=status, tags=tags, kind=kind, problem=problem, restored=RESTORED
    )


async def _saved(page: PageRequest, change: Any, said: str) -> Response:
    back = f"{TAGS}?kind={_kind(page)}"
    return await forms.saved(
        page, change, said=said, back=back, show=lambda problem: _tags(page, problem)
    )
