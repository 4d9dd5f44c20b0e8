"""Lists of cases: filters, sorts, pages, and what a name finds."""

import pytest

from tests.crm.cases.making import case, listed, make_case, make_field, message, word
from tests.making import make_person


@pytest.fixture
def marked(portal):
    """A word, and cases that carry it: three open ones, two closed ones."""
    mark = word()
    made = {title: make_case(portal, title=f"{mark} {title}") for title in "bdaec"}
    for title in "ac":
        portal.call("PUT", f"crm/case/{made[title]}/close")
    return mark, made


def test_open_cases_stand_first_and_then_go_by_title(portal, marked):
    mark, made = marked
    expected = [made[title] for title in "bdeac"]
    assert listed(portal, f"filterValue={mark}") == expected
    assert listed(portal, f"filterValue={mark}&sortBy=title") == expected
    backwards = [made[title] for title in "edbca"]
    for order in ("descending", "desc"):
        assert listed(portal, f"filterValue={mark}&sortOrder={order}") == backwards


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("DateAndTime", "bdeac"),
        ("created", "bdeac"),
        ("createBy", "bdeac"),
        ("isPrivate", "bdeac"),
        ("externalId", "bdeac"),
        ("isClosed", "bdeac"),
        ("Id", "bdaec"),
    ],
)
def test_every_sort_but_by_id_has_the_open_ones_first(portal, marked, sort, expected):
    mark, made = marked
    assert listed(portal, f"filterValue={mark}&sortBy={sort}") == [made[each] for each in expected]


def test_an_unknown_sort_is_refused_with_the_known_ones(portal):
    answer = portal.call("GET", "crm/case/filter?sortBy=stage")
    assert answer.status == 400
    assert "dateandtime" in message(answer)


@pytest.mark.parametrize(
    ("sort", "descending"), [("title", 0), ("title", 1), ("id", 1), ("created", 1)]
)
def test_pages_by_place_and_by_cursor_hold_every_row_once(portal, marked, sort, descending):
    mark, _ = marked
    query = f"filterValue={mark}&sortBy={sort}&sortOrder={'descending' if descending else ''}"
    whole = listed(portal, query)
    by_place = []
    for start in range(0, 6, 2):
        answer = portal.call("GET", f"crm/case/filter?{query}&startIndex={start}&count=2")
        assert answer.json["total"] == 5
        by_place += [each["id"] for each in answer.response]
    assert by_place == whole
    by_cursor, cursor = [], ""
    while cursor is not None:
        answer = portal.call("GET", f"crm/case/filter?{query}&count=2&cursor={cursor}")
        assert answer.json["total"] == 5
        by_cursor += [each["id"] for each in answer.response]
        cursor = answer.json.get("nextCursor")
    assert by_cursor == whole


def test_a_cursor_of_another_list_is_refused(portal, marked):
    mark, _ = marked
    path = f"crm/case/filter?filterValue={mark}&count=2&cursor="
    cursor = portal.call("GET", path).json["nextCursor"]
    answer = portal.call("GET", f"{path}{cursor}&isClosed=false")
    assert answer.status == 400
    assert "cursor" in message(answer)


def test_closed_and_open_ones_are_found_apart(portal, marked):
    mark, made = marked
    query = f"filterValue={mark}&isClosed"
    assert listed(portal, f"{query}=true") == [made["a"], made["c"]]
    assert listed(portal, f"{query}=false") == [made[each] for each in "bde"]
    assert listed(portal, f"{query}=true&sortOrder=descending") == [made["c"], made["a"]]


def test_a_text_finds_words_of_the_title_and_of_custom_values(portal):
    mark, field = word(), make_field(portal)
    value = [{"key": field, "value": f"Ünïque {mark}"}]
    by_value = make_case(portal, title="Nothing else", customFieldList=value)
    by_title = make_case(portal, title=f"unique things {mark}")
    found = listed(portal, f"filterValue={mark[:8]}%20UNIQUE")
    assert set(found) == {by_value, by_title}
    assert listed(portal, f"filterValue=%22unique%20{mark}%22") == [by_value]
    assert listed(portal, f"filterValue={mark[1:]}") == []
    assert listed(portal, "filterValue=%2C%2C") == []


def test_a_case_with_a_long_text_is_found_too(portal):
    mark, field = word(), make_field(portal)
    value = [{"key": field, "value": "many words " * 500 + mark}]
    made = make_case(portal, customFieldList=value)
    assert listed(portal, f"filterValue={mark}") == [made]
    assert listed(portal, f"filterValue={mark}&isClosed=false&sortBy=id") == [made]


def test_the_cases_of_a_contact_are_found_by_whoever_sees_it(portal):
    person = make_person(portal, shareType=0)
    made = make_case(portal, members=[person])
    make_case(portal)
    assert listed(portal, f"contactid={person}") == [made]
    assert listed(portal, f"contactid={person}", "root") == [made]
    assert listed(portal, f"contactid={person}", "bob") == []


def test_all_tags_must_be_carried(portal):
    one, two = word(), word()
    made, both = make_case(portal), make_case(portal)
    for each, tag in ((made, one), (both, one), (both, two)):
        portal.call("POST", f"crm/case/{each}/tag", json={"tagName": tag})
    assert set(listed(portal, f"tags={one}")) == {made, both}
    assert listed(portal, f"tags={one}&tags={two.upper()}") == [both]
    assert listed(portal, f"tags={one}&tags={one}&tags={word()}") == []


def test_totals_count_what_the_caller_sees_and_nothing_else(portal):
    own = portal.fresh()
    for inputs in ({}, {"isPrivate": True}, {"isPrivate": True, "accessList": [own.id_of("bob")]}):
        make_case(own, **inputs)
    gone = make_case(own)
    own.call("DELETE", f"crm/case/{gone}")
    for user, expected in (("ann", 3), ("bob", 2), ("cid", 1), ("root", 3)):
        for query in ("", "isClosed=false", "sortBy=id"):
            assert len(listed(own, query, user)) == expected
        assert own.call("GET", "crm/case/filter?count=0", as_=user).json["total"] == expected
        assert own.call("GET", "crm/case/filter?count=1", as_=user).json["total"] == expected


def test_a_prefix_finds_thirty_visible_rows_by_title(portal):
    mark = word()
    hidden = [make_case(portal, isPrivate=True, title=f"{mark} {n:02}") for n in range(3)]
    seen = [make_case(portal, "bob", title=f"{n:02}x{mark.upper()} y") for n in range(31)]
    answer = portal.call("GET", f"crm/case/byprefix?prefix={mark}%20Y", as_="cid")
    assert [each["id"] for each in answer.response] == seen[:30]
    found = portal.call("GET", f"crm/case/byprefix?prefix={mark}", as_="cid").response
    assert not {each["id"] for each in found} & set(hidden)
    assert portal.call("GET", "crm/case/byprefix").status == 200


def test_a_prefix_can_be_looked_for_among_the_cases_of_a_contact(portal):
    mark, person = word(), make_person(portal, shareType=0)
    made = make_case(portal, title=f"The {mark} of", members=[person])
    make_case(portal, title=f"The {mark} of")
    path = f"crm/case/byprefix?prefix={mark[3:].upper()}&contactID={person}"
    assert [each["id"] for each in portal.call("GET", path).response] == [made]
    assert portal.call("GET", path, as_="bob").response == []


def test_rows_of_a_list_show_what_one_case_shows(portal):
    portal = portal.fresh()  # without headings, which only one case shows
    mark, field, person = word(), make_field(portal), make_person(portal)
    value = [{"key": field, "value": "v"}]
    made = make_case(portal, title=mark, members=[person], customFieldList=value, isPrivate=True)
    (row,) = portal.call("GET", f"crm/case/filter?filterValue={mark}").response
    assert row == case(portal, made)
