"""Who may see a private record, however the access lists are forged: no user without rights gets
in, the editor and the creator are not locked out by accident, and nothing becomes public without a
request."""

from typing import Any
from uuid import uuid4

import pytest

from dealwright.people.accounts import actions
from tests.making import make_opportunity, make_person
from tests.people.new_accounts import new_account, offline, sign_in
from tests.running import Answer, Portal

ANONYMOUS = "00000000-0000-0000-0000-000000000000"
STRANGER = "5b1f0f5e-2c1d-4a57-9a5e-0d6f4c0b7a11"
EVERYBODY = ("ann", "bob", "cid", "root")


def seers(portal: Portal, path: str) -> set[str]:
    """Who sees it."""
    statuses = {who: portal.call("GET", path, as_=who).status for who in EVERYBODY}
    assert set(statuses.values()) <= {200, 404}
    return {who for who, status in statuses.items() if status == 200}


def deal(made: int) -> str:
    return f"crm/opportunity/{made}"


def put(portal: Portal, path: str, who: str, **payload: Any) -> Answer:
    return portal.call("PUT", path, json=payload, as_=who)


def whole(portal: Portal, who: str = "ann", **more: Any) -> dict[str, Any]:
    return {
        "title": "A deal",
        "responsibleid": portal.id_of(who),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        **more,
    }


def spellings(guid: str) -> list[str]:
    return [guid, guid.upper(), f"{{{guid}}}", guid.replace("-", ""), f" {guid} "]


@pytest.mark.parametrize("absent", [{}, {"accessList": None}, {"accessList": []}])
def test_private_without_a_list_is_private(portal: Portal, absent: dict[str, Any]):
    made = make_opportunity(portal, isPrivate=True, **absent)
    assert seers(portal, deal(made)) == {"ann", "root"}
    for payload in (absent, {"isPrivate": True, **absent}, {"isPrivate": None, **absent}):
        shown = put(portal, f"{deal(made)}/access", "ann", **payload)
        assert (shown.status, shown.response["isPrivate"]) == (200, True)
        shown = put(portal, deal(made), "ann", **whole(portal, **payload))
        assert (shown.status, shown.response["isPrivate"]) == (200, True)
    assert seers(portal, deal(made)) == {"ann", "root"}


def test_repeated_name_is_listed_once(portal: Portal):
    bob = portal.id_of("bob")
    made = make_opportunity(portal, isPrivate=True, accessList=spellings(bob) * 3)
    listed = portal.call("GET", deal(made)).response["accessList"]
    assert sorted(each["id"] for each in listed) == sorted([bob, portal.id_of("ann")])
    assert seers(portal, deal(made)) == {"ann", "bob", "root"}
    person = make_person(portal, shareType=0, managerList=spellings(bob) * 3)
    assert seers(portal, f"crm/contact/{person}") == {"ann", "bob", "root"}


@pytest.mark.parametrize("who", [STRANGER, ANONYMOUS, "gus", "not a guid", "1 OR 1=1"])
def test_no_route_gives_access_to_users_without_the_crm(portal: Portal, who: str):
    """A guest, an unknown user and an id of no user: 400, and nothing changes."""
    wrong = portal.id_of("gus") if who == "gus" else who
    listed = [portal.id_of("bob"), wrong]
    made = make_opportunity(portal, isPrivate=True)
    person = make_person(portal, shareType=0)
    texts = {"firstName": "P", "lastName": "P"}
    private = {"isPrivate": True, "accessList": listed}
    for method, path, payload in (
        ("POST", "crm/opportunity", whole(portal, **private)),
        ("PUT", deal(made), whole(portal, **private)),
        ("PUT", f"{deal(made)}/access", private),
        ("PUT", "crm/opportunity/access", {"opportunityid": [made], **private}),
        ("PUT", "crm/opportunity/filter/access?all=true", private),
        ("PUT", f"crm/opportunity/by-external/{uuid4()}", whole(portal, **private)),
        ("POST", "crm/contact/person", {**texts, "managerList": listed}),
        ("PUT", f"crm/contact/person/{person}", {**texts, "managerList": listed}),
        ("PUT", f"crm/contact/{person}/access", {"isShared": False, "managerList": listed}),
        ("PUT", "crm/contact/access", {"contactid": [person], "managerList": listed}),
        ("PUT", "crm/contact/filter/access?all=true", {"managerList": listed}),
    ):
        answer = portal.call(method, path, json=payload)
        assert answer.status == 400, (method, path, answer.text)
    assert seers(portal, deal(made)) == {"ann", "root"}
    assert seers(portal, f"crm/contact/{person}") == {"ann", "root"}


def test_opening_the_unsubscribe_page_changes_nothing(portal: Portal):
    made = make_opportunity(portal, isPrivate=True, responsibleid=portal.id_of("cid"))
    only_bob = {"isPrivate": True, "accessList": [portal.id_of("bob")]}
    for path, payload in ((f"{deal(made)}/access", {}), (deal(made), whole(portal, "cid"))):
        assert put(portal, path, "ann", **payload, **only_bob).status == 200
        assert seers(portal, deal(made)) == {"ann", "bob", "cid", "root"}
    person = make_person(portal, shareType=0)
    answer = put(
        portal,
        f"crm/contact/{person}/access",
        "ann",
        isShared=False,
        managerList=only_bob["accessList"],
    )
    assert answer.status == 200
    assert seers(portal, f"crm/contact/{person}") == {"ann", "bob", "root"}


def test_access_does_not_allow_sharing(portal: Portal):
    """Bob is on the list and Cid is responsible: both edit, neither shares."""
    made = make_opportunity(
        portal,
        isPrivate=True,
        accessList=[portal.id_of("bob")],
        responsibleid=portal.id_of("cid"),
    )
    stranger = make_opportunity(portal, isPrivate=True)
    for who in ("bob", "cid"):
        for payload in (
            {"isPrivate": False},
            {"isPrivate": True, "accessList": [portal.id_of(who)]},
        ):
            assert put(portal, f"{deal(made)}/access", who, **payload).status == 403
            changed = put(portal, deal(made), who, **whole(portal, "cid", **payload))
            assert (changed.status, changed.response["isPrivate"]) == (200, True)
            for path in ("crm/opportunity/access", "crm/opportunity/filter/access?all=true"):
                ids = {"opportunityid": [made, stranger]} if "filter" not in path else {}
                answer = put(portal, path, who, **ids, **payload)
                assert answer.status == 200, answer.text
                assert {made, stranger}.isdisjoint(each["id"] for each in answer.response)
    assert seers(portal, deal(made)) == {"ann", "bob", "cid", "root"}
    assert seers(portal, deal(stranger)) == {"ann", "root"}


def test_only_who_made_it_makes_a_public_one_private(portal: Portal):
    own = portal.fresh()
    of_ann, of_bob = make_opportunity(own), make_opportunity(own, "bob")
    private = {"isPrivate": True}
    assert put(own, f"{deal(of_ann)}/access", "bob", **private).status == 403
    assert put(own, deal(of_ann), "bob", **whole(own, **private)).response["isPrivate"] is False
    both = [of_ann, of_bob, of_ann]
    assert [
        each["id"]
        for each in put(
            own, "crm/opportunity/access", "bob", opportunityid=both, **private
        ).response
    ] == [of_bob]
    assert put(own, f"{deal(of_bob)}/access", "bob", isPrivate=False).status == 200
    filtered = put(own, "crm/opportunity/filter/access?all=true", "bob", **private)
    assert [each["id"] for each in filtered.response] == [of_bob]
    assert seers(own, deal(of_ann)) == set(EVERYBODY)
    assert seers(own, deal(of_bob)) == {"bob", "root"}


def test_public_record_stores_no_access_list(portal: Portal):
    made = make_opportunity(portal, accessList=[portal.id_of("bob")])
    assert "accessList" in (shown := portal.call("GET", deal(made)).response)
    assert shown["accessList"] == []
    put(portal, f"{deal(made)}/access", "ann", accessList=[portal.id_of("bob")])
    put(portal, f"{deal(made)}/access", "ann", isPrivate=True)
    assert seers(portal, deal(made)) == {"ann", "root"}


@pytest.mark.parametrize("payload", ["yes", "1", 1, "on", "tru", ["x"], {}])
def test_what_is_neither_true_nor_false_makes_nothing_public(portal: Portal, payload: Any):
    made = make_opportunity(portal, isPrivate=True)
    for path in (f"{deal(made)}/access", deal(made)):
        assert put(portal, path, "ann", **whole(portal, isPrivate=payload)).status == 400
    assert seers(portal, deal(made)) == {"ann", "root"}


def test_naming_yourself_responsible_gives_no_access(portal: Portal):
    made = make_opportunity(portal, isPrivate=True, externalId=(key := str(uuid4())))
    for path in (deal(made), f"crm/opportunity/by-external/{key}"):
        assert put(portal, path, "bob", **whole(portal, "bob")).status == 404
    assert seers(portal, deal(made)) == {"ann", "root"}


def test_a_responsible_who_is_replaced_sees_it_no_more(portal: Portal):
    made = make_opportunity(portal, isPrivate=True, responsibleid=portal.id_of("bob"))
    assert seers(portal, deal(made)) == {"ann", "bob", "root"}
    changed = put(portal, deal(made), "bob", **whole(portal, "cid"))
    assert changed.status == 200
    assert seers(portal, deal(made)) == {"ann", "cid", "root"}


def test_rule_of_a_user_ends_with_the_account(portal: Portal):
    """Who may not sign in any more is named by no new list, and stays on the old one."""
    own = portal.fresh()
    leaver = new_account(own)
    made = make_opportunity(own, isPrivate=True, accessList=[leaver.id])
    offline(own, actions.disable, email=leaver.email)
    assert sign_in(own, leaver.email, "a guess").status == 401  # which tells the running portal
    again = put(own, f"{deal(made)}/access", "ann", isPrivate=True, accessList=[leaver.id])
    assert again.status == 200
    new = own.call(
        "POST", "crm/opportunity", json=whole(own, isPrivate=True, accessList=[leaver.id])
    )
    assert new.status == 400
    assert leaver.id in new.json["error"]["message"]
