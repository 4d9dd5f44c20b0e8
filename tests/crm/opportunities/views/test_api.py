"""Saved views: who sees and who changes them, what they keep, and the filters that they need."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.making import make_opportunity
from tests.running import Answer, Portal


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, Portal]]:
    portals: dict[str, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@pytest.fixture
def own(portal: Portal, kept: dict[str, Portal]) -> Portal:
    """A portal for the tests of this file, made once for each database."""
    if portal.database not in kept:
        kept[portal.database] = portal.kept()
    return kept[portal.database]


PATH = "crm/opportunity/view"
FILTER = "stageType=Open&isOverdue=true&amountFrom=100"


def saved(portal: Portal, as_: str = "ann", **inputs: Any) -> Any:
    payload = {"title": "Late ones", "filter": FILTER, **inputs}
    answer = portal.call("POST", PATH, json=payload, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def titles(portal: Portal, as_: str) -> list[str]:
    return [each["title"] for each in portal.call("GET", PATH, as_=as_).response]


def changed(portal: Portal, id: int, as_: str, **inputs: Any) -> Answer:
    return portal.call("PUT", f"{PATH}/{id}", json=inputs, as_=as_)


def test_private_view_is_nobody_elses_and_shared_one_is_changed_by_few(own: Portal):
    made = saved(own, icon="flag")
    assert (made["filter"], made["icon"], made["canEdit"]) == (
        "stageType=Open&amountFrom=100&isOverdue=true", "flag", True,
    )  # fmt: skip
    for other in ("bob", "root"):
        assert titles(own, other) == []
        for method in ("GET", "PUT", "DELETE"):
            assert own.call(method, f"{PATH}/{made['id']}", as_=other).status == 404
    assert own.call("GET", PATH, as_="gus").status == 403

    assert changed(own, made["id"], "ann", isShared=True).status == 200
    assert titles(own, "bob") == titles(own, "root") == ["Late ones"]
    shown = own.call("GET", f"{PATH}/{made['id']}", as_="bob").response
    assert "canEdit" not in shown or shown["canEdit"] is False
    assert changed(own, made["id"], "bob", title="Mine").status == 403
    assert own.call("DELETE", f"{PATH}/{made['id']}", as_="bob").status == 403
    reordered = own.call("PUT", f"{PATH}/reorder", json={"ids": [made["id"]]}, as_="bob")
    assert reordered.status == 403
    assert changed(own, made["id"], "root", title="All late", isShared=False).status == 200
    assert (titles(own, "ann"), titles(own, "root")) == (["All late"], [])
    assert own.call("DELETE", f"{PATH}/{made['id']}", as_="ann").response["title"] == "All late"
    assert titles(own, "ann") == []


def test_views_have_an_order_a_version_and_a_bound(own: Portal):
    ids = [saved(own, "cid", title=title)["id"] for title in ("A", "B", "C")]
    answer = own.call("PUT", f"{PATH}/reorder", json={"ids": [ids[2], ids[0]]}, as_="cid")
    assert [each["title"] for each in answer.response] == ["C", "A", "B"] == titles(own, "cid")
    shown = own.call("GET", f"{PATH}/{ids[0]}", as_="cid")
    stale = {"If-Match": shown.headers["ETag"]}
    assert changed(own, ids[0], "cid", title="A2").status == 200
    answer = own.call("PUT", f"{PATH}/{ids[0]}", json={"title": "A3"}, as_="cid", headers=stale)
    assert answer.status == 412
    for title in range(47):
        saved(own, "cid", title=f"More {title}")
    answer = own.call("POST", PATH, json={"title": "One more", "filter": FILTER}, as_="cid")
    assert answer.status == 400


def test_filter_of_a_view_is_a_query_of_the_list_and_is_checked(own: Portal):
    make_opportunity(own, title="Small", bidValue=50, bidCurrencyAbbr="USD")
    make_opportunity(own, title="Large", bidValue=500, bidCurrencyAbbr="USD")
    view = saved(own, filter="amountFrom=100&filterValue=large")
    found = own.call("GET", f"crm/opportunity/filter?{view['filter']}", as_="ann").response
    assert [each["title"] for each in found] == ["Large"]
    for filter, word in (
        ("", "at least one"), ("contactId=5", "contactId=5"), ("isOverdue=false", "isOverdue"),
        ("tags=a&tags=b", "once"), ("expectedFrom=never", "expectedfrom"),
        ("amountFrom=lots", "amountfrom"), (urlencode({"filterValue": "x" * 600}), "500"),
    ):  # fmt: skip
        payload = {"title": "Wrong", "filter": filter}
        answer = own.call("POST", PATH, json=payload, as_="ann")
        assert (answer.status, word in answer.text) == (400, True), answer.text
    for wrong in ({"title": " "}, {"title": "x" * 61}, {"icon": "skull"}):
        payload = {"title": "Fine", "filter": FILTER, **wrong}
        assert own.call("POST", PATH, json=payload, as_="ann").status == 400


def test_amounts_are_compared_in_the_portals_currency_and_teams_by_their_members(own: Portal):
    base = own.call("GET", "crm/opportunity/board", as_="ann").response["currency"]
    other = "EUR" if base == "USD" else "USD"
    rate = {"fromCurrency": other, "toCurrency": base, "rate": 2}
    assert own.call("POST", "crm/currency/rates", json=rate, as_="root").status == 201
    for title, currency, amount, more in (
        ("base 100", base, 100, {}), ("other 60", other, 60, {}), ("no rate", "PLN", 900, {}),
        ("paid thrice", base, 50, {"bidType": 2, "perPeriodValue": 3}),
        ("largest", base, 900_000_000_000, {"bidType": 2, "perPeriodValue": 2_000_000}),
    ):  # fmt: skip
        make_opportunity(
            own, title=f"amounts {title}", bidCurrencyAbbr=currency, bidValue=amount, **more
        )
    make_opportunity(own, "bob", title="amounts of bob", bidCurrencyAbbr=base, bidValue=1)
    payload = {"groupName": "Sales", "members": [own.id_of("bob")]}
    team = own.call("POST", "group", json=payload, as_="root").response["id"]

    def found(query: str) -> list[str]:
        answer = own.call(
            "GET", f"crm/opportunity/filter?sortBy=id&filterValue=amounts&{query}", as_="ann"
        )
        assert answer.status == 200, answer.text
        listed = [each["title"].removeprefix("amounts ") for each in answer.response]
        summed = own.call(
            "GET", f"crm/opportunity/summary?filterValue=amounts&{query}", as_="ann"
        ).response
        assert summed["total"]["count"] == len(listed)
        return listed

    assert found("amountFrom=110") == ["other 60", "paid thrice", "largest"]
    assert found("amountFrom=100&amountTo=120") == ["base 100", "other 60"]
    assert found("amountTo=120.01&amountFrom=0.5") == ["base 100", "other 60", "of bob"]
    assert found(f"teamId={team}") == ["of bob"]
    assert found("teamId=00000000-0000-0000-0000-00000000dead") == []
