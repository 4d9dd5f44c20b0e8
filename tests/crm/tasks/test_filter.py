"""Lists of tasks: every filter, every sort key, both kinds of pages."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.crm.contacts.making import make_company, word
from tests.crm.tasks.making import category, listed, make_task
from tests.making import make_opportunity, make_person
from tests.running import Portal


def tasks(portal: Portal, mark: str, *inputs: dict[str, Any]) -> list[int]:
    """The ids of the tasks that a unique word marks."""
    return [make_task(portal, **{"title": f"{mark} {n}", **each}) for n, each in enumerate(inputs)]


def close(portal: Portal, task_id: int) -> None:
    assert portal.call("PUT", f"crm/task/{task_id}/close").status == 200


def test_open_tasks_come_first_by_deadline(portal: Portal):
    mark = word()
    days = [{"deadline": f"2100-01-0{day}"} for day in (3, 1, 2, 4)]
    third, first, second, closed = tasks(portal, mark, *days)
    close(portal, closed)
    close(portal, first)
    assert listed(portal, filterValue=mark) == [second, third, first, closed]
    downwards = listed(portal, filterValue=mark, sortOrder="descending")
    assert downwards == [third, second, closed, first]
    assert listed(portal, filterValue=mark, isClosed="true") == [first, closed]
    assert listed(portal, filterValue=mark, isClosed="false", sortOrder="desc") == [third, second]


def test_each_date_filter_works_alone_to_the_second(portal: Portal):
    mark = word()
    noon, one = tasks(
        portal, mark, {"deadline": "2100-01-01T12:00:00Z"}, {"deadline": "2100-01-01T13:00:00Z"}
    )
    query = {"filterValue": mark}
    assert listed(portal, **query, fromDate="2100-01-01T12:00:01Z") == [one]
    assert listed(portal, **query, fromDate="2100-01-01T12:00:00Z") == [noon, one]
    assert listed(portal, **query, toDate="2100-01-01T12:59:59Z") == [noon]
    assert listed(portal, **query, toDate="2100-01-01") == [noon, one]
    assert listed(portal, **query, toDate="2100-01-01T00:00:00") == []
    assert listed(portal, **query, toDate="2099-12-31") == []
    both = {"fromDate": "2100-01-01T13:00:00Z", "toDate": "2100-01-01T13:00:00Z"}
    assert listed(portal, **query, **both) == [one]


def test_filter_by_responsible_and_category(portal: Portal):
    mark = word()
    mine, bobs = tasks(
        portal, mark, {"categoryid": category(portal, 1)}, {"responsibleid": portal.id_of("bob")}
    )
    assert listed(portal, filterValue=mark, responsibleid=portal.id_of("bob")) == [bobs]
    assert listed(portal, filterValue=mark, categoryid=category(portal, 1)) == [mine]
    nobody = "00000000-0000-0000-0000-000000000000"
    assert listed(portal, filterValue=mark, responsibleid=nobody, categoryid=0) == [mine, bobs]


def test_company_includes_the_tasks_of_its_persons(portal: Portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    mark = word()
    its, theirs, _ = tasks(portal, mark, {"contactid": company}, {"contactid": person}, {})
    assert listed(portal, entityType="contact", entityid=company) == [its, theirs]
    assert listed(portal, entityType="Contact", entityid=person) == [theirs]


def test_filter_by_a_hidden_record_reveals_nothing(portal: Portal):
    """Bob is responsible for the tasks, but may not see whom they are for."""
    company = make_company(portal, shareType=0)
    person = make_person(portal, companyId=company, shareType=0)
    deal = make_opportunity(portal, isPrivate=True)
    bob = portal.id_of("bob")
    task_ids = [
        make_task(portal, contactid=company, responsibleid=bob),
        make_task(portal, contactid=person, responsibleid=bob),
        make_task(portal, entityType="opportunity", entityid=deal, responsibleid=bob),
    ]
    for entity, id in (("contact", company), ("contact", person), ("opportunity", deal)):
        assert listed(portal, "bob", entityType=entity, entityid=id) == []
        assert set(listed(portal, entityType=entity, entityid=id)) <= set(task_ids)
    assert len(listed(portal, entityType="contact", entityid=company)) == 2
    assert len(listed(portal, entityType="opportunity", entityid=deal)) == 1


def test_unknown_entity_kind_and_unknown_sort_get_400(portal: Portal):
    for query in ("entityType=invoice&entityid=1", "sortBy=color"):
        answer = portal.call("GET", f"crm/task/filter?{query}")
        assert answer.status == 400
        assert query.split("=")[0] in answer.json["error"]["message"]


def test_text_matches_title_and_description(portal: Portal):
    mark, other = word(), word()
    task_id = make_task(portal, title=f"Ünïcode {mark}", description=f"say {other}")
    for text in (mark, other, f"unicode {other[:6]}", f'"unicode {mark}"'):
        assert listed(portal, filterValue=text) == [task_id]
    assert listed(portal, filterValue=f'"{mark} unicode"') == []
    assert listed(portal, filterValue="...") == []


def test_sort_keys_order_the_list(portal: Portal):
    mark = word()
    ann, zoe = (
        make_person(portal, firstName=f"{mark}{name}", lastName="") for name in ("Ann", "Zoe")
    )
    low, high = sorted(category(portal, place) for place in (0, 1))
    one, two, three = tasks(
        portal,
        mark,
        {"title": f"{mark} b", "contactid": zoe, "categoryid": high},
        {"title": f"{mark} C", "responsibleid": portal.id_of("bob"), "alertValue": 5}
        | {"categoryid": low},
        {"title": f"{mark} á", "contactid": ann, "deadline": "2100-01-01", "categoryid": low},
    )
    for sort, expected in {
        "Title": [three, one, two],
        "Category": [two, three, one],
        "DeadLine": [three, one, two],
        "Contact": [three, one, two],
        "ContactManager": [one, three, two],
        "Id": [one, two, three],
        "alertValue": [one, three, two],
        "created": [one, two, three],
        "isClosed": [one, two, three],
    }.items():
        assert listed(portal, filterValue=mark, sortBy=sort) == expected, sort
        downwards = listed(portal, filterValue=mark, sortBy=sort, sortOrder="descending")
        assert set(downwards) == set(expected)
    # Tasks without a contact come last in either direction.
    assert listed(portal, filterValue=mark, sortBy="contact", sortOrder="descending") == [
        *(one, three),
        two,
    ]


def test_name_of_a_hidden_contact_sorts_as_none(portal: Portal):
    mark, bob = word(), portal.id_of("bob")
    hidden = make_person(portal, firstName="Aaa", shareType=0)
    seen = make_person(portal, firstName="Zzz")
    blank, named = tasks(
        portal,
        mark,
        {"contactid": hidden, "responsibleid": bob},
        {"contactid": seen, "responsibleid": bob},
    )
    assert listed(portal, "ann", filterValue=mark, sortBy="contact") == [blank, named]
    assert listed(portal, "bob", filterValue=mark, sortBy="contact") == [named, blank]


@pytest.mark.parametrize("sort", ["", "title", "contact", "isclosed", "id"])
@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("query", ["", "&isClosed=false"])
def test_every_kind_of_page_returns_every_row_once(
    portal: Portal, sort: str, order: str, query: str
):
    mark = word()
    same = {"title": mark, "deadline": "2100-01-01"}
    task_ids = tasks(
        portal, mark, *({**same, "deadline": f"2100-01-0{n % 3 + 1}"} for n in range(7))
    )
    for each in task_ids[::2]:
        close(portal, each)
    path = f"crm/task/filter?filterValue={mark}&sortBy={sort}&sortOrder={order}{query}"
    whole = [each["id"] for each in portal.call("GET", path).response]
    assert set(whole) == set(task_ids[1::2] if query else task_ids)
    by_place, by_cursor, cursor = [], [], ""
    for start in range(0, len(whole), 2):
        page = portal.call("GET", f"{path}&startIndex={start}&count=2")
        assert page.json["total"] == len(whole)
        by_place += [each["id"] for each in page.response]
    for _ in range(len(whole) + 1):
        page = portal.call("GET", f"{path}&cursor={quote(cursor)}&count=2")
        assert page.json["total"] == len(whole)
        by_cursor += [each["id"] for each in page.response]
        cursor = page.json.get("nextCursor", "")
        if not cursor:
            break
    assert by_place == by_cursor == whole


def test_list_shows_a_task_like_a_single_one(portal: Portal):
    mark = word()
    task_id = make_task(
        portal,
        title=mark,
        contactid=make_person(portal),
        entityType="opportunity",
        entityid=make_opportunity(portal),
    )
    listed_so = portal.call("GET", f"crm/task/filter?filterValue={mark}").response
    assert listed_so == [portal.call("GET", f"crm/task/{task_id}").response]
