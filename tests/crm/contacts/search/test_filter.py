"""`contact/filter`: what every filter returns for every user, compared with a plain model."""

from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.crm.contacts.making import make_company
from tests.making import make_opportunity, make_person
from tests.running import PEOPLE

USERS = ("ann", "bob", "cid", "root")
NAMES = ("Zoë Ärmel", "anna Karenina", "Иван Жуков", "O'Neil Ann", "50% a_b", "王 小明")
TAGS = ("Lead", "Customer", "ПОЧТА")
FIRST_DAY = date(2024, 2, 27)


class Record(NamedTuple):
    """A contact of the model, with the values that filters use."""

    id: int
    is_company: bool
    name: str
    creator: str
    share_type: int
    managers: frozenset[str]
    tags: frozenset[str]
    status: int
    company: int | None
    day: date
    has_deal_of: frozenset[str]  # who sees an opportunity of the contact

    def is_seen_by(self, name: str) -> bool:
        return name == "root" or self.share_type > 0 or name in self.managers


@pytest.fixture(scope="module")
def worlds() -> dict[str, Any]:
    return {}


@pytest.fixture
def world(portal, worlds):
    """A portal with thirty contacts and their model, built once per database."""
    system = portal.database.partition(":")[0]
    if system not in worlds:
        fresh = portal.fresh()
        portal._fresh.remove(fresh)  # stored for all tests of this file
        worlds[system] = (fresh, made(fresh))
    return worlds[system]


@pytest.fixture(scope="module", autouse=True)
def closed(worlds, grounds):
    yield
    for fresh, _ in worlds.values():
        fresh.close()


def made(portal) -> list[Record]:
    statuses = [each["id"] for each in portal.call("GET", "crm/contact/status").response]
    creators, names = cycle(USERS[:3]), cycle(NAMES)
    records: list[Record] = []
    for number in range(30):
        creator, name = next(creators), next(names)
        is_company, share_type = number % 5 == 0, number % 3
        first, _, last = name.partition(" ")
        manager = USERS[number % 4]
        company = next((r.id for r in records if r.is_company and r.is_seen_by(creator)), None)
        company = None if is_company or number % 2 else company
        inputs: dict[str, Any] = {
            "shareType": share_type,
            "managerList": [portal.id_of(manager)] if number % 4 else [],
        }
        if is_company:
            made_id = make_company(portal, creator, companyName=name, **inputs)
        else:
            inputs |= {"firstName": first, "lastName": last, "companyId": company or 0}
            made_id = make_person(portal, creator, **inputs)
        tags = frozenset(tag for place, tag in enumerate(TAGS) if number % (place + 2) == 0)
        for tag in tags:
            path = f"crm/contact/{made_id}/tag"
            assert portal.call("POST", path, json={"tagName": tag}, as_="root").status == 201
        status = statuses[number % 2] if number % 4 == 1 else 0
        body = {"contactStatusid": status}
        portal.call("PUT", f"crm/contact/{made_id}/status", json=body, as_="root")
        day = FIRST_DAY + timedelta(days=number % 6)
        body = {"creationDate": f"{day}T{number % 24:02}:30:00Z"}
        portal.call("PUT", f"crm/contact/{made_id}/creationdate", json=body, as_="root")
        seen: frozenset[str] = frozenset()
        if number % 7 == 0:
            is_private = number % 2 == 1
            make_opportunity(portal, creator, contactid=made_id, isPrivate=is_private)
            seen = frozenset((creator, "root")) if is_private else frozenset(USERS)
        managers = {creator, *([manager] if number % 4 else [])}
        records.append(
            Record(
                *(made_id, is_company, name, creator, share_type, frozenset(managers), tags),
                *(status, company, day, seen),
            )
        )
    return records


filters = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["lead", " CUSTOMER ", "почта", "nothing"]), max_size=2),
        "contactStage": st.sampled_from([-1, 0, 1, 2, 99]),
        "contactListView": st.sampled_from(["All", "company", 2, "WithOpportunity"]),
        "isShared": st.booleans().map(lambda value: str(value).lower()),
        "responsibleid": st.sampled_from([*USERS, "nobody"]),
        "fromDate": st.integers(-1, 6).map(lambda days: FIRST_DAY + timedelta(days=days)),
        "toDate": st.integers(-1, 6).map(lambda days: FIRST_DAY + timedelta(days=days)),
        "filterValue": st.sampled_from(["ann", "ZOE", "жук", "50%", "a_", "小", "o'neil ann", "?"]),
    },
)


def query_of(portal, query: dict[str, Any], **more: Any) -> str:
    query = {**query, **more}
    if "responsibleid" in query:
        name = query["responsibleid"]
        nobody = "00000000-0000-0000-0000-000000000000"
        query["responsibleid"] = nobody if name == "nobody" else portal.id_of(name)
    return urlencode(query, doseq=True)


def expected(records: list[Record], query: dict[str, Any], user: str) -> list[int]:
    seen = [each for each in records if each.is_seen_by(user)]
    known = {each.id: each for each in seen}
    return sorted(each.id for each in seen if matches(each, query, user, known))


def matches(record: Record, query: dict[str, Any], user: str, known: dict[int, Record]) -> bool:
    view = str(query.get("contactListView", "All")).lower()
    stage = query.get("contactStage", -1)
    responsible = query.get("responsibleid")
    wanted_tags = {tag.strip().lower() for tag in query.get("tags", ())}
    company = known.get(record.company or 0) if view in ("all", "2") else None
    texts = [record.name, *([company.name] if company else [])]
    return (
        wanted_tags <= {tag.lower() for tag in record.tags}
        and (stage < 0 or record.status == stage)
        and (view != "company" or record.is_company)
        and (view != "2" or not record.is_company)
        and (view != "withopportunity" or user in record.has_deal_of)
        and query.get("isShared") in (None, str(record.share_type > 0).lower())
        and (responsible is None or responsible in (record.managers or {"nobody"}))
        and query.get("fromDate", date.min) <= record.day <= query.get("toDate", date.max)
        and any(holds(text, query.get("filterValue", "")) for text in texts)
    )


HITS = {
    "ann": {"anna Karenina", "O'Neil Ann"},
    "ZOE": {"Zoë Ärmel"},
    "жук": {"Иван Жуков"},
    "50%": {"50% a_b"},
    "a_": {"Zoë Ärmel", "anna Karenina", "O'Neil Ann", "50% a_b"},
    "小": {"王 小明"},
    "o'neil ann": {"O'Neil Ann"},
    "?": set(),
}


def holds(name: str, text: str) -> bool:
    """Whether every word of the text starts a word of the name; `a_` is the word `a`."""
    return not text or name in HITS[text]


def test_every_filter_returns_what_the_model_says_for_every_user(world):
    portal, records = world

    @settings(max_examples=60)
    @given(query=filters, user=st.sampled_from(USERS))
    def hold(query, user):
        ids = expected(records, query, user)
        answer = portal.call("GET", f"crm/contact/filter?{query_of(portal, query)}", as_=user)
        assert answer.status == 200, answer.text
        assert sorted(each["id"] for each in answer.response) == ids
        assert answer.json["total"] == len(ids)
        none = query_of(portal, query, count=0)
        answer = portal.call("GET", f"crm/contact/filter?{none}", as_=user)
        assert (answer.response, answer.json["total"]) == ([], len(ids))
        simple = query_of(portal, query, count=7, startIndex=3)
        answer = portal.call("GET", f"crm/contact/simple/filter?{simple}", as_=user)
        assert answer.json["total"] == len(ids)
        assert len(answer.response) == max(0, min(7, len(ids) - 3))

    hold()


def test_list_holds_exactly_the_contacts_that_each_user_can_open(world):
    portal, records = world
    for user in USERS:
        listed = {
            each["id"]: each["canEdit"]
            for each in portal.call("GET", "crm/contact/filter", as_=user).response
        }
        for record in records:
            alone = portal.call("GET", f"crm/contact/{record.id}", as_=user)
            assert alone.status == (200 if record.is_seen_by(user) else 404)
            assert (record.id in listed) is (alone.status == 200)
            if alone.status == 200:
                assert alone.response["canEdit"] is listed[record.id]


@pytest.mark.parametrize(
    "sort",
    [
        *("displayName", "FirstName", "lastname", "created", "contactType", "history", "id"),
        *("createBy", "title", "isShared", "currency", "externalId", "companyName"),
    ],
)
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_pages_by_index_and_by_cursor_are_the_whole_list(world, sort, order):
    portal, records = world
    by = {"sortBy": sort, "sortOrder": order, "count": 8}
    path = "crm/contact/filter?"
    whole = portal.call("GET", path + urlencode({**by, "count": 1000}), as_="ann").response
    ids = [each["id"] for each in whole]
    assert sorted(ids) == expected(records, {}, "ann")
    by_index: list[int] = []
    start: int | None = 0
    while start is not None:
        answer = portal.call("GET", path + urlencode({**by, "startIndex": start}))
        assert answer.json["total"] == len(ids)
        by_index += [each["id"] for each in answer.response]
        start = answer.json.get("nextIndex")
    by_cursor: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = portal.call("GET", path + urlencode({**by, "cursor": cursor}))
        by_cursor += [each["id"] for each in answer.response]
        cursor = answer.json.get("nextCursor")
    assert by_index == by_cursor == ids


def test_newest_contacts_come_first_by_default(world):
    portal, _ = world

    def created(query: str) -> list[datetime]:
        rows = portal.call("GET", f"crm/contact/filter?{query}", as_="root").response
        return [datetime.fromisoformat(each["created"]) for each in rows]

    assert created("") == sorted(created(""), reverse=True)
    assert created("sortOrder=ascending") == sorted(created(""))


def test_simple_list_is_sorted_by_name_and_shows_less(world):
    portal, _ = world
    rows = portal.call("GET", "crm/contact/simple/filter", as_="root").response
    names = [each["contact"]["displayName"] for each in rows]
    latin = [name for name in names if name.isascii()]
    assert latin == sorted(latin, key=str.lower)
    for row in rows:
        assert list(row) == ["contact"]
        assert not {"addresses", "contactStatus", "customFields", "tags"} & row["contact"].keys()
        assert row["contact"]["commonData"] == []


def test_list_shows_tags_but_no_addresses(world):
    portal, records = world
    rows = portal.call("GET", "crm/contact/filter", as_="root").response
    tags = {each["id"]: each.get("tags") for each in rows}
    assert not any("addresses" in each for each in rows)
    for record in records:
        assert tags[record.id] == (sorted(record.tags, key=str.lower) or None)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sortBy=shoeSize", "displayname"),
        ("contactListView=Friends", "Friends"),
        ("contactStage=warm", "contactStage"),
        ("fromDate=yesterday", "fromDate"),
        ("isShared=1", "isShared"),
        ("filterValue=" + "x" * 1001, "filterValue"),
        ("cursor=abc", "cursor"),
    ],
)
def test_unreadable_values_get_400_with_the_parameter(portal, query, named):
    answer = portal.call("GET", f"crm/contact/filter?{query}")
    assert answer.status == 400
    assert named in answer.json["error"]["message"]


def test_cursor_of_another_filter_gets_400(world):
    portal, _ = world
    cursor = portal.call("GET", "crm/contact/filter?count=2&cursor=").json["nextCursor"]
    answer = portal.call("GET", f"crm/contact/filter?isShared=true&cursor={cursor}")
    assert answer.status == 400


def test_guest_and_anonymous_request_get_no_list(portal):
    assert set(PEOPLE) >= set(USERS)
    assert portal.call("GET", "crm/contact/filter", as_="gus").status == 403
    assert portal.call("GET", "crm/contact/filter", as_=None).status == 401
