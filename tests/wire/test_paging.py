"""The parameters of every list, and small lists cut in memory."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.errors import Invalid, Malformed
from dealwright.wire.moments import UNSET
from dealwright.wire.paging import Listing, Paging, arrange, paging
from dealwright.wire.shape import MomentText, MoneyNumber, Shape


class Row(Shape, kw_only=True):
    title: str
    amount: MoneyNumber | None = None
    created: MomentText = ""
    parts: list[str] = msgspec.field(default_factory=list)
    id: int


def row(id: int, title: str = "", **members: Any) -> Row:
    return Row(id=id, title=title, **members)


def ids(listing: Listing[Row]) -> list[int]:
    return [row.id for row in listing.rows if isinstance(row, Row)]


def test_without_parameters_a_page_is_the_first_thousand_rows() -> None:
    assert paging({}) == Paging(count=1000, start_index=0, descending=False, fields=None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("25", 25),
        (" 25 ", 25),
        ("0", 0),
        ("1000", 1000),
        ("1001", 1000),
        ("9" * 5000, 1000),
        ("-1", 1000),
        ("+5", 1000),
        ("x", 1000),
        ("", 1000),
        ("٣", 1000),
        ("1_0", 1000),
        ("10,20", 10),
    ],
)
def test_count_is_at_most_a_thousand_and_a_thousand_when_unreadable(text: str, count: int) -> None:
    assert paging({"count": text}).count == count


@pytest.mark.parametrize(
    ("text", "start"), [("50", 50), ("-1", 0), ("x", 0), ("9" * 50, 2**31 - 1)]
)
def test_a_start_index_that_is_too_large_is_an_empty_page_not_the_first(
    text: str, start: int
) -> None:
    page = paging({"startindex": text})
    assert page.start_index == start
    assert len(arrange([row(1)], page).rows) == (0 if start else 1)


@pytest.mark.parametrize(
    ("order", "descending"),
    [
        ("descending", True),
        ("Descending", True),
        ("desc", True),
        ("DESC", True),
        ("ascending", False),
        ("down", False),
        ("", False),
    ],
)
def test_desc_means_descending_too(order: str, descending: bool) -> None:
    page = paging({"sortorder": order})
    assert (page.descending, page.sort_order_given) == (descending, bool(order))


def test_names_are_split_at_commas_and_compared_in_lower_case() -> None:
    page = paging({"fields": ["id, Title", "bidValue"], "sortby": "Title,id", "filterby": "A,b"})
    assert page.fields == ("id", "title", "bidvalue")
    assert page.sort_by == "title"
    assert page.filter_by == ("a", "b")


def test_empty_fields_mean_all_fields() -> None:
    assert paging({"fields": " , "}).fields is None


def test_a_search_text_is_not_cut_at_a_comma() -> None:
    assert paging({"filtervalue": "Foo, Bar "}).filter_value == "Foo, Bar "


def test_a_search_text_over_a_thousand_characters_is_refused() -> None:
    assert len(paging({"filtervalue": "x" * 1000}).filter_value) == 1000
    with pytest.raises(Invalid, match="filterValue must have at most 1000 characters, not 1001"):
        paging({"filtervalue": "x" * 1001})


def test_a_search_text_with_a_control_character_is_refused() -> None:
    with pytest.raises(Malformed, match="filterValue"):
        paging({"filtervalue": "a\x00"})


@pytest.mark.parametrize(
    ("value", "text"), [(["a", "b"], "a"), ([["a"]], "a"), (7, "7"), (True, "true"), (None, "")]
)
def test_a_search_text_is_read_from_what_can_be_text(value: object, text: str) -> None:
    assert paging({"filtervalue": value}).filter_value == text


def test_a_search_text_that_is_none_is_refused_and_not_passed_over() -> None:
    with pytest.raises(Malformed, match="filterValue must be text"):
        paging({"filtervalue": {"x": "drop"}})


def test_an_empty_cursor_starts_and_an_absent_one_does_not() -> None:
    assert paging({"cursor": ""}).cursor == ""
    assert paging({}).cursor is None


def test_parameters_of_another_kind_count_as_absent() -> None:
    tree: dict[str, object] = {
        "count": {"a": "1"},
        "sortby": None,
        "fields": [{}],
        "filtervalue": [],
    }
    assert paging(tree) == Paging()


@given(
    some.dictionaries(
        some.sampled_from(["count", "startindex", "sortby", "sortorder", "fields", "cursor"]),
        some.text() | some.lists(some.text()) | some.none() | some.integers(),
    )
)
def test_no_list_parameter_is_ever_refused(tree: dict[str, object]) -> None:
    page = paging(tree)
    assert 0 <= page.count <= 1000
    assert 0 <= page.start_index < 2**31


def test_a_small_list_is_sorted_by_a_property_in_any_case_and_then_by_id() -> None:
    rows = [row(3, "b"), row(2, "B"), row(1, "a")]
    assert ids(arrange(rows, paging({"sortby": "TITLE"}))) == [1, 2, 3]
    assert ids(arrange(rows, paging({"sortby": "title", "sortorder": "desc"}))) == [3, 2, 1]


def test_a_small_list_without_sort_keeps_its_order() -> None:
    assert ids(arrange([row(2), row(1)], Paging())) == [2, 1]


def test_numbers_sort_as_numbers_and_missing_ones_come_first() -> None:
    rows = [row(1, amount=10.0), row(2, amount=9.0), row(3), row(4, amount=msgspec.Raw(b"1e20"))]
    assert ids(arrange(rows, paging({"sortby": "amount"}))) == [3, 2, 1, 4]


def test_moments_sort_by_instant() -> None:
    rows = [
        row(1, created="2024-10-27T02:30:00.0000000+02:00"),
        row(2, created="2024-10-27T02:15:00.0000000+01:00"),
        row(3, created=UNSET),
    ]
    assert ids(arrange(rows, paging({"sortby": "created"}))) == [3, 1, 2]


def test_an_unknown_property_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(Invalid, match=r"sortBy must be one of: title, amount, created, id"):
        arrange([row(1)], paging({"sortby": "parts"}))


def test_a_list_of_texts_is_cut_and_never_sorted() -> None:
    assert arrange(["b", "a"], paging({"sortby": "title", "count": "1"})) == Listing(["b"], 2)


@given(some.integers(0, 12), some.integers(0, 12), some.integers(0, 12))
def test_total_is_present_only_if_the_page_is_partial(length: int, start: int, count: int) -> None:
    rows = [row(id) for id in range(length)]
    listing = arrange(rows, Paging(start_index=start, count=count))
    assert ids(listing) == [row.id for row in rows][start:][:count]
    assert listing.total == (None if len(listing.rows) == length else length)
