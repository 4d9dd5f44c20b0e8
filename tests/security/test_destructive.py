"""What deletes, shares or tags many at once does no more than it was plainly asked for: never all
by an empty, misspelt or misplaced filter, never what its caller may not change, each once."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from dealwright.storage import schema
from tests.making import make_opportunity, make_person, stored
from tests.running import Answer, Portal


class Route(NamedTuple):
    """A route that changes whatever a filter finds."""

    method: str
    path: str
    needed: dict[str, Any]  # what it asks for besides the filter

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def list(self) -> str:
        return f"crm/{'contact' if 'contact' in self.path else 'opportunity'}/filter"


ROUTES = (
    Route("DELETE", "crm/opportunity/filter", {}),
    Route("PUT", "crm/opportunity/filter/access", {"isPrivate": "true"}),
    Route("POST", "crm/opportunity/filter/taglist", {"tagName": "by filter"}),
    Route("DELETE", "crm/contact/filter", {}),
    Route("PUT", "crm/contact/filter/access", {"isPrivate": "true"}),
    Route("POST", "crm/contact/filter/taglist", {"tagName": "by filter"}),
)
without_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
of_all = pytest.mark.parametrize("route", ROUTES, ids=str)


@pytest.fixture
def own(place: Portal) -> Portal:
    """With something to lose."""
    if not place.call("GET", "crm/opportunity/filter?count=1").json["total"]:
        for title in ("keep me", "drop me"):
            make_opportunity(place, title=title)
            make_person(place, firstName=title, lastName="Person")
    return place


def everything(portal: Portal) -> set[tuple[str, ...]]:
    """Every record with its version and tags: another set after any change."""
    found = set()
    for kind in (schema.opportunity, schema.contact):
        columns = (kind.c.id, kind.c.version, kind.c.deleted_on)
        found |= {(kind.name, *map(str, row)) for row in stored(portal, select(*columns))}
    for link in (schema.opportunity_tag, schema.contact_tag):
        kind = link.name.removesuffix("_tag")
        columns = (link.c[f"{kind}_id"], link.c.tag_id)
        found |= {(kind, *map(str, row)) for row in stored(portal, select(*columns))}
    return found


def send(portal: Portal, route: Route, query: str = "", **more: Any) -> Answer:
    path = f"{route.path}?{query}&{urlencode(route.needed)}"
    return portal.call(route.method, path, as_="root", **more)


EMPTY = (
    "",
    "all=false",
    "all=",
    "filterValue=",
    "tags=",
    "fromDate=&toDate=",
    "fromDate=0001-01-01T00:00:00",
    "count=1",
    "startIndex=5",
    "fields=id&sortBy=id&sortOrder=descending",
    "filterBy=title&filterOp=equals",
    "type=opportunity&updatedSince=2020-01-01",
    "_=1700000000&__=1&asc_auth_key=x",
)


@without_database
@of_all
def test_an_empty_filter_is_refused(own: Portal, route: Route):
    before = everything(own)
    for query in EMPTY:
        answer = send(own, route, query)
        assert answer.status == 400, answer.text
        assert "all must be true" in answer.json["error"]["message"]
    assert everything(own) == before


NOTHING = (
    "responsibleid=00000000-0000-0000-0000-000000000000",
    "opportunityStagesid=0",
    "opportunityStagesid=-1",
    "contactid=0",
    "contactid=-1&contactAlsoIsParticipant=true",
    "stageType=",
)


@without_database
@pytest.mark.parametrize("route", ROUTES[:3], ids=str)
def test_what_filters_nothing_is_an_empty_filter(own: Portal, route: Route):
    for query in NOTHING:
        assert send(own, route, query).status == 400, query


@of_all
def test_a_filter_without_a_word_or_a_tag_in_it_finds_nothing(own: Portal, route: Route):
    before = everything(own)
    for query in ("filterValue=%20", "filterValue=,.;-", "tags[]=&tags[]=", "filterValue=%22%22"):
        assert send(own, route, query).status in (200, 201)
    assert everything(own) == before


MISSPELT = (
    "filtervalues=drop",
    "filter=drop",
    "search=drop",
    "tag=x",
    "Tags%20=x",
    "stage=1",
    "stageid=1",
    "stagesid=1",
    "opportunityStageid=1",
    "responsible=x",
    "contact_id=1",
    "contactStages=1",
    "dateFrom=2020-01-01",
    "id=1",
    "ids[]=1",
    "where[title]=drop",
    "limit=1",
)


@without_database
@of_all
def test_a_misspelt_filter_is_refused_and_not_passed_over(own: Portal, route: Route):
    before = everything(own)
    for query, beside in product(MISSPELT, ("", "all=true", "fromDate=2000-01-01")):
        answer = send(own, route, f"{query}&{beside}")
        assert answer.status == 400, query
        assert "is not a parameter here" in answer.json["error"]["message"]
    assert everything(own) == before


UNREADABLE = (
    ("filterValue[x]=drop&fromDate=2000-01-01", "filterValue must be text"),
    (f"filterValue={'x' * 1001}", "at most 1000 characters"),
    ("filterValue=%00", "U+0000"),
    ("fromDate=yesterday", "date"),
    ("fromDate=2000-13-01", "date"),
    ("tags=x&all=perhaps", "true or false"),
    ("filterValue=drop&fromDate=1066-10-14", "1900-01-01"),
)


@without_database
@of_all
def test_a_filter_that_cannot_be_read_is_refused(own: Portal, route: Route):
    before = everything(own)
    for query, words in UNREADABLE:
        answer = send(own, route, query)
        assert answer.status == 400
        assert words in answer.json["error"]["message"]
    assert everything(own) == before


SPELLINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "JSON": lambda payload: {"json": payload},
    "JSON, a list": lambda payload: {"json": {name: [value] for name, value in payload.items()}},
    "JSON, other case": lambda payload: {"json": {k.upper(): v for k, v in payload.items()}},
    "form": lambda payload: {"form": payload},
    "form, brackets": lambda payload: {"form": {f"{name}[]": v for name, v in payload.items()}},
    "XML": lambda payload: {
        "body": "<r>" + "".join(f"<{k}>{v}</{k}>" for k, v in payload.items()) + "</r>",
        "headers": {"Content-Type": "text/xml"},
    },
}


@of_all
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_filter_limits_from_wherever_it_comes(place: Portal, route: Route, spelling: str):
    """Also a search text in the body, where lists do not look for one."""
    word = "w" + uuid4().hex[:12]
    deals = [make_opportunity(place, title=f"{word} {end}") for end in ("drop", "keep")]
    people = [make_person(place, firstName=word, lastName=end) for end in ("drop", "keep")]
    before = everything(place)
    is_contact = "contact" in route.path
    wide = {"contactListView": "Person"} if is_contact else {"opportunityStagesid": 1}
    payload = {"filterValue": f"{word} drop", **wide, **route.needed}
    answer = place.call(route.method, route.path, as_="root", **SPELLINGS[spelling](payload))
    assert answer.status in (200, 201), answer.text
    changed = {(kind, number) for kind, number, *_ in everything(place) - before}
    assert changed == (
        {("contact", str(people[0]))} if is_contact else {("opportunity", str(deals[0]))}
    )


def test_the_same_ids_count_once_and_the_others_are_skipped(portal: Portal):
    own = portal.fresh()
    deals = [make_opportunity(own) for _ in range(3)]
    hidden = make_opportunity(own, "root", isPrivate=True)
    gone = make_opportunity(own)
    own.call("DELETE", f"crm/opportunity/{gone}")
    ids = [*deals, hidden, gone, 0, -1, 2**31 - 1, *deals] * 100
    answer = own.call("PUT", "crm/opportunity", json={"opportunityids": ids})
    assert [each["id"] for each in answer.response] == deals
    assert own.call("GET", f"crm/opportunity/{hidden}", as_="root").status == 200
    trashed = own.call("GET", "crm/trash?count=1000").response
    assert sorted(each["id"] for each in trashed) == sorted([*deals, gone])
    assert own.call("GET", "crm/opportunity/filter", as_="root").json["total"] == 1


def test_of_mixed_rights_only_what_may_be_changed_is(portal: Portal):
    own = portal.fresh()
    mine = make_opportunity(own, "bob")
    listed = make_opportunity(own, isPrivate=True, accessList=[own.id_of("bob")])
    hidden = make_opportunity(own, isPrivate=True)
    private = {"isPrivate": True, "accessList": [own.id_of("cid")]}
    ids = {"opportunityid": [mine, listed, hidden]}
    shared = own.call("PUT", "crm/opportunity/access", json={**ids, **private}, as_="bob")
    assert [each["id"] for each in shared.response] == [mine]
    editable = make_person(own, shareType=1)
    readable = make_person(own, shareType=2)
    secret = make_person(own, shareType=0)
    chosen = {"contactids": [editable, readable, secret]}
    deleted = own.call("PUT", "crm/contact", json=chosen, as_="bob")
    assert [each["id"] for each in deleted.response] == [editable]
    tagged = {"entityid": [readable, secret], "tagName": "by bob"}
    assert own.call("POST", "crm/contact/taglist", json=tagged, as_="bob").status == 201
    for person in (readable, secret):
        assert own.call("GET", f"crm/contact/{person}/tag").response == []
    everyone = own.call("DELETE", "crm/opportunity/filter?all=true", as_="bob")
    assert sorted(each["id"] for each in everyone.response) == sorted([mine, listed])
    assert own.call("GET", f"crm/opportunity/{hidden}").status == 200
    contacts = own.call("DELETE", "crm/contact/filter?all=true", as_="bob")
    assert contacts.response == []
    for person in (readable, secret):
        assert own.call("GET", f"crm/contact/{person}").status == 200


MANY = (
    ("PUT", "crm/opportunity", "opportunityids", {}),
    ("PUT", "crm/opportunity/access", "opportunityid", {"isPrivate": False}),
    ("POST", "crm/opportunity/taglist", "entityid", {"tagName": "t"}),
    ("PUT", "crm/contact", "contactids", {}),
    ("PUT", "crm/contact/access", "contactid", {"isShared": True}),
    ("POST", "crm/contact/taglist", "entityid", {"tagName": "t"}),
    ("PUT", "crm/trash/restore", "items", {}),
)


@pytest.mark.parametrize(("method", "path", "name", "payload"), MANY)
def test_ten_thousand_ids_are_the_most(
    place: Portal, method: str, path: str, name: str, payload: dict[str, Any]
):
    def ask(count: int) -> Answer:
        ids: list[Any] = [*range(1_000_000, 1_000_000 + count)]
        if name == "items":
            ids = [{"entityType": "opportunity", "id": each} for each in ids]
        return place.call(method, path, json={**payload, name: ids})

    assert ask(10_000).status in (200, 201, 404)
    refused = ask(10_001)
    assert refused.status == 400
    assert f"{name} must have at most 10000 items" in refused.json["error"]["message"]


def test_no_ids_at_all_are_no_change(own: Portal):
    before = everything(own)
    for method, path, name, payload in MANY:
        for ids in ([], None, "", [None], [""]):
            answer = own.call(method, path, json={**payload, name: ids})
            assert answer.status in (200, 201, 400), answer.text
            assert not answer.json.get("response") or answer.response == payload.get("tagName")
    assert everything(own) == before


NO_LISTS = ("1,2", "*", "all", "1 or 1=1", {"$gt": 0}, [[]], [{}], "1..9", True)


@without_database
def test_what_is_no_list_of_ids_changes_nothing(own: Portal):
    before = everything(own)
    for (method, path, name, payload), ids in product(MANY, NO_LISTS):
        answer = own.call(method, path, json={**payload, name: ids})
        if answer.status != 400:
            assert ids == [[]] or name == "items"
    assert everything(own) == before


def test_what_was_deleted_at_once_comes_back_at_once(portal: Portal):
    """A mistake of many is undone by the same hand."""
    own = portal.fresh()
    deals = [make_opportunity(own) for _ in range(30)]
    own.call("DELETE", "crm/opportunity/filter?all=true")
    assert own.call("GET", "crm/opportunity/filter").json["total"] == 0
    items = [{"entityType": "opportunity", "id": each} for each in deals]
    assert own.call("PUT", "crm/trash/restore", json={"items": items}).status == 200
    assert own.call("GET", "crm/opportunity/filter").json["total"] == 30


def test_a_batch_of_deletions_undoes_nothing_but_stops_at_nothing_either(portal: Portal):
    """Each request of a batch stands for itself; the refused ones change nothing."""
    own = portal.fresh()
    deals = [make_opportunity(own) for _ in range(2)]
    items = [
        {"relativeUrl": f"/api/2.0/{path}", "relativeMethod": "DELETE"}
        for path in (
            f"crm/opportunity/{deals[0]}",
            "crm/opportunity/filter",
            "crm/opportunity/filter?tag=x",
        )
    ]
    answer = own.call("POST", "batch", form={"batch": json.dumps(items)})
    assert [each["status"] for each in answer.response] == [200, 400, 400]
    [(left,)] = stored(
        own,
        select(func.count())
        .select_from(schema.opportunity)
        .where(schema.opportunity.c.deleted_on.is_(None)),
    )
    assert left == 1
