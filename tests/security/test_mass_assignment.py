"""Whatever else a request names, it sets what the route says it sets and nothing more: who made a
record and when, its id, version and rights are not the caller's to say."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import Table, select

from dealwright import app
from dealwright.storage import schema
from dealwright.wire import casing
from tests.making import make_opportunity, make_person, stored
from tests.running import PASSWORD, Portal

AN_OLD_DATE = "2001-01-01T00:00:00.0000000Z"
SOMEBODY = "11111111-1111-1111-1111-111111111111"
# In every spelling in which a column, a member of an answer or a member of the reference's own
# classes is written.
SMUGGLED: dict[str, Any] = {
    **dict.fromkeys(("id", "ID", "_id", "dealid", "contactsid", "entity_id"), 1),
    **{key: {"id": SOMEBODY} for key in ("createBy", "created_by", "createdBy", "CreateById")},
    **dict.fromkeys(("created", "created_on", "createOn", "createdOn"), AN_OLD_DATE),
    **dict.fromkeys(("modified_by", "modifiedBy", "lastModifedBy", "deleted_by"), SOMEBODY),
    **dict.fromkeys(("modified_on", "lastModifed", "deleted_on", "deletedOn"), AN_OLD_DATE),
    **dict.fromkeys(("version", "etag", "If-Match", "sort_order", "sortOrder"), 77),
    **dict.fromkeys(("canEdit", "canDelete", "can_edit", "canRestore", "isAdmin"), True),
    **dict.fromkeys(("tenantId", "tenant_id", "portal_id", "TenantID"), 2),
    **dict.fromkeys(("role", "userRole", "scope_", "isOwner"), "owner"),
    **dict.fromkeys(("is_private", "is-private", "share_type", "is_terminated"), 1),
    **dict.fromkeys(("title_key", "search_text", "words", "display_name", "displayName"), "x"),
    **dict.fromkeys(("relativeItemsCount", "count", "total", "currency", "smallFotoUrl"), 9),
    **{key: {"isAdmin": True} for key in ("__proto__", "constructor", "__class__", "self")},
    "access": [SOMEBODY],
    "tags": ["smuggled"],
    "managers": [SOMEBODY],
    "audit": [],
}
DEAL = {"title": "A deal", "stageid": 1, "bidCurrencyAbbr": "EUR"}
PERSON = {"firstName": "A", "lastName": "Person"}
COMPANY = {"companyName": "A company"}


def row(portal: Portal, table: Table, number: int) -> dict[str, Any]:
    found = stored(portal, select(table).where(table.c.id == number))
    return dict(zip(table.columns.keys(), found[0], strict=True))


def alike(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """The columns in which two rows differ that were written one after the other."""
    passing = (
        *("id", "external_id", "created_on", "modified_on", "position", "sort_order"),
        *("rank", "stage_since", "touched_on"),  # follow from when it was made
    )
    return {
        name: (first[name], second[name])
        for name in first
        if first[name] != second[name] and name not in passing
    }


def legal(route: tuple[str, str], payload: dict[str, Any]) -> dict[str, Any]:
    """What is smuggled into a route: without what is a parameter of it."""
    [binder] = [
        each.binder
        for each in app.routes().routes
        if (each.method, each.template) == route and each.binder
    ]
    return {
        name: value
        for name, value in SMUGGLED.items()
        if name.lower() not in binder.names and name not in payload
    }


RECORDS = (
    ("crm/opportunity", "crm/opportunity/{opportunityid:id}", DEAL, schema.opportunity),
    ("crm/contact/person", "crm/contact/person/{personid:id}", PERSON, schema.contact),
    ("crm/contact/company", "crm/contact/company/{companyid:id}", COMPANY, schema.contact),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record[0])
@pytest.mark.parametrize("spelling", ["json", "form", "query"])
def test_a_record_is_made_and_changed_by_its_parameters_alone(
    place: Portal, record: tuple[str, str, dict[str, Any], Table], spelling: str
):
    path, one, payload, table = record
    if table is schema.opportunity:
        payload = payload | {"responsibleid": place.id_of("ann")}
    smuggled = legal(("POST", path), payload)

    def send(method: str, address: str, more: dict[str, Any], who: str) -> int:
        sent = {**more, **payload}
        if spelling == "query":
            address, sent = f"{address}?{urlencode(sent)}", {}
        body = {"json": sent} if spelling == "json" else {"form": sent}
        answer = place.call(method, address, as_=who, **body)
        assert answer.status == {"POST": 201, "PUT": 200}[method], answer.text
        number: int = answer.response["id"]
        return number

    plain, strange = (send("POST", path, more, "ann") for more in ({}, smuggled))
    assert alike(row(place, table, plain), row(place, table, strange)) == {}
    assert row(place, table, strange)["created_by"] == place.id_of("ann")
    for who in ("ann", "root"):  # an administrator is not asked for more
        before = row(place, table, strange)
        address = one.partition("{")[0]
        assert send("PUT", f"{address}{strange}", smuggled, who) == strange
        after = row(place, table, strange)
        assert alike(before, after).keys() <= {"version", "modified_by"}
        assert (after["version"], after["modified_by"]) == (
            before["version"] + 1,
            place.id_of(who),
        )
        assert after["created_on"] == before["created_on"]


def test_a_member_of_an_answer_is_no_way_in_either(place: Portal):
    """Sending back all members of an answer, with changed values, changes only parameters."""
    made = make_opportunity(place, description="kept", isPrivate=True)
    shown = place.call("GET", f"crm/opportunity/{made}").response
    better = {
        **shown,
        "createBy": {"id": place.id_of("bob")},
        "created": AN_OLD_DATE,
        "canEdit": False,
        "id": made + 1,
        "stage": {"id": 2},
        "responsible": {"id": place.id_of("bob")},
        **DEAL,
        "responsibleid": place.id_of("ann"),
    }
    place.call("PUT", f"crm/opportunity/{made}", json=better, as_="root")
    after = place.call("GET", f"crm/opportunity/{made}").response
    assert (after["createBy"], after["created"]) == (shown["createBy"], shown["created"])
    assert (after["stage"]["id"], after["responsible"]) == (1, shown["responsible"])
    assert after["isPrivate"] is True


def test_what_administrators_keep_is_set_by_parameters_alone(place: Portal):
    for path, payload, table in (
        ("crm/opportunity/stage", {"color": "#112233"}, schema.stage),
        ("crm/contact/status", {"color": "#112233"}, schema.list_item),
        ("crm/opportunity/customfield", {"fieldType": "CheckBox"}, schema.custom_field),
    ):
        rows = []
        for more in ({}, {k: v for k, v in SMUGGLED.items() if k.lower() != "sortorder"}):
            sent = {**more, **payload, "title": uuid4().hex, "label": uuid4().hex}
            answer = place.call("POST", path, json=sent, as_="root")
            assert answer.status == 201, answer.text
            rows.append(row(place, table, answer.response["id"]))
        different = alike(*rows).keys()
        assert different <= {"title", "label"}, different


def test_token_belongs_to_its_own_user_only(place: Portal):
    payload = {"title": "t", "scope": "read", "userid": place.id_of("root"), "role": "owner"}
    more = {"person_id": place.id_of("root"), "kind": "session", "hash": "x", "expires_on": 1}
    made = place.call("POST", "people/@self/tokens", json=payload | more | SMUGGLED)
    assert made.status == 201, made.text
    headers = {"Authorization": made.response["token"]}
    assert place.call("GET", "people/@self", as_=None, headers=headers).response["id"] == (
        place.id_of("ann")
    )
    refused = place.call("POST", "crm/opportunity", json=DEAL, as_=None, headers=headers)
    assert refused.status == 403
    assert place.call("GET", "portal/usedspace", as_=None, headers=headers).status == 403


def test_signing_in_takes_no_more_than_a_name_and_a_password(place: Portal):
    more = {"role": "owner", "session": True, "person_id": place.id_of("root"), "kind": "api"}
    payload = {"userName": "cid@example.com", "password": PASSWORD, **more}
    token = place.call("POST", "authentication", json=payload, as_=None).response["token"]
    headers = {"Authorization": token}
    shown = place.call("GET", "people/@self", as_=None, headers=headers).response
    assert (shown["id"], shown["isAdmin"]) == (place.id_of("cid"), False)


def test_quick_lists_and_filters_take_no_more_either(place: Portal):
    pairs = {"data": [{"key": "A", "value": "B", **SMUGGLED}], **SMUGGLED}
    made = place.call("POST", "crm/contact/person/quick", json=pairs).response
    assert [each["displayName"] for each in made] == ["A B"]
    [stored_row] = [row(place, schema.contact, each["id"]) for each in made]
    assert (stored_row["created_by"], stored_row["share_type"]) == (place.id_of("ann"), 0)
    person = make_person(place, shareType=0)
    tagged = place.call(
        "POST", "crm/contact/taglist", json={"entityid": [person], "tagName": "t", **SMUGGLED}
    )
    assert tagged.status == 201
    assert place.call("GET", f"crm/contact/{person}", as_="bob").status == 404


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_no_route_reads_what_only_the_portal_writes(portal: Portal):
    """Columns that no parameter of any route is called like, in the spelling of the wire."""
    own = {"created_by", "modified_by", "deleted_by", "deleted_on", "version", "password_hash"}
    spelled = {casing.parameter(name).lower() for name in own} | {"createby", "canedit"}
    for route in app.routes().routes:
        if route.binder and route.method != "GET":  # a filter may ask by them
            assert spelled.isdisjoint(route.binder.names), route.template
