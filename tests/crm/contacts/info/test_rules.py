"""Kinds, categories and keys of contact data, and which item is primary."""

import json

import pytest

from dealwright.crm.contacts import infos
from dealwright.crm.contacts.infos import Info, InfoType
from dealwright.errors import Invalid

PHONE, EMAIL, ADDRESS = InfoType.PHONE, InfoType.EMAIL, InfoType.ADDRESS


def test_every_kind_has_its_name_in_the_order_of_its_number():
    assert [kind.label for kind in InfoType][7:12] == [
        *("Address", "LiveJournal", "MySpace", "GMail", "Blogger")
    ]
    assert InfoType.VK.label == "VK"


@pytest.mark.parametrize(
    ("kind", "said", "number"),
    [
        (PHONE, "Mobile", 2),
        (PHONE, "mobile", 2),
        (PHONE, "5", 5),
        (ADDRESS, "Postal", 1),
        (ADDRESS, "Delivery", 1),
        (EMAIL, "Other", 2),
        (InfoType.ICQ, "Home", 0),
    ],
)
def test_category_is_given_by_name_caption_or_number(kind, said, number):
    assert infos.category_of(kind, said) == number


@pytest.mark.parametrize(
    ("kind", "said"), [(EMAIL, "Mobile"), (EMAIL, "3"), (PHONE, "6"), (PHONE, "-1"), (PHONE, "")]
)
def test_category_of_another_kind_is_refused_with_the_known_ones(kind, said):
    with pytest.raises(Invalid, match=r"category must be one of Home, Work, .*Other"):
        infos.category_of(kind, said)


def test_category_is_shown_by_its_caption():
    assert Info(ADDRESS, 1, "{}").category_name == "Delivery"
    assert Info(PHONE, 1, "1").category_name == "Work"
    assert Info(EMAIL, 9, "x").category_name == "9"


def test_address_has_all_its_parts_in_order():
    kept = infos.demand_data(ADDRESS, '{"CITY": "Köln", "zip": 50667, "moon": "x", "state": null}')
    assert json.loads(kept) == {
        "street": "", "city": "Köln", "state": "", "zip": "50667", "country": "",
    }  # fmt: skip
    assert list(json.loads(kept)) == list(infos.PARTS)
    assert "Köln" in kept


@pytest.mark.parametrize(
    "data",
    [
        *("", "   ", "Main street 1", "[]", '"x"', "null", "{", '{"city": {}}', '{"city": true}'),
        *('{"city": "\\u0000"}', '{"city": "\\ud800"}', '{"zip": 1.5}', "[" * 100_000),
        '{"zip": ' + "1" * 5000 + "}",
    ],
)
def test_invalid_address_is_refused(data):
    with pytest.raises(Invalid, match="data"):
        infos.demand_data(ADDRESS, data)


@pytest.mark.parametrize("end", ["\r\nBcc: x@example.com", "\n", "\u2028", "\t", "\x85"])
def test_email_address_cannot_contain_a_line_break(end):
    with pytest.raises(Invalid, match="line breaks"):
        infos.demand_data(EMAIL, f"ann@example.com{end}")
    assert infos.demand_data(InfoType.SKYPE, f"ann{end}") == f"ann{end}"


@pytest.mark.parametrize(
    "data", ["ann@example.com", "n/a", "Ann <ann@example.com>", "анна@почта.рф"]
)
def test_any_text_is_accepted_as_a_number_or_an_address(data):
    assert infos.demand_data(EMAIL, data) == data


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (EMAIL, "Ann@Example.COM", " ann@example.com "),
        (EMAIL, "mailto:ann@example.com", "ann@example.com"),
        (EMAIL, "STRASSE@example.com", "straße@example.com"),
        (InfoType.WEBSITE, "https://www.Example.com/", "example.com"),
        (InfoType.SKYPE, "Ann.Archer", "ann.archer"),
    ],
)
def test_data_with_the_same_meaning_has_the_same_key(kind, one, other):
    assert infos.plain_key(kind, one) == infos.plain_key(kind, other) != ""


def test_accent_makes_a_different_email_address():
    assert infos.plain_key(EMAIL, "josé@x.com") != infos.plain_key(EMAIL, "jose@x.com")


def test_key_of_an_address_is_its_parts_in_a_bounded_length():
    data = infos.address({"street": "Main St 1", "city": "Bonn"})
    assert infos.plain_key(ADDRESS, data) == "main st 1, bonn"
    assert len(infos.plain_key(EMAIL, "x" * 65_000)) == 255


ONE = Info(EMAIL, 1, "one", is_primary=True, id=1)
TWO = Info(EMAIL, 1, "two", id=2)
CALL = Info(PHONE, 1, "1", is_primary=True, id=3)
STORED = (ONE, TWO, CALL)


def primaries(found):
    return [info.data for info in found if info.is_primary]


def test_new_primary_item_replaces_the_old_one_of_its_kind():
    new = Info(EMAIL, 0, "new", is_primary=True)
    assert primaries(infos.add(STORED, [new])) == ["1", "new"]
    assert primaries(infos.add(STORED, [new._replace(is_primary=False)])) == ["one", "1"]
    assert [info.data for info in infos.add(STORED, [new])] == ["one", "two", "1", "new"]


def test_first_of_several_new_primary_items_of_a_kind_is_primary():
    new = [Info(kind, 0, f"{kind} {n}", is_primary=True) for kind in (0, 1) for n in (1, 2)]
    assert primaries(infos.add(STORED, new)) == ["0 1", "1 1"]
    assert primaries(infos.replace_all(STORED, new)) == ["0 1", "1 1"]


def test_contact_has_a_thousand_items_at_most():
    whole = tuple(ONE._replace(id=n) for n in range(infos.MOST))
    infos.demand_few(whole)
    with pytest.raises(Invalid, match="at most 1000 data, not 1001"):
        infos.demand_few((*whole, ONE))


def test_changing_one_item_leaves_the_others_in_place():
    found = infos.change(STORED, TWO._replace(is_primary=True, data="2"))
    assert [info.data for info in found] == ["one", "2", "1"]
    assert primaries(found) == ["2", "1"]
    moved = infos.change(STORED, ONE._replace(info_type=PHONE))
    assert primaries(moved) == ["one"]


def test_replacing_keeps_each_own_id_once():
    new = [Info(EMAIL, 0, str(id), id=id) for id in (2, 2, 99, 0)]
    assert [(info.id, info.data) for info in infos.replace_all(STORED, new)] == [
        *((2, "2"), (0, "2"), (0, "99"), (0, "0"))
    ]
    assert infos.replace_all(STORED, []) == ()
    assert infos.removed(STORED, 2) == (ONE, CALL)
