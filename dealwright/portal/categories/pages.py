"""The four lists of administrators as pages of the settings: categories of tasks and of history
events, statuses and types of contacts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from dealwright import access
from dealwright.errors import Invalid
from dealwright.portal.categories import actions, shapes
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind, Item
from dealwright.ui import forms
from dealwright.ui.edited_list import EditedList, Fields, Row, declare
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
NEW_COLOUR = "#5b8def"
# The images of the published API, for clients that show them.
TASK_IMAGES = (
    *("call", "deal", "demo", "email", "fax", "follow_up", "lunch", "meeting", "note", "ship"),
    *("social_networks", "thank_you"),
)
HISTORY_IMAGES = ("note", "email", "call", "meeting")
IMAGES = {
    CategoryKind.TASK_CATEGORY: [f"task_category_{each}.png" for each in TASK_IMAGES],
    CategoryKind.HISTORY_CATEGORY: [f"event_category_{each}.png" for each in HISTORY_IMAGES],
}
FIELDS = {
    CategoryKind.TASK_CATEGORY: ("title", "image_name"),
    CategoryKind.HISTORY_CATEGORY: ("title", "image_name"),
    CategoryKind.CONTACT_STATUS: ("title", "color"),
    CategoryKind.CONTACT_TYPE: ("title",),
}
PATHS = {
    CategoryKind.TASK_CATEGORY: "settings/task-categories",
    CategoryKind.HISTORY_CATEGORY: "settings/history-categories",
    CategoryKind.CONTACT_STATUS: "settings/contact-statuses",
    CategoryKind.CONTACT_TYPE: "settings/contact-types",
}
TEMPLATE = "portal/categories/settings.html"


class KindList(NamedTuple):
    """What the list of one kind does."""

    kind: CategoryKind

    async def items(self, work: Work) -> dict[int, Item]:
        known = await work.cached(items)
        return {each.id: each for each in known.values() if each.kind == self.kind}

    async def rows(self, work: Work) -> Sequence[Row]:
        names = FIELDS[self.kind]
        used = {each.id: each.relative_items_count for each in await counted(work, self.kind)}
        return [
            Row(each.id, {name: getattr(each, name) for name in names}, used=used.get(each.id, 0))
            for each in (await self.items(work)).values()
        ]

    async def create(self, work: Work, fields: Fields) -> int:
        if any(each.title == fields["title"] for each in (await self.items(work)).values()):
            raise Invalid("title", "must be a name that no other item of the list has")
        color = fields.get("color") or NEW_COLOUR
        image = fields.get("image_name") or IMAGES.get(self.kind, [""])[0]
        wanted = Item(0, self.kind, fields["title"], color=color, image_name=image)
        return await actions.create(work, self.kind, requested=wanted)

    async def update(self, work: Work, row: Row, fields: Fields) -> None:
        before = (await self.items(work))[row.id]
        image = fields.get("image_name", before.image_name)
        if image != before.image_name and image not in IMAGES[self.kind]:
            raise Invalid("image_name", f"must be one of: {', '.join(IMAGES[self.kind])}")
        color = fields.get("color", before.color)
        after = replace(before, title=fields["title"], color=color, image_name=image)
        await actions.restyle(work, self.kind, item_id=row.id, requested=after)

    async def reorder(self, work: Work, ids: Sequence[int]) -> None:
        known = await self.items(work)
        await actions.reorder(work, self.kind, [known[id].title for id in ids if id in known])

    async def delete(self, work: Work, id: int) -> None:
        await actions.delete(work, self.kind, item_id=id)

    async def values(self, work: Work) -> Mapping[str, object]:
        known = await self.items(work)
        return {"kind": self.kind.name.lower(), "images": images(self.kind, known.values())}


def images(kind: CategoryKind, known: Iterable[Item]) -> list[tuple[str, str]]:
    """Those of the API, and what programs have set besides."""
    listed = dict.fromkeys([*IMAGES.get(kind, ()), *(each.image_name for each in known)])
    return [(each, each.rpartition(".")[0].partition("category_")[2] or each) for each in listed]


def edited(kind: CategoryKind) -> EditedList:
    does = KindList(kind)
    return EditedList(
        PATHS[kind],
        TEMPLATE,
        FIELDS[kind],
        does.rows,
        does.create,
        does.update,
        does.reorder,
        does.delete,
        does.values,
    )


async def counted(
    work: Work, kind: CategoryKind
) -> Sequence[shapes.CountedListItem | shapes.CountedCategory]:
    if kind.is_category:
        return await shapes.categories(work, kind)
    return await shapes.listed(work, kind)


LISTS = {kind: edited(kind) for kind in PATHS}
for each in LISTS.values():
    declare(page, each)


@page.post("settings/task-categories/merge")
async def merge(page: PageRequest) -> Response:
    """Deletes a category of tasks; its tasks go to another one."""
    kind = CategoryKind.TASK_CATEGORY
    gone, new = forms.whole(page.text("gone")), forms.whole(page.text("new"))

    async def change(work: Work) -> str:
        await actions.delete(work, kind, item_id=gone, new_id=new)
        return ""

    listed = LISTS[kind]
    said = page.say("Deleted, its tasks have the other category now")
    return await forms.saved(page, change, said=said, back=listed.address, show=listed.show(page))
