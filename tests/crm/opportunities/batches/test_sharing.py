"""Sharing many opportunities at once gives each the result of sharing it alone, in few
statements."""

from typing import Any

from tests.making import make_opportunity
from tests.running import Portal


def share(portal: Portal, ids: list[int], as_: str = "ann", **inputs: object) -> list[Any]:
    sent = {"opportunityid": ids, **inputs}
    answer = portal.call("PUT", "crm/opportunity/access", json=sent, as_=as_)
    assert answer.status == 200, answer.text
    shown: list[Any] = answer.response
    return shown


def people(shown: Any) -> set[str]:
    return {person["displayName"].split()[0].lower() for person in shown["accessList"]}


def view(portal: Portal, opportunity: int, as_: str = "root") -> Any:
    return portal.call("GET", f"crm/opportunity/{opportunity}", as_=as_).response


def total(portal: Portal, as_: str) -> int:
    answer = portal.call("GET", "crm/opportunity/filter?count=0", as_=as_).json
    return int(answer["total"])


def test_each_opportunity_gets_the_access_list_of_a_single_share(portal: Portal) -> None:
    own = portal.fresh()
    bob, cid = own.id_of("bob"), own.id_of("cid")
    public = make_opportunity(own)
    private = make_opportunity(own, isPrivate=True, accessList=[cid])
    theirs = make_opportunity(own, "bob")
    shown = share(own, [theirs, private, public, private], isPrivate=True, accessList=[bob])
    assert [each["id"] for each in shown] == [public, private]
    for each in (public, private):
        alone = make_opportunity(own)
        answer = own.call(
            "PUT", f"crm/opportunity/{alone}/access", json={"isPrivate": True, "accessList": [bob]}
        )
        assert people(view(own, each)) == people(answer.response) == {"ann", "bob"}
        assert own.call("DELETE", f"crm/opportunity/{alone}").status == 200
    assert view(own, theirs)["isPrivate"] is False
    assert (total(own, "ann"), total(own, "bob"), total(own, "cid")) == (3, 3, 1)
    share(own, [public, private], isPrivate=False)
    assert [view(own, each)["accessList"] for each in (public, private)] == [[], []]
    assert {total(own, user) for user in ("ann", "bob", "cid", "root")} == {3}


def test_absent_privacy_and_list_keep_the_stored_ones(portal: Portal) -> None:
    own = portal.fresh()
    public, private = make_opportunity(own), make_opportunity(own, isPrivate=True)
    share(own, [public, private], as_="root", accessList=[own.id_of("cid")])
    assert view(own, public)["isPrivate"] is False
    assert people(view(own, private)) == {"cid", "root"}
    share(own, [public, private], as_="root", isPrivate=True)
    assert people(view(own, public)) == {"ann", "root"}
    assert people(view(own, private)) == {"cid", "root"}


def test_audit_row_of_each_opportunity_holds_its_own_changes(portal: Portal) -> None:
    deals = [make_opportunity(portal, isPrivate=n % 2 == 0) for n in range(4)]
    share(portal, deals, isPrivate=True, accessList=[portal.id_of("bob")])
    for number, deal in enumerate(deals):
        answer = portal.call("GET", f"crm/opportunity/{deal}")
        assert answer.headers["ETag"] == f'"{deal}-2"'
        newest = portal.call("GET", f"crm/opportunity/{deal}/audit").response[0]
        changes = {each["field"]: (each["old"], each["new"]) for each in newest["changes"]}
        assert newest["action"] == "shared"
        assert ("isPrivate" in changes) is (number % 2 == 1)
        assert set(changes["accessList"][1]) == {portal.id_of("ann"), portal.id_of("bob")}


def test_unknown_user_on_the_list_changes_no_opportunity(portal: Portal) -> None:
    deals = [make_opportunity(portal) for _ in range(3)]
    sent = {"opportunityid": deals, "isPrivate": True, "accessList": [portal.id_of("gus")]}
    answer = portal.call("PUT", "crm/opportunity/access", json=sent)
    assert answer.status == 400
    assert "accessList" in answer.json["error"]["message"]
    assert not any(view(portal, deal)["isPrivate"] for deal in deals)
