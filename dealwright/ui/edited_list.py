"""Pages of settings that are a list: rows that administrators add, rename, order and delete.

A slice says what its list does; the pages, their forms and the undo of each change are made here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id

Fields = Mapping[str, str]


class RowPath(msgspec.Struct, kw_only=True, frozen=True):
    id: Id


class Row(NamedTuple):
    """`fields`: what the form edits, `title` first; `used`: how many records name it; `is_fixed`:
    it cannot be edited or deleted while it is used."""

    id: int
    fields: Fields
    used: int = 0
    is_fixed: bool = False
    address: str = ""  # of what names it

    @property
    def title(self) -> str:
        return self.fields["title"]


class EditedList(NamedTuple):
    """What a list does. `path` begins with `settings/`; every function gets a `Work` first."""

    path: str
    template: str
    names: Sequence[str]
    rows: Callable[[Any], Awaitable[Sequence[Row]]]
    create: Callable[[Any, Fields], Awaitable[int]]
    update: Callable[[Any, Row, Fields], Awaitable[None]]
    reorder: Callable[[Any, Sequence[int]], Awaitable[None]] | None
    delete: Callable[[Any, int], Awaitable[None]]
    # What the template needs besides the rows.
    values: Callable[[Any], Awaitable[Mapping[str, object]]] | None = None

    @property
    def address(self) -> str:
        return f"/{self.path}"

    def show(self, page: PageRequest) -> forms.Show:
        """Shows the list again, with what was refused."""
        return lambda problem: _shown(page, self, problem)


def declare(page: Routes, edited: EditedList) -> None:
    """Adds the pages of a list to those of its slice."""

    @page.get(edited.path)
    async def show(page: PageRequest) -> Response:
        return await _shown(page, edited)

    @page.post(edited.path)
    async def add(page: PageRequest) -> Response:
        return await _add(page, edited)

    @page.post(f"{edited.path}/save")
    async def save(page: PageRequest) -> Response:
        return await _save(page, edited)

    @page.post(f"{edited.path}/{{id:id}}/delete")
    async def delete(page: PageRequest, params: RowPath) -> Response:
        return await _delete(page, edited, params.id)


async def _shown(page: PageRequest, edited: EditedList, problem: str = "") -> Response:
    async def look(work: Any) -> tuple[Sequence[Row], Mapping[str, object]]:
        values = await edited.values(work) if edited.values else {}
        return await edited.rows(work), values

    rows, values = await page.read(look)
    return page.page(
        edited.template,
        status=400 if problem else 200,
        rows=rows,
        **values,
        base=edited.address,
        has_order=edited.reorder is not None,
        problem=problem,
    )


async def _add(page: PageRequest, edited: EditedList) -> Response:
    values = {name: page.text(name) for name in edited.names}
    place = forms.whole(page.text("place"))

    async def change(work: Any) -> str:
        forms.line(values["title"], "title")
        made = await edited.create(work, values)
        if place and edited.reorder:
            ids = [each.id for each in await edited.rows(work) if each.id != made]
            await edited.reorder(work, [*ids[: place - 1], made, *ids[place - 1 :]])
        return forms.undo_by(f"{edited.address}/{made}/delete", {"sure": 1})

    said = page.say("Added: %(title)s", title=values["title"])
    return await _saved(page, edited, change, said)


async def _save(page: PageRequest, edited: EditedList) -> Response:
    ids = forms.order(page)

    async def change(work: Any) -> str:
        before = await edited.rows(work)
        old: dict[str, object] = {}
        for row in before:
            typed = forms.typed(page, edited.names, row.id)
            changed = {k: v for k, v in typed.items() if v != row.fields[k]}
            if changed:
                forms.line(typed.get("title", row.title), "title")
                await edited.update(work, row, {**row.fields, **changed})
                old |= {f"{name}-{row.id}": row.fields[name] for name in changed}
        were = [each.id for each in before]
        if ids and ids != were and edited.reorder:
            await edited.reorder(work, ids)
            old["ids"] = were
        return forms.undo_by(f"{edited.address}/save", old)

    return await _saved(page, edited, change, page.say("Saved"))


async def _delete(page: PageRequest, edited: EditedList, id: int) -> Response:
    rows = await page.read(edited.rows)
    gone = next((each for each in rows if each.id == id), None)

    async def change(work: Any) -> str:
        await edited.delete(work, id)
        if gone is None:
            return ""
        place = [each.id for each in rows].index(id) + 1
        return forms.undo_by(edited.address, {**gone.fields, "place": place})

    said = page.say("Deleted %(title)s", title=gone.title if gone else "")
    return await _saved(page, edited, change, said)


async def _saved(page: PageRequest, edited: EditedList, change: Any, said: str) -> Response:
    return await forms.saved(page, change, said=said, back=edited.address, show=edited.show(page))
