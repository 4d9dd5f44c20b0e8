"""What items of the four lists may be, and when one can be deleted."""

from dataclasses import replace

import pytest

from dealwright.errors import Invalid, NotFound
from dealwright.portal.categories import queries, rules
from dealwright.portal.categories.rules import CategoryKind, Item
from dealwright.storage import schema

SENT = Item(0, 0, "Warm", "About", "#fff", "warm.png", 4)
ITEMS = [Item(number, 1, title) for number, title in ((5, "Cold"), (3, "Warm"), (8, "Hot"))]


def test_each_list_keeps_what_its_items_have():
    kept = {
        kind: rules.valid(kind, SENT)
        for kind in (
            CategoryKind.CONTACT_STATUS,
            CategoryKind.CONTACT_TYPE,
            CategoryKind.TASK_CATEGORY,
        )
    }
    assert kept == {
        CategoryKind.CONTACT_STATUS: replace(SENT, image_name=""),
        CategoryKind.CONTACT_TYPE: replace(SENT, description="", color="", image_name=""),
        CategoryKind.TASK_CATEGORY: replace(SENT, color=""),
    }
    assert rules.valid(CategoryKind.HISTORY_CATEGORY, SENT) == kept[CategoryKind.TASK_CATEGORY]


@pytest.mark.parametrize(
    ("kind", "wrong", "parameter"),
    [
        (CategoryKind.CONTACT_TYPE, {"title": ""}, "title"),
        (CategoryKind.CONTACT_STATUS, {"color": ""}, "color"),
        (CategoryKind.CONTACT_STATUS, {"color": "#ffff"}, "color"),
        (CategoryKind.CONTACT_STATUS, {"color": "#ffffff "}, "color"),
        (CategoryKind.TASK_CATEGORY, {"image_name": ""}, "imageName"),
        (CategoryKind.HISTORY_CATEGORY, {"image_name": "images/"}, "imageName"),
    ],
)
def test_what_an_item_lacks_is_refused_by_name(kind, wrong, parameter):
    with pytest.raises(Invalid) as refused:
        rules.valid(kind, replace(SENT, **wrong))
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("name", ["call.png", "../../call.png", "C:\\images\\call.png"])
def test_of_an_image_only_the_files_own_name_counts(name):
    assert rules.image_file(name) == "call.png"


def test_items_are_ordered_by_title_and_the_others_stay_behind():
    after = rules.reordered(ITEMS, ["Hot"])
    assert [(item.title, item.sort_order) for item in after] == [
        ("Hot", 1),
        ("Cold", 2),
        ("Warm", 3),
    ]


def test_items_with_the_same_title_are_placed_together():
    after = rules.reordered([*ITEMS, Item(9, 1, "Cold")], ["Warm", "Cold"])
    assert [item.id for item in after] == [3, 5, 9, 8]


def test_an_order_with_an_unknown_title_is_refused():
    with pytest.raises(NotFound, match="'Tepid'"):
        rules.reordered(ITEMS, ["Cold", "Tepid"])


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CategoryKind.HISTORY_CATEGORY, "The last history category cannot be deleted"),
        (CategoryKind.TASK_CATEGORY, "The last task category cannot be deleted"),
        (CategoryKind.CONTACT_STATUS, "The last contact status cannot be deleted"),
        (CategoryKind.CONTACT_TYPE, "The last contact type cannot be deleted"),
    ],
)
def test_the_last_item_of_a_list_stays(kind, text):
    rules.demand_not_last(kind, ITEMS[:2])
    with pytest.raises(Invalid) as refused:
        rules.demand_not_last(kind, ITEMS[:1])
    assert refused.value.text == text


@pytest.mark.parametrize("new_id", [0, -1, 3, 99])
def test_what_uses_a_category_goes_to_another_one_of_its_list(new_id):
    rules.demand_replacement(ITEMS, ITEMS[1], 8)
    with pytest.raises(Invalid) as refused:
        rules.demand_replacement(ITEMS, ITEMS[1], new_id)
    assert refused.value.parameter == "newcategoryid"


def test_every_column_that_names_an_item_is_known():
    named = {
        f"{table.name}.{column.name}"
        for table in schema.metadata.tables.values()
        for column in table.columns
        if any(key.column is schema.list_item.c.id for key in column.foreign_keys)
    }
    known = [*queries.USERS.values(), *queries.FOLLOWERS.values()]
    assert {str(column) for column in known} == named
