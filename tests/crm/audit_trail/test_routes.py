from typing import Any

import pytest

from tests.running import Portal

KEYS = ["id", "action", "by", "on", "changes"]


def made(portal: Portal, path: str, said: dict[str, Any], as_: str = "ann") -> Any:
    answer = portal.call("POST", f"crm/{path}", json=said, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def said(portal: Portal, **changes: object) -> dict[str, Any]:
    stage = portal.call("GET", "crm/opportunity/stage").response[0]["id"]
    usual = {
        "title": "Catalogue",
        "responsibleid": portal.id_of("ann"),
        "stageid": stage,
        "bidCurrencyAbbr": "USD",
    }
    return {**usual, **changes}


def opportunity(portal: Portal, **changes: object) -> int:
    return int(made(portal, "opportunity", said(portal, **changes))["id"])


def update(portal: Portal, id: int, as_: str = "ann", **changes: object) -> None:
    answer = portal.call("PUT", f"crm/opportunity/{id}", json=said(portal, **changes), as_=as_)
    assert answer.status == 200, answer.text


def company(portal: Portal, *, share_type: int = 1) -> int:
    expected = {"companyName": "Quiet", "shareType": share_type}
    return int(made(portal, "contact/company", expected)["id"])


def trail(portal: Portal, path: str, as_: str = "ann") -> list[dict[str, Any]]:
    answer = portal.call("GET", f"crm/{path}", as_=as_)
    assert answer.status == 200, answer.text
    entries: list[dict[str, Any]] = answer.response
    return entries


def changes(portal: Portal, id: int, as_: str = "ann") -> dict[str, tuple[Any, Any]]:
    """The changes of the newest audit row of an opportunity, by field."""
    newest = trail(portal, f"opportunity/{id}/audit", as_)[0]
    return {each["field"]: (each["old"], each["new"]) for each in newest["changes"]}


def test_changes_are_listed_newest_first(portal: Portal):
    deal = opportunity(portal)
    update(portal, deal, as_="bob", title="Brochure")
    newest, oldest = trail(portal, f"opportunity/{deal}/audit.json")
    assert [*newest] == KEYS
    assert (newest["action"], oldest["action"]) == ("updated", "created")
    assert (newest["by"]["id"], oldest["by"]["id"]) == (portal.id_of("bob"), portal.id_of("ann"))
    assert newest["changes"] == [{"field": "title", "old": "Catalogue", "new": "Brochure"}]
    shown = portal.call("GET", f"crm/opportunity/{deal}").response
    assert oldest["on"] == shown["created"]
    assert oldest["by"] == shown["createBy"]


def test_fields_and_values_match_the_api(portal: Portal):
    deal = opportunity(portal, bidValue="1234.5")
    stages = portal.call("GET", "crm/opportunity/stage").response
    update(
        portal,
        deal,
        bidValue="922337203685476.0001",
        bidType="PerMonth",
        perPeriodValue=3,
        bidCurrencyAbbr="EUR",
        stageid=stages[1]["id"],
        successProbability=30,
        responsibleid=portal.id_of("bob"),
        expectedCloseDate="2030-01-01T12:00:00Z",
        externalId=f"audit-{deal}",
    )
    assert changes(portal, deal) == {
        "bidValue": (1234.5, 922337203685476.0001),
        "bidType": (0, 4),
        "perPeriodValue": (0, 3),
        "bidCurrency": ("USD", "EUR"),
        "stage": (stages[0]["id"], stages[1]["id"]),
        "successProbability": (0, 30),
        "responsible": (portal.id_of("ann"), portal.id_of("bob")),
        "expectedCloseDate": (None, "2030-01-01T12:00:00.0000000Z"),
        "externalId": (None, f"audit-{deal}"),
    }
    text = portal.call("GET", f"crm/opportunity/{deal}/audit").text
    assert '"new":922337203685476.0001' in text


def test_moments_are_in_the_portals_zone(portal: Portal):
    russian = portal.fresh(timezone="Europe/Moscow")
    deal = opportunity(russian, actualCloseDate="2024-06-15T00:00:00")
    entry = trail(russian, f"opportunity/{deal}/audit")[0]
    found = {each["field"]: each["new"] for each in entry["changes"]}
    assert found["actualCloseDate"] == "2024-06-15T00:00:00.0000000+03:00"
    assert entry["on"].endswith("+03:00")


def test_access_list_uses_guids(portal: Portal):
    deal = opportunity(portal)
    update(portal, deal, isPrivate=True, accessList=[portal.id_of("bob")])
    found = changes(portal, deal)
    assert found["isPrivate"] == (False, True)
    old, new = found["accessList"]
    assert (old, sorted(new)) == ([], sorted([portal.id_of("ann"), portal.id_of("bob")]))


def test_trail_shows_only_changed_custom_fields(portal: Portal):
    expected = {"label": "Floor", "fieldType": 0, "mask": '{"size":40}'}
    first, second = (
        made(portal, "opportunity/customfield", expected, "root")["id"] for _ in range(2)
    )
    deal = opportunity(
        portal, customFieldList=[{"key": first, "value": "a"}, {"key": second, "value": "b"}]
    )
    update(portal, deal, customFieldList=[{"key": second, "value": "c"}])
    assert changes(portal, deal) == {
        "customFields": ([{"key": second, "value": "b"}], [{"key": second, "value": "c"}])
    }


def test_hidden_contact_is_left_out(portal: Portal):
    hidden, other, plain = (
        company(portal, share_type=0),
        company(portal, share_type=0),
        company(portal),
    )
    deal = opportunity(portal, contactid=hidden, members=[plain])
    created = {name: changes(portal, deal, name) for name in ("ann", "bob", "root")}
    assert created["ann"]["contact"] == created["root"]["contact"] == (None, hidden)
    assert created["ann"]["members"] == (None, sorted([hidden, plain]))
    assert "contact" not in created["bob"]
    assert created["bob"]["members"] == (None, [plain])
    update(portal, deal, contactid=other, members=[plain, other], title="Brochure")
    assert changes(portal, deal)["contact"] == (hidden, other)
    assert changes(portal, deal, "bob") == {"title": ("Catalogue", "Brochure")}
    assert changes(portal, deal)["members"] == (sorted([hidden, plain]), sorted([plain, other]))
    assert [each["changes"] for each in trail(portal, f"opportunity/{deal}/audit", "root")] == [
        each["changes"] for each in trail(portal, f"opportunity/{deal}/audit")
    ]


def test_contact_in_the_trash_is_left_out_until_it_is_restored(portal: Portal):
    firm = company(portal)
    deal = opportunity(portal, contactid=firm)
    assert changes(portal, deal)["contact"] == (None, firm)
    portal.call("DELETE", f"crm/contact/{firm}")
    assert {"contact", "members"} & set(changes(portal, deal)) <= {"members"}
    assert changes(portal, deal).get("members", (None, []))[1] == []
    item = {"entityType": "contact", "id": firm}
    portal.call("PUT", "crm/trash/restore", json={"items": [item]})
    assert changes(portal, deal)["contact"] == (None, firm)


def test_participants_and_stages_are_recorded(portal: Portal):
    firm, deal = company(portal), opportunity(portal)
    made(portal, f"opportunity/{deal}/contact/{firm}", {})
    assert changes(portal, deal) == {"members": ([], [firm])}
    won = next(
        each["id"]
        for each in portal.call("GET", "crm/opportunity/stage").response
        if each["stageType"] == 1
    )
    portal.call("PUT", f"crm/opportunity/{deal}/stage/{won}", json={"stageid": won}, as_="bob")
    found = changes(portal, deal)
    assert found["stage"][1] == won
    assert found["successProbability"] == (0, 100)
    assert found["actualCloseDate"][0] is None


def test_contacts_have_a_trail_too(portal: Portal):
    firm = company(portal)
    entry = trail(portal, f"contact/{firm}/audit.json")[0]
    found = {each["field"]: (each["old"], each["new"]) for each in entry["changes"]}
    assert entry["action"] == "created"
    assert found["companyName"] == (None, "Quiet")
    assert found["isCompany"] == (None, True)
    expected = {"firstName": "Ida", "lastName": "Ink", "companyId": firm, "shareType": 1}
    person = made(portal, "contact/person", expected)["id"]
    entry = trail(portal, f"contact/{person}/audit.json")[0]
    assert {"field": "company", "old": None, "new": firm} in entry["changes"]


def test_hidden_company_is_left_out_of_the_trail_of_its_person(portal: Portal):
    firm = company(portal, share_type=0)
    expected = {"firstName": "Ida", "lastName": "Ink", "companyId": firm, "shareType": 1}
    person = made(portal, "contact/person", expected)["id"]
    fields = [
        each["field"] for each in trail(portal, f"contact/{person}/audit", "bob")[0]["changes"]
    ]
    assert "company" not in fields


@pytest.mark.parametrize("kind", ["opportunity", "contact"])
def test_trail_of_a_hidden_record_gets_404(portal: Portal, kind: str):
    if kind == "contact":
        id = company(portal, share_type=0)
    else:
        id = opportunity(portal, isPrivate=True, accessList=[portal.id_of("ann")])
    path = f"crm/{kind}/{id}/audit"
    payload = {name: portal.call("GET", path, as_=name).status for name in ("ann", "bob", "root")}
    assert payload == {"ann": 200, "bob": 404, "root": 200}
    assert portal.call("GET", path, as_="gus").status == 403
    assert portal.call("GET", path, as_=None).status == 401
    portal.call("DELETE", f"crm/{kind}/{id}")
    assert portal.call("GET", path).status == 404


@pytest.mark.parametrize("kind", ["opportunity", "contact"])
def test_trail_of_an_unknown_record_gets_404(portal: Portal, kind: str):
    assert portal.call("GET", f"crm/{kind}/2147483647/audit").status == 404
    assert portal.call("GET", f"crm/{kind}/99999999999/audit").status == 404
    assert portal.call("GET", f"crm/{kind}/0/audit").status == 400


def test_trail_has_pages(portal: Portal):
    deal = opportunity(portal)
    for number in range(4):
        update(portal, deal, title=f"Title {number}")
    path = f"opportunity/{deal}/audit"
    everything = [each["id"] for each in trail(portal, path)]
    assert everything == sorted(everything, reverse=True)
    assert [each["id"] for each in trail(portal, f"{path}?sortOrder=ascending")] == everything[::-1]
    page = portal.call("GET", f"crm/{path}?count=2&startIndex=1").json
    assert [each["id"] for each in page["response"]] == everything[1:3]
    assert (page["total"], page["nextIndex"]) == (5, 3)
    assert portal.call("GET", f"crm/{path}?count=0").json["total"] == 5
    assert portal.call("GET", f"crm/{path}?sortBy=by").status == 400


def test_trail_is_the_same_as_xml_and_in_the_documented_spelling(portal: Portal):
    deal = opportunity(portal)
    update(portal, deal, isPrivate=True, accessList=[portal.id_of("ann")], bidValue=2)
    xml = portal.call("GET", f"crm/opportunity/{deal}/audit.xml").text
    assert "<changes><field>bidValue</field><old>0</old><new>2</new></changes>" in xml
    assert "<field>isPrivate</field><old>false</old><new>true</new>" in xml
    answer = portal.call(
        "GET", f"crm/opportunity/{deal}/audit", accept="application/json; profile=documented"
    )
    assert [*answer.response[0]] == ["id", "Action", "By", "On", "Changes"]
    assert [*answer.response[0]["Changes"][0]] == ["Field", "Old", "New"]
