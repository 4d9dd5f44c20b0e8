"""Lists of cases: filters, sort keys, pages, and search by name."""

import pytest

from tests.crm.cases.making import case, listed, make_case, make_field, message, word
from tests.making import make_person


@pytest.fixture
def marked(portal):
    """A word, and cases that contain it: three open ones, two closed ones."""
    mark = word()
    case_ids = {title: make_case(portal, title=f"{mark} {title}") for title in "bdaec"}
    for title in "ac":
        portal.call("PUT", f"crm/case/{case_ids[title]}/close")
    return mark, case_ids


def test_open_cases_come_first_then_by_title(portal, marked):
    mark, case_ids = marked
    expected = [case_ids[title] for title in "bdeac"]
    assert listed(portal, f"filterValue={mark}") == expected
    assert listed(portal, f"filterValue={mark}&sortBy=title") == expected
    backwards = [case_ids[title] for title in "edbca"]
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
def test_every_sort_except_by_id_lists_open_cases_first(portal, marked, sort, expected):
    mark, case_ids = marked
    assert listed(portal, f"filterValue={mark}&sortBy={sort}") == [
        case_ids[each] for each in expected
    ]


def test_unknown_sort_key_gets_400_with_the_known_keys(portal):
    answer = portal.call("GET", "crm/case/filter?sortBy=stage")
    assert answer.status == 400
    assert "dateandtime" in message(answer)


@pytest.mark.parametrize(
    ("sort", "descending"), [("title", 0), ("title", 1), ("id", 1), ("created", 1)]
)
def test_pages_by_index_and_by_cursor_hold_every_row_once(portal, marked, sort, descending):
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


def test_cursor_of_another_list_gets_400(portal, marked):
    mark, _ = marked
    path = f"crm/case/filter?filterValue={mark}&count=2&cursor="
    cursor = portal.call("GET", path).json["nextCursor"]
    answer = portal.call("GET", f"{path}{cursor}&isClosed=false")
    assert answer.status == 400
    assert "cursor" in message(answer)


def test_filter_selects_closed_or_open_cases(portal, marked):
    mark, made = marked
    query = f"filterValue={mark}&isClosed"
    assert listed(portal, f"{query}=true") == [made["a"], made["c"]]
    assert listed(portal, f"{query}=false") == [made[each] for each in "bde"]
    assert listed(portal, f"{query}=true&sortOrder=descending") == [made["c"], made["a"]]


def test_text_matches_words_of_the_title_and_of_custom_values(portal):
    mark, field = word(), make_field(portal)
    value = [{"key": field, "value": f"Ünïque {mark}"}]
    by_value = make_case(portal, title="Nothing else", customFieldList=value)
    by_title = make_case(portal, title=f"unique things {mark}")
    found = listed(portal, f"filterValue={mark[:8]}%20UNIQUE")
    assert set(found) == {by_value, by_title}
    assert listed(portal, f"filterValue=%22unique%20{mark}%22") == [by_value]
    assert listed(portal, f"filterValue={mark[1:]}") == []
    assert listed(portal, "filterValue=%2C%2C") == []


def test_case_with_a_long_text_is_found_too(portal):
    mark, field = word(), make_field(portal)
    value = [{"key": field, "value": "many words " * 500 + mark}]
    case_id = make_case(portal, customFieldList=value)
    assert listed(portal, f"filterValue={mark}") == [case_id]
    assert listed(portal, f"filterValue={mark}&isClosed=false&sortBy=id") == [case_id]


def test_filter_by_a_contact_works_for_users_who_see_it(portal):
    person = make_person(portal, shareType=0)
    case_id = make_case(portal, members=[person])
    make_case(portal)
    assert listed(portal, f"contactid={person}") == [case_id]
    assert listed(portal, f"contactid={person}", "root") == [case_id]
    assert listed(portal, f"contactid={person}", "bob") == []


def test_filter_by_several_tags_requires_all_of_them(portal):
    one, two = word(), word()
    case_id, both = make_case(portal), make_case(portal)
    for each, tag in ((case_id, one), (both, one), (both, two)):
        portal.call("POST", f"crm/case/{each}/tag", json={"tagName": tag})
    assert set(listed(portal, f"tags={one}")) == {case_id, both}
    assert listed(portal, f"tags={one}&tags={two.upper()}") == [both]
    assert listed(portal, f"tags={one}&tags={one}&tags={word()}") == []


def test_totals_count_exactly_what_the_caller_sees(portal):
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


def test_prefix_returns_thirty_visible_rows_by_title(portal):
    mark = word()
    hidden = [make_case(portal, isPrivate=True, title=f"{mark} {n:02}") for n in range(3)]
    seen = [make_case(portal, "bob", title=f"{n:02}x{mark.upper()} y") for n in range(31)]
    answer = portal.call("GET", f"crm/case/byprefix?prefix={mark}%20Y", as_="cid")
    assert [each["id"] for each in answer.response] == seen[:30]
    found = portal.call("GET", f"crm/case/byprefix?prefix={mark}", as_="cid").response
    assert not {each["id"] for each in found} & set(hidden)
    assert portal.call("GET", "crm/case/byprefix").status == 200


def test_prefix_can_search_the_cases_of_a_contact(portal):
    mark, person = word(), make_person(portal, shareType=0)
    case_id = make_case(portal, title=f"The {mark} of", members=[person])
    make_case(portal, title=f"The {mark} of")
    path = f"crm/case/byprefix?prefix={mark[3:].upper()}&contactID={person}"
    assert [each["id"] for each in portal.call("GET", path).response] == [case_id]
    assert portal.call("GET", path, as_="bob").response == []


def test_rows_of_a_list_equal_single_cases(portal):
    portal = portal.fresh()  # without headings, which only a single case shows
    mark, field, person = word(), make_field(portal), make_person(portal)
    value = [{"key": field, "value": "v"}]
    case_id = make_case(portal, title=mark, members=[person], customFieldList=value, isPrivate=True)
    (row,) = portal.call("GET", f"crm/case/filter?filterValue={mark}").response
    assert row == case(portal, case_id)
