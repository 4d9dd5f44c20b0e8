"""Routes of the lists that administrators manage."""

from enum import IntEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.categories import actions, shapes
from dealwright.portal.categories.rules import CategoryKind, Item
from dealwright.portal.categories.shapes import CountedCategory, CountedListItem
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Between, Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
CATEGORY = "{of:(history|task)}/category"
ITEM = "contact/{of:(status|type)}"


class CategoryPath(IntEnum):
    """The lists by the words of their addresses."""

    STATUS = CategoryKind.CONTACT_STATUS
    TASK = CategoryKind.TASK_CATEGORY
    HISTORY = CategoryKind.HISTORY_CATEGORY
    TYPE = CategoryKind.CONTACT_TYPE


class Whole(msgspec.Struct, kw_only=True, frozen=True):
    of: CategoryPath

    @property
    def kind(self) -> CategoryKind:
        return CategoryKind(self.of)


class ItemPath(Whole, kw_only=True, frozen=True):
    id: Id


class Order(Whole, kw_only=True, frozen=True):
    """Items that are not named come after those that are."""

    titles: list[str] = []


class New(Whole, kw_only=True, frozen=True):
    """The new values of an item. Contact statuses have a colour, categories an image, types
    neither."""

    title: Annotated[str, Length(255)] = ""
    description: Annotated[str, Length(65_000)] = ""
    color: Annotated[str, Length(255)] = ""
    image_name: Annotated[str, Length(255)] = ""
    sort_order: Annotated[int, Between(0, 2**31 - 1)] = 0

    @property
    def item(self) -> Item:
        return Item(
            id=0,
            kind=self.kind,
            title=self.title,
            description=self.description,
            color=self.color,
            image_name=self.image_name,
            sort_order=self.sort_order,
        )


class Change(New, kw_only=True, frozen=True):
    id: Id


class Icon(ItemPath, kw_only=True, frozen=True):
    image_name: Annotated[str, Length(255)] = ""


class Color(msgspec.Struct, kw_only=True, frozen=True):
    id: Id
    color: Annotated[str, Length(255)] = ""


class End(ItemPath, kw_only=True, frozen=True):
    """`newcategoryid` is the category to which the tasks of the deleted one move."""

    new_category_id: int = msgspec.field(default=0, name="newcategoryid")


@route.get(CATEGORY, mode=Mode.HEAVY)
async def categories(work: Work, params: Whole, paging: Paging) -> Listing[CountedCategory]:
    """Lists the categories of tasks or of history events in their order."""
    return arrange(await shapes.categories(work, params.kind), paging)


@route.get(f"{CATEGORY}/{{id:id}}")
async def category(work: Work, params: ItemPath) -> CountedCategory:
    """Gives one category."""
    return await shapes.category(work, params.kind, item_id=params.id)


@route.post(CATEGORY, mode=Mode.TRANSACTION)
async def create_category(work: Work, params: New) -> CountedCategory:
    """Creates a category, or gives the one that has this title already. Administrators only."""
    item_id = await actions.create(work, params.kind, requested=params.item)
    return await shapes.category(work, params.kind, item_id=item_id)


@route.put(f"{CATEGORY}/{{id:id}}", mode=Mode.TRANSACTION)
async def update_category(work: Work, params: Change) -> CountedCategory:
    """Replaces a category that is not in use. Administrators only."""
    await actions.update(work, params.kind, item_id=params.id, requested=params.item)
    return await shapes.category(work, params.kind, item_id=params.id)


@route.put(f"{CATEGORY}/{{id:id}}/icon", mode=Mode.TRANSACTION)
async def set_icon(work: Work, params: Icon) -> CountedCategory:
    """Changes the image of a category, also while it is in use. Administrators only."""
    await actions.redress(work, params.kind, item_id=params.id, image_name=params.image_name)
    return await shapes.category(work, params.kind, item_id=params.id)


@route.put(f"{CATEGORY}/reorder", mode=Mode.TRANSACTION)
async def reorder_categories(work: Work, params: Order) -> list[CountedCategory]:
    """Puts the categories in the order of their titles as sent. Administrators only."""
    order = await actions.reorder(work, params.kind, params.titles)
    shown = {each.id: each for each in await shapes.categories(work, params.kind)}
    return [shown[item_id] for item_id in order]


@route.delete(f"{CATEGORY}/{{id:id}}", mode=Mode.TRANSACTION)
async def delete_category(work: Work, params: End) -> CountedCategory:
    """Deletes a category and gives it as it was; never the last one. Administrators only."""
    access.demand_admin(work.actor)
    before = await shapes.category(work, params.kind, item_id=params.id)
    await actions.delete(work, params.kind, item_id=params.id, new_id=params.new_category_id)
    return before


@route.get(ITEM, mode=Mode.HEAVY)
async def items(work: Work, params: Whole, paging: Paging) -> Listing[CountedListItem]:
    """Lists the statuses or the types of contacts in their order."""
    return arrange(await shapes.listed(work, params.kind), paging)


@route.get(f"{ITEM}/{{id:id}}")
async def item(work: Work, params: ItemPath) -> CountedListItem:
    """Gives one contact status or type."""
    return await shapes.listed_one(work, params.kind, item_id=params.id)


@route.post(ITEM, mode=Mode.TRANSACTION)
async def create_item(work: Work, params: New) -> CountedListItem:
    """Creates a contact status or type, or gives the one that has this title already.

    Administrators only.
    """
    item_id = await actions.create(work, params.kind, requested=params.item)
    return await shapes.listed_one(work, params.kind, item_id=item_id)


@route.put(f"{ITEM}/{{id:id}}", mode=Mode.TRANSACTION)
async def update_item(work: Work, params: Change) -> CountedListItem:
    """Replaces a contact status or type that no contact has. Administrators only."""
    await actions.update(work, params.kind, item_id=params.id, requested=params.item)
    return await shapes.listed_one(work, params.kind, item_id=params.id)


@route.put("contact/status/{id:id}/color", mode=Mode.TRANSACTION)
async def set_color(work: Work, params: Color) -> CountedListItem:
    """Changes the colour of a contact status, also while contacts have it. Administrators only."""
    await actions.redress(work, CategoryKind.CONTACT_STATUS, item_id=params.id, color=params.color)
    return await shapes.listed_one(work, CategoryKind.CONTACT_STATUS, item_id=params.id)


@route.put(f"{ITEM}/reorder", mode=Mode.TRANSACTION)
async def reorder_items(work: Work, params: Order) -> list[CountedListItem]:
    """Puts the statuses or types in the order of their titles as sent. Administrators only."""
    order = await actions.reorder(work, params.kind, params.titles)
    shown = {each.id: each for each in await shapes.listed(work, params.kind)}
    return [shown[item_id] for item_id in order]


@route.delete(f"{ITEM}/{{id:id}}", mode=Mode.TRANSACTION)
async def delete_item(work: Work, params: End) -> CountedListItem:
    """Deletes a contact status or type that no contact has, and gives it as it was; never the last
    one. Administrators only."""
    access.demand_admin(work.actor)
    before = await shapes.listed_one(work, params.kind, item_id=params.id)
    await actions.delete(work, params.kind, item_id=params.id)
    return before
