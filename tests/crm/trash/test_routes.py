import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from dealwright import app
from dealwright.crm.trash import actions
from dealwright.work import Work
from tests.running import Answer, Portal

PEOPLE = ("ann", "bob", "cid", "root")
KEYS = ["entityType", "id", "title", "deletedBy", "deletedOn", "expiresOn", "canRestore"]


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def made(portal: Portal, path: str, payload: dict[str, Any], as_: str = "ann") -> Any:
    answer = portal.call("POST", f"crm/{path}", json=payload, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def opportunity(portal: Portal, as_: str = "ann", **changes: object) -> int:
    payload = {
        "title": "Catalogue",
        "responsibleid": portal.id_of(as_),
        "stageid": stages(portal)[0],
        "bidCurrencyAbbr": "USD",
    }
    return int(made(portal, "opportunity", {**payload, **changes}, as_)["id"])


def company(portal: Portal, name: str = "Quiet", *, share_type: int = 1) -> int:
    payload = {"companyName": name, "shareType": share_type}
    return int(made(portal, "contact/company", payload)["id"])


def stages(portal: Portal) -> list[int]:
    return [each["id"] for each in portal.call("GET", "crm/opportunity/stage").response]


def delete(portal: Portal, kind: str, id: int, as_: str = "ann") -> None:
    assert portal.call("DELETE", f"crm/{kind}/{id}", as_=as_).status == 200


def trash(portal: Portal, query: str = "", as_: str = "ann") -> list[dict[str, Any]]:
    answer = portal.call("GET", f"crm/trash.json{query}", as_=as_)
    assert answer.status == 200, answer.text
    rows: list[dict[str, Any]] = answer.response
    return rows


def ids(portal: Portal, query: str = "", as_: str = "ann") -> list[tuple[str, int]]:
    return [(each["entityType"], each["id"]) for each in trash(portal, query, as_)]


def restore(portal: Portal, *items: tuple[str, int], as_: str = "ann", **more: object) -> Answer:
    payload = {"items": [{"entityType": kind, "id": id} for kind, id in items], **more}
    return portal.call("PUT", "crm/trash/restore", json=payload, as_=as_)


def total(portal: Portal, as_: str = "ann") -> int:
    return int(portal.call("GET", "crm/opportunity/filter?count=0", as_=as_).json["total"])


def purge(portal: Portal, *, days_later: int, limit: int = 100) -> int:
    async def run(work: Work) -> int:
        now = work.now + days_later * 86_400_000_000
        return await actions.purge(work.session, now=now, days=30, limit=limit)

    return asyncio.run(app.offline(portal.settings, run))


# ---------------------------------------------------------------------------------- what is shown


def test_trash_lists_who_deleted_a_record_and_until_when_it_stays(own: Portal):
    firm, deal = company(own), opportunity(own, title="Résumé")
    delete(own, "contact", firm)
    delete(own, "opportunity", deal, as_="bob")
    latest, first = trash(own)
    assert [*latest] == KEYS
    assert (latest["entityType"], latest["id"], latest["title"]) == ("opportunity", deal, "Résumé")
    assert (first["entityType"], first["id"], first["title"]) == ("contact", firm, "Quiet")
    assert latest["deletedBy"]["id"] == own.id_of("bob")
    deleted_on, expires_on = (
        datetime.fromisoformat(latest[key]) for key in ("deletedOn", "expiresOn")
    )
    assert expires_on - deleted_on == timedelta(days=30)


def test_deleter_responsible_user_and_creator_can_restore_a_record(own: Portal):
    shared = opportunity(own, responsibleid=own.id_of("bob"))
    delete(own, "opportunity", shared, as_="cid")
    assert [trash(own, as_=name)[0]["canRestore"] for name in PEOPLE] == [True] * 4
    foreign = opportunity(own)
    delete(own, "opportunity", foreign)
    assert [trash(own, as_=name)[0]["canRestore"] for name in PEOPLE] == [True, False, False, True]
    refused = restore(own, ("opportunity", foreign), as_="bob")
    assert refused.status == 403
    assert f"opportunity {foreign}" in refused.json["error"]["message"]


def test_hidden_records_stay_hidden_in_the_trash(own: Portal):
    deal = opportunity(own, isPrivate=True, accessList=[own.id_of("bob")])
    firm = company(own, share_type=0)
    delete(own, "opportunity", deal)
    delete(own, "contact", firm)
    listed = {name: ids(own, as_=name) for name in PEOPLE}
    assert listed == {
        "ann": [("contact", firm), ("opportunity", deal)],
        "bob": [("opportunity", deal)],
        "cid": [],
        "root": [("contact", firm), ("opportunity", deal)],
    }
    assert own.call("GET", "crm/trash?count=0", as_="cid").json["total"] == 0
    for item in (("opportunity", deal), ("contact", firm)):
        refused = restore(own, item, as_="cid")
        assert refused.status == 404
        assert f"{item[0]} {item[1]}" in refused.json["error"]["message"]


def test_trash_has_pages_sorts_and_filters(own: Portal):
    deals = [opportunity(own, title=title) for title in ("Blue door", "red ROOF", "Äpfel")]
    firm = company(own, "Roofers")
    for deal in deals:
        delete(own, "opportunity", deal)
    delete(own, "contact", firm)
    blue, red, apples = (("opportunity", deal) for deal in deals)
    roofers = ("contact", firm)
    assert ids(own) == [roofers, apples, red, blue]
    assert ids(own, "?sortOrder=ascending") == [blue, red, apples, roofers]
    assert ids(own, "?sortBy=title") == [apples, blue, red, roofers]
    assert ids(own, "?filterValue=roof") == [roofers, red]
    assert ids(own, "?entityType=Contact") == [roofers]
    assert ids(own, "?count=2&startIndex=1") == [apples, red]
    page = own.call("GET", "crm/trash?count=2&startIndex=1").json
    assert (page["total"], page["nextIndex"]) == (4, 3)
    assert own.call("GET", "crm/trash?startIndex=9").json["total"] == 4
    assert own.call("GET", "crm/trash?sortBy=colour").status == 400
    assert own.call("GET", "crm/trash?entityType=stage").status == 400


def test_guest_has_no_trash(portal: Portal):
    assert portal.call("GET", "crm/trash", as_="gus").status == 403
    assert portal.call("GET", "crm/trash", as_=None).status == 401
    assert restore(portal, ("opportunity", 1), as_="gus").status == 403


# -------------------------------------------------------------------------------------- restoring


def test_opportunity_is_restored_exactly_as_it_was(own: Portal):
    firm = company(own)
    fields = {"label": "Floor", "fieldType": 0, "mask": '{"size":40}'}
    field = made(own, "opportunity/customfield", fields, "root")["id"]
    deal = opportunity(
        own,
        title="Unforgettable",
        contactid=firm,
        customFieldList=[{"key": field, "value": "third"}],
        isPrivate=True,
        accessList=[own.id_of("bob")],
        externalId="a-1",
        expectedCloseDate="2030-01-01",
    )
    made(own, f"opportunity/{deal}/tag", {"tagName": "hot"})
    before = own.call("GET", f"crm/opportunity/{deal}").response
    delete(own, "opportunity", deal)
    assert total(own) == 0
    lying = trash(own)
    answer = restore(own, ("opportunity", deal))
    assert answer.status == 200
    assert answer.response == lying
    assert trash(own) == []
    assert own.call("GET", f"crm/opportunity/{deal}").response == before
    assert own.call("GET", f"crm/opportunity/tag/{deal}").response == ["hot"]
    for query in ("filterValue=unforget", "filterValue=third", "tags=hot", "toDate=2030-01-02"):
        found = own.call("GET", f"crm/opportunity/filter?{query}").response
        assert [each["id"] for each in found] == [deal], query
    assert {name: total(own, name) for name in PEOPLE} == {"ann": 1, "bob": 1, "cid": 0, "root": 1}


def test_contact_is_restored_to_its_references(own: Portal):
    firm = company(own)
    deal = opportunity(own, contactid=firm)
    before = own.call("GET", f"crm/opportunity/{deal}").response
    assert before["contact"]["id"] == firm
    delete(own, "contact", firm)
    without = own.call("GET", f"crm/opportunity/{deal}").response
    assert ("contact" in without, without["members"]) == (False, [])
    assert restore(own, ("contact", firm)).status == 200
    assert own.call("GET", f"crm/opportunity/{deal}").response == before
    assert own.call("GET", "crm/contact/filter").json["total"] == 1


def test_restored_record_has_a_new_version_and_an_audit_row(own: Portal):
    deal = opportunity(own)
    old = own.call("GET", f"crm/opportunity/{deal}").headers["ETag"]
    delete(own, "opportunity", deal)
    restore(own, ("opportunity", deal), as_="root")
    assert own.call("GET", f"crm/opportunity/{deal}").headers["ETag"] != old
    entry = own.call("GET", f"crm/opportunity/{deal}/audit").response[0]
    assert (entry["action"], entry["by"]["id"]) == ("restored", own.id_of("root"))


@pytest.mark.parametrize("kind", ["in front of the trash", "unknown", "forbidden"])
def test_all_items_are_restored_or_none(own: Portal, kind: str):
    deal, firm = opportunity(own), company(own)
    other = opportunity(own, "bob", title="Bob's")
    delete(own, "opportunity", deal)
    delete(own, "contact", firm)
    status = {"in front of the trash": 409, "unknown": 404, "forbidden": 403}[kind]
    if kind == "forbidden":
        delete(own, "opportunity", other, as_="root")
    if kind == "unknown":
        other = 999_999
    before = trash(own)
    refused = restore(own, ("opportunity", deal), ("contact", firm), ("opportunity", other))
    assert refused.status == status
    assert f"opportunity {other}" in refused.json["error"]["message"]
    assert trash(own) == before


def test_item_named_twice_is_restored_once(own: Portal):
    deal = opportunity(own)
    delete(own, "opportunity", deal)
    assert len(restore(own, ("Opportunity", deal), ("opportunity", deal)).response) == 1
    assert total(own) == 1


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([], "items must hold at least one"),
        ([("stage", 1)], "items[0].entityType must be one of contact, opportunity"),
        ([("", 1)], "items[0].entityType"),
    ],
)
def test_kind_without_a_trash_is_refused(
    portal: Portal, items: Sequence[tuple[str, int]], told: str
):
    answer = restore(portal, *items)
    assert answer.status == 400
    assert told in answer.json["error"]["message"]


@pytest.mark.parametrize("item", [("opportunity", 0), ("contact", -5), ("opportunity", 2**31 - 1)])
def test_unknown_item_gets_404(portal: Portal, item: tuple[str, int]):
    assert restore(portal, item).status == 404


def test_of_simultaneous_restores_one_succeeds(own: Portal):
    deal = opportunity(own)
    delete(own, "opportunity", deal)
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: restore(own, ("opportunity", deal)).status, range(8))]
    assert sorted(answers) == [200] + [409] * 7
    assert total(own) == 1


def test_opportunity_with_a_deleted_stage_needs_another_stage(own: Portal):
    stage = made(
        own,
        "opportunity/stage",
        {"title": "Short-lived", "color": "#fff", "successProbability": 5, "stageType": 0},
        "root",
    )["id"]
    deal = opportunity(
        own, stageid=stage, expectedCloseDate="2030-01-01", actualCloseDate="2020-01-01"
    )
    firm = company(own)
    delete(own, "opportunity", deal)
    delete(own, "contact", firm)
    assert own.call("DELETE", f"crm/opportunity/stage/{stage}", as_="root").status == 200
    for chosen in (None, stage, 999_999):
        more = {} if chosen is None else {"stageid": chosen}
        refused = restore(own, ("contact", firm), ("opportunity", deal), **more)
        assert refused.status == 400
        assert "stageid" in refused.json["error"]["message"]
    assert len(trash(own)) == 2
    won = next(
        each["id"]
        for each in own.call("GET", "crm/opportunity/stage").response
        if each["stageType"] == 1
    )
    assert restore(own, ("contact", firm), ("opportunity", deal), stageid=won).status == 200
    shown = own.call("GET", f"crm/opportunity/{deal}").response
    assert shown["stage"]["id"] == won
    assert shown["actualCloseDate"][:10] == "2020-01-01"
    by_date = "crm/opportunity/filter?fromDate=2019-12-31&toDate=2020-01-02"
    assert [each["id"] for each in own.call("GET", by_date).response] == [deal]
    stays = own.call("GET", f"crm/opportunity/{deal}/stages").response
    assert [each["title"] for each in stays][1:] == ["Short-lived"]
    [newest] = own.call("GET", f"crm/opportunity/{deal}/audit?count=1").response
    assert newest["changes"] == [{"field": "stage", "old": None, "new": won}]


def test_stage_applies_only_to_opportunities_without_one(own: Portal):
    first, second, *_ = stages(own)
    deal = opportunity(own, stageid=first)
    delete(own, "opportunity", deal)
    assert restore(own, ("opportunity", deal), stageid=second).status == 200
    assert own.call("GET", f"crm/opportunity/{deal}").response["stage"]["id"] == first


def test_external_id_in_the_trash_stays_taken(own: Portal):
    deal = opportunity(own, externalId="a-1")
    delete(own, "opportunity", deal)
    payload = {
        "title": "Another",
        "responsibleid": own.id_of("ann"),
        "stageid": stages(own)[0],
        "bidCurrencyAbbr": "USD",
    }
    assert own.call("PUT", "crm/opportunity/by-external/a-1", json=payload).status == 409
    assert restore(own, ("opportunity", deal)).status == 200
    assert own.call("PUT", "crm/opportunity/by-external/a-1", json=payload).response["id"] == deal


# --------------------------------------------------------------------------------------- emptying


def test_purge_deletes_only_expired_records(own: Portal):
    deal, kept = opportunity(own), opportunity(own)
    delete(own, "opportunity", deal)
    assert purge(own, days_later=29) == 0
    assert ids(own) == [("opportunity", deal)]
    assert purge(own, days_later=31) == 1
    assert trash(own) == []
    assert restore(own, ("opportunity", deal)).status == 404
    assert own.call("GET", f"crm/opportunity/{kept}").status == 200
    assert total(own) == 1


def test_purge_deletes_dependents_and_keeps_referring_records(own: Portal):
    firm = company(own)
    payload = {"firstName": "Ida", "lastName": "Ink", "companyId": firm, "shareType": 1}
    person = made(own, "contact/person", payload)["id"]
    deal = opportunity(own, contactid=firm, members=[firm, person])
    made(own, f"contact/{firm}/tag", {"tagName": "hot"})
    delete(own, "contact", firm)
    assert purge(own, days_later=31) == 1
    shown = own.call("GET", f"crm/opportunity/{deal}").response
    assert [each["id"] for each in shown["members"]] == [person]
    assert "contact" not in shown
    ida = own.call("GET", f"crm/contact/{person}").response
    assert not ida.get("company")
    assert own.call("GET", "crm/contact/filter").json["total"] == 1
    answer = own.call("PUT", f"crm/opportunity/{deal}", json={**edited(shown), "contactid": person})
    assert answer.response["contact"]["id"] == person


def edited(shown: dict[str, Any]) -> dict[str, Any]:
    """The body that a form sends back after a read."""
    return {
        "title": shown["title"],
        "responsibleid": shown["responsible"]["id"],
        "stageid": shown["stage"]["id"],
        "bidCurrencyAbbr": shown["bidCurrency"]["abbreviation"],
    }


def test_words_of_purged_records_are_not_found(own: Portal):
    deal = opportunity(own, title="Unforgettable", description="word " * 300)
    delete(own, "opportunity", deal)
    purge(own, days_later=31)
    again = opportunity(own, title="Unforgettable")
    found = own.call("GET", "crm/opportunity/filter?filterValue=unforgettable").response
    assert [each["id"] for each in found] == [again]
    assert again != deal


def test_large_trash_is_purged_in_batches(own: Portal):
    deals = [opportunity(own, title=f"{number}") for number in range(5)]
    own.call("PUT", "crm/opportunity", json={"opportunityids": deals})
    empty = partial(purge, own, days_later=31, limit=2)
    assert [empty(), empty(), empty(), empty()] == [2, 2, 1, 0]
