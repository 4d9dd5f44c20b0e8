"""The pages of a list together are the whole list for every sort key, and a cursor keeps its place
while other requests change the list."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.crm.opportunities.queries import SORTS
from dealwright.storage.text import sort_key
from tests.making import make_opportunity
from tests.running import Answer, Portal

Row = dict[str, Any]
FILTER = "crm/opportunity/filter"
UNSET = "0001-01-01T00:00:00.0000000Z"
USERS = ("ann", "bob", "cid")
ROWS = 33
PAGE = 7

# The value that each sort key orders by, computed from a row of the answer. A new sort key needs a
# line here.
KEYS: dict[str, Callable[[Row], Any]] = {
    "stage": lambda row: row["stage"]["sortOrder"],
    "title": lambda row: sort_key(row["title"]),
    "responsible": lambda row: row["responsible"]["id"],
    "bidvalue": lambda row: row.get("bidValue", 0),
    "dateandtime": lambda row: row[
        "actualCloseDate" if row["stage"].get("stageType") else "expectedCloseDate"
    ],
    "created": lambda row: row["created"],
    "createby": lambda row: row["createBy"]["id"],
    "description": lambda row: row["description"][:255],
    "bidtype": lambda row: row.get("bidType", 0),
    "bidcurrency": lambda row: row["bidCurrency"]["abbreviation"],
    "perperiodvalue": lambda row: row.get("perPeriodValue", 0),
    "successprobability": lambda row: row.get("successProbability", 0),
    "actualclosedate": lambda row: row["actualCloseDate"],
    "expectedclosedate": lambda row: row["expectedCloseDate"],
    "isprivate": lambda row: row["isPrivate"],
    "externalid": lambda row: row.get("externalId", ""),
    "id": lambda row: row["id"],
}
TITLES = ("Zebra", "ähre", "Ahre", "жук", "ёж", "🚀", "50%", "a_b", "zebra crossing", "王 小明")
TEXTS = ("", "", "Same words", "same words", "\N{ROCKET}" * 300 + "a", "\N{ROCKET}" * 300 + "b")
DAYS = (None, None, "2026-02-28T10:00:00", "2026-03-29T01:59:59", "1900-01-01", "2200-12-31")


@pytest.fixture(scope="module")
def worlds() -> Iterator[dict[str, Portal]]:
    opportunity_ids: dict[str, Portal] = {}
    yield opportunity_ids
    for portal in opportunity_ids.values():
        portal.close()


@pytest.fixture
def world(portal: Portal, worlds: dict[str, Portal]) -> Portal:
    """A portal with many opportunities that have equal sort values; built once."""
    system = portal.database.partition(":")[0]
    if system not in worlds:
        worlds[system] = portal.kept()
        fill(worlds[system])
    return worlds[system]


def fill(portal: Portal) -> None:
    people, titles, texts, days = cycle(USERS), cycle(TITLES), cycle(TEXTS), cycle(DAYS)
    for number in range(ROWS):
        creator = next(people)
        inputs: Row = {
            "title": next(titles),
            "description": next(texts),
            "responsibleid": portal.id_of(USERS[number % 2]),
            "stageid": number % 5 + 1,
            "bidType": number % 3,
            "bidValue": (0, 0.0001, -5, 922337203685477, 7)[number % 5],
            "bidCurrencyAbbr": ("EUR", "USD")[number % 2],
            "perPeriodValue": number % 4,
            "successProbability": number % 3 * 50,
            "expectedCloseDate": next(days),
            "actualCloseDate": next(days) if number % 4 else None,
            "isPrivate": number % 4 == 0,
        }
        if number % 3 == 0:
            inputs["externalId"] = f"key {number % 7} {number}"
        opportunity = make_opportunity(portal, creator, **inputs)
        day = {"creationDate": f"2026-01-{number % 4 + 1:02}T00:00:00Z"}
        path = f"crm/opportunity/{opportunity}/creationdate"
        assert portal.call("PUT", path, json=day, as_=creator).status == 200


def get_list(portal: Portal, as_: str = "ann", **query: Any) -> Answer:
    answer = portal.call("GET", f"{FILTER}?{urlencode(query)}", as_=as_)
    assert answer.status == 200, answer.text
    return answer


def ids(rows: list[Row]) -> list[int]:
    return [row["id"] for row in rows]


def by_index(portal: Portal, whole: list[Row], as_: str, **query: object) -> list[Row]:
    """Every page, following `nextIndex`. Each page states the length of the list."""
    rows: list[Row] = []
    start: int | None = 0
    while start is not None:
        answer = get_list(portal, as_, startIndex=start, count=PAGE, **query)
        assert answer.json["total"] == len(whole)
        assert answer.json.get("count", 0) == len(answer.response)
        rows += answer.response
        start = answer.json.get("nextIndex")
    return rows


def by_cursor(portal: Portal, whole: list[Row], as_: str, **query: object) -> list[Row]:
    rows: list[Row] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = get_list(portal, as_, cursor=cursor, count=PAGE, **query)
        assert answer.json["total"] == len(whole)
        rows += answer.response
        cursor = answer.json.get("nextCursor")
    return rows


def test_every_sort_key_has_a_line_in_this_test() -> None:
    assert set(KEYS) == set(SORTS)


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("sort", sorted(KEYS))
def test_pages_of_every_sort_are_the_whole_list(world: Portal, sort: str, order: str) -> None:
    for user in ("ann", "root"):
        query = {"sortBy": sort, "sortOrder": order}
        whole = get_list(world, user, **query).response
        key = KEYS[sort]
        in_order = sorted(whole, key=lambda row: (key(row), row["id"]))
        assert ids(whole) == ids(in_order if order == "ascending" else in_order[::-1])
        assert len(set(ids(whole))) == len(whole) == seen_by(world, user)
        assert by_index(world, whole, user, **query) == whole
        assert by_cursor(world, whole, user, **query) == whole


def seen_by(portal: Portal, user: str) -> int:
    """Every fourth opportunity is private: its responsible user, its creator and the owner see
    it."""
    private = [number for number in range(ROWS) if number % 4 == 0]
    hidden = [n for n in private if user not in ("root", USERS[n % 2], USERS[n % 3])]
    return ROWS - len(hidden)


@pytest.mark.parametrize(
    "query",
    [
        {"stageType": "Open"},
        {"filterValue": "zebra"},
        {"fromDate": "2026-01-01", "sortBy": "dateAndTime"},
        {"opportunityStagesid": 2, "sortOrder": "desc"},
        {"tags": "no such tag"},
        {"responsibleid": "bob", "sortBy": "created"},
        {"responsibleid": "ann", "filterValue": "zebra", "sortBy": "created", "sortOrder": "desc"},
    ],
)
def test_pages_of_a_filtered_list_are_the_whole_list(world: Portal, query: Row) -> None:
    if "responsibleid" in query:
        query = {**query, "responsibleid": world.id_of(query["responsibleid"])}
    whole = get_list(world, **query).response
    assert by_index(world, whole, "ann", **query) == whole
    assert by_cursor(world, whole, "ann", **query) == whole


def test_default_sort_is_the_stage_in_the_requested_order(world: Portal) -> None:
    for order in ("ascending", "descending", "desc", "DESC", "anything"):
        named = get_list(world, sortBy="stage", sortOrder=order).response
        assert get_list(world, sortOrder=order).response == named
        falls = order.lower().startswith("desc")
        assert ids(named) == ids(
            sorted(named, key=lambda row: (KEYS["stage"](row), row["id"]), reverse=falls)
        )


def test_sort_key_is_case_insensitive(world: Portal) -> None:
    assert (
        get_list(world, sortBy="BidVALUE").response == get_list(world, sortBy="bidvalue").response
    )


def test_unknown_sort_key_gets_400_with_the_known_keys(world: Portal) -> None:
    answer = world.call("GET", f"{FILTER}?sortBy=colour")
    assert answer.status == 400
    message = answer.json["error"]["message"]
    assert "sortBy must be one of" in message
    assert all(sort in message for sort in KEYS)


def test_count_of_zero_returns_the_total_alone(world: Portal) -> None:
    queries: tuple[Row, ...] = ({}, {"cursor": ""}, {"stageType": 0}, {"startIndex": 5})
    for query in queries:
        whole = get_list(world, **query).json["total"]
        answer = get_list(world, count=0, **query).json
        assert (answer["response"], answer["total"]) == ([], whole)
        assert not {"count", "nextIndex", "nextCursor"} & set(answer)


def test_next_index_follows_the_last_row_and_ends_with_the_list(world: Portal) -> None:
    total = get_list(world).json["total"]
    for start, count, following in (
        (0, 10, 10),
        (3, 10, 13),
        (total - 10, 10, None),
        (total - 3, 10, None),
        (total, 10, None),
        (2**31, 10, None),
        (0, total, None),
        (0, total - 1, total - 1),
    ):
        answer = get_list(world, startIndex=start, count=count).json
        assert answer.get("nextIndex") == following
        assert answer.get("startIndex", 0) == min(start, 2**31 - 1)
        assert (answer["total"], answer.get("count", 0)) == (
            total,
            min(count, max(0, total - start)),
        )


def test_more_than_a_thousand_rows_come_in_pages(world: Portal) -> None:
    for count in ("1001", "-1", "many", ""):
        assert len(get_list(world, count=count).response) == get_list(world).json["total"]


# ---------------------------------------------------------------------------------------- cursors


def refused(portal: Portal, **query: object) -> str:
    answer = portal.call("GET", f"{FILTER}?{urlencode(query)}")
    assert answer.status == 400, answer.text
    message: str = answer.json["error"]["message"]
    assert "cursor" in message
    return message


def test_cursor_belongs_to_its_filter_and_its_sort(world: Portal) -> None:
    query: Row = {"sortBy": "title", "stageType": "Open", "filterValue": "zebra", "count": 1}
    cursor = get_list(world, cursor="", **query).json["nextCursor"]
    get_list(world, cursor=cursor, **query)
    get_list(world, cursor=cursor, **{**query, "count": 9, "fields": "id"})
    for changed in (
        {"sortBy": "id"},
        {"sortOrder": "descending"},
        {"stageType": 1},
        {"filterValue": "crossing"},
        {"responsibleid": world.id_of("bob")},
        {"fromDate": "2026-01-01"},
    ):
        assert "another filter or sort" in refused(world, **{**query, **changed}, cursor=cursor)


def test_changed_or_invented_cursor_gets_400(world: Portal) -> None:
    query: Row = {"sortBy": "title", "count": 2}
    cursor = get_list(world, cursor="", **query).json["nextCursor"]
    for place in (0, 10, 21, 22, len(cursor) // 2, len(cursor) - 2):
        other = "A" if cursor[place] != "A" else "B"
        refused(world, cursor=cursor[:place] + other + cursor[place + 1 :], **query)
    for text in (cursor[:-4], cursor + "AAAA", "x", "%", "é", "0", "A" * 22, "-" * 1000, "\x7f"):
        refused(world, cursor=text, **query)


def test_cursor_shows_only_what_its_reader_may_see(world: Portal) -> None:
    """The cursor of another user is only a place in the list."""
    cursor = get_list(world, "root", count=5, cursor="").json["nextCursor"]
    rows = get_list(world, "ann", cursor=cursor).response
    assert set(ids(rows)) < set(ids(get_list(world, "ann").response))


def test_cursor_stays_short_for_a_long_sort_text(portal: Portal) -> None:
    word = "w" + uuid4().hex
    text = f"{word} " + "\N{ROCKET}" * 60_000
    opportunity_ids = [make_opportunity(portal, description=text) for _ in range(3)]
    query: Row = {"filterValue": word, "sortBy": "description", "count": 1}
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        assert len(cursor) < 3000
        answer = get_list(portal, cursor=cursor, **query)
        found += ids(answer.response)
        cursor = answer.json.get("nextCursor")
    assert found == opportunity_ids


class Beside:
    """The changes that other requests make while a client reads the list page by page."""

    def __init__(self, portal: Portal, word: str, values: list[int]) -> None:
        self.portal, self.word = portal, word
        self.stay = [self.make(value) for value in values]
        self.go = [self.make(value) for value in values]

    def make(self, value: int) -> int:
        inputs = {"title": f"{self.word} {value}", "bidValue": value, "stageid": value % 3 + 1}
        return make_opportunity(self.portal, "bob", **inputs)

    def act(self, action: str, value: int) -> None:
        if action == "insert":
            self.make(value)
        elif self.go:
            gone = self.go.pop(value % len(self.go))
            path = f"crm/opportunity/{gone}"
            if action == "delete":
                assert self.portal.call("DELETE", path, as_="bob").status == 200
            else:
                payload = {"isPrivate": True}
                assert (
                    self.portal.call("PUT", f"{path}/access", json=payload, as_="bob").status == 200
                )


steps = st.tuples(st.sampled_from(("insert", "insert", "delete", "hide")), st.integers(-2, 9))


@settings(max_examples=8)
@given(
    values=st.lists(st.integers(0, 5), min_size=2, max_size=6),
    between=st.lists(st.lists(steps, max_size=3), max_size=8),
    sort=st.sampled_from(("title", "bidvalue", "stage", "id", "created", "responsible")),
    order=st.sampled_from(("ascending", "descending")),
    count=st.integers(1, 4),
)
def test_cursor_returns_remaining_rows_once_while_others_change(
    portal: Portal,
    values: list[int],
    between: list[list[tuple[str, int]]],
    sort: str,
    order: str,
    count: int,
) -> None:
    beside = Beside(portal, "w" + uuid4().hex, values)
    query = {"filterValue": beside.word, "sortBy": sort, "sortOrder": order}
    before = ids(get_list(portal, **query).response)
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = get_list(portal, cursor=cursor, count=count, **query)
        found += ids(answer.response)
        cursor = answer.json.get("nextCursor")
        for action, value in between.pop() if between else ():
            beside.act(action, value)
    assert len(set(found)) == len(found)
    assert [each for each in found if each in beside.stay] == [
        each for each in before if each in beside.stay
    ]
