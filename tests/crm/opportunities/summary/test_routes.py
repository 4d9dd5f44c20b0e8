from typing import Any

import pytest

from tests.running import Portal

KEYS = ["count", "sums", "converted", "weighted"]
EVERYONE = ("ann", "bob", "cid", "root")


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh(currency="USD")


def stages(portal: Portal) -> list[int]:
    return [each["id"] for each in portal.call("GET", "crm/opportunity/stage").response]


def opportunity(portal: Portal, as_: str = "ann", **changes: object) -> int:
    payload = {
        "title": "Catalogue",
        "responsibleid": portal.id_of(as_),
        "stageid": stages(portal)[0],
        "bidCurrencyAbbr": "USD",
        "bidValue": 100,
        "successProbability": 50,
    }
    answer = portal.call("POST", "crm/opportunity", json={**payload, **changes}, as_=as_)
    assert answer.status == 201, answer.text
    return int(answer.response["id"])


def contact(portal: Portal, as_: str = "ann") -> int:
    payload = {"companyName": "Quiet", "shareType": 0}
    return int(portal.call("POST", "crm/contact/company", json=payload, as_=as_).response["id"])


def rate(portal: Portal, source: str, target: str, rate: object) -> None:
    payload = {"fromCurrency": source, "toCurrency": target, "rate": rate}
    assert portal.call("POST", "crm/currency/rates", json=payload, as_="root").status == 201


def summary(portal: Portal, query: str = "", as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/opportunity/summary.json{query}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def counted(portal: Portal, query: str = "") -> dict[str, int]:
    return {name: summary(portal, query, as_=name)["total"]["count"] for name in EVERYONE}


def test_empty_pipeline_lists_every_stage(own: Portal):
    found = summary(own)
    assert [*found] == ["currency", "ratesOn", "missingRates", "total", "stages"]
    assert found["currency"] == "USD"
    assert found["missingRates"] == []
    assert found["total"] == {"count": 0, "sums": [], "converted": 0.0, "weighted": 0.0}
    assert [each["stage"]["id"] for each in found["stages"]] == stages(own)
    assert all([*each] == ["stage", *KEYS] for each in found["stages"])
    assert (
        found["stages"][0]["stage"]
        == own.call("GET", f"crm/opportunity/stage/{stages(own)[0]}").response
    )


def test_amounts_are_added_up_by_stage_and_currency_and_converted(own: Portal):
    first, second, *_ = stages(own)
    opportunity(own, bidValue="0.1", successProbability=10)
    opportunity(own, bidValue="0.2", successProbability=25)
    opportunity(own, bidValue=10, bidCurrencyAbbr="EUR", stageid=second, successProbability=100)
    opportunity(own, bidValue=7, bidCurrencyAbbr="XAF", stageid=second)
    rate(own, "EUR", "USD", "1.0811")
    found = summary(own)
    assert found["missingRates"] == ["XAF"]
    by_stage = {each["stage"]["id"]: each for each in found["stages"]}
    assert by_stage[first]["sums"] == [{"currency": "USD", "sum": 0.3, "weighted": 0.06}]
    assert by_stage[second] == {
        "stage": by_stage[second]["stage"],
        "count": 2,
        "sums": [
            {"currency": "EUR", "sum": 10.0, "weighted": 10.0},
            {"currency": "XAF", "sum": 7.0, "weighted": 3.5},
        ],
        "converted": 10.811,
        "weighted": 10.811,
    }
    assert found["total"]["count"] == 4
    assert found["total"]["converted"] == 11.111
    assert found["total"]["weighted"] == 10.871


@pytest.mark.parametrize(
    ("bid", "periods", "sum_"),
    [("FixedBid", 12, 100.0), ("PerMonth", 12, 1200.0), ("PerHour", 0, 100.0)],
)
def test_amount_counts_once_for_each_period(own: Portal, bid: str, periods: int, sum_: float):
    opportunity(own, bidType=bid, perPeriodValue=periods)
    assert summary(own)["total"]["sums"] == [{"currency": "USD", "sum": sum_, "weighted": sum_ / 2}]


def test_largest_amounts_add_up_exactly(own: Portal):
    largest = {"bidValue": "922337203685477", "bidType": "PerDay", "perPeriodValue": 2**31 - 1}
    for _ in range(3):
        opportunity(own, **largest, successProbability=1)
    opportunity(own, bidValue="0.0001", successProbability=100)
    whole = 3 * 922337203685477 * (2**31 - 1)
    text = own.call("GET", "crm/opportunity/summary").text
    assert f'"sum":{whole}.0001,' in text
    assert f'"weighted":{whole // 100}.{whole % 100:02}01' in text


def test_hidden_opportunities_are_not_counted(own: Portal):
    hidden = {"isPrivate": True, "accessList": [own.id_of("bob")]}
    opportunity(own)
    private = opportunity(own, **hidden)
    assert counted(own) == {"ann": 2, "bob": 2, "cid": 1, "root": 2}
    assert summary(own, as_="cid")["total"]["sums"][0]["sum"] == 100.0
    own.call("DELETE", f"crm/opportunity/{private}")
    assert set(counted(own).values()) == {1}


def test_currency_of_a_hidden_opportunity_does_not_appear(own: Portal):
    opportunity(own, bidCurrencyAbbr="XAF", isPrivate=True, accessList=[own.id_of("bob")])
    assert summary(own, as_="bob")["missingRates"] == ["XAF"]
    assert summary(own, as_="cid")["missingRates"] == []
    assert all(not each["sums"] for each in summary(own, as_="cid")["stages"])


def test_summary_accepts_the_filters_of_lists(own: Portal):
    _, second, *_ = stages(own)
    opportunity(own, title="Red roof", stageid=second)
    opportunity(own, as_="bob", title="Blue door", expectedCloseDate="2030-05-05")
    filters = {
        f"?opportunityStagesid={second}": 1,
        f"?responsibleid={own.id_of('bob')}": 1,
        "?filterValue=roof": 1,
        "?filterValue=nothing": 0,
        "?filterValue=%20%22%22": 2,
        "?stageType=ClosedAndWon": 0,
        "?stageType=Open": 2,
        "?fromDate=2030-05-05&toDate=2030-05-06": 1,
        "?tags=unknown": 0,
        "?contactid=77": 0,
    }
    found = {query: summary(own, query)["total"]["count"] for query in filters}
    expected = {
        query: own.call("GET", f"crm/opportunity/filter{query}&count=0").json["total"]
        for query in filters
    }
    assert found == expected
    assert found | {"?filterValue=%20%22%22": 2} == filters


def test_filter_by_a_hidden_contact_reveals_nothing(own: Portal):
    quiet = contact(own)
    opportunity(own, contactid=quiet)
    assert counted(own, f"?contactid={quiet}") == {"ann": 1, "bob": 0, "cid": 0, "root": 1}


def test_unknown_filter_value_gets_400(own: Portal):
    assert own.call("GET", "crm/opportunity/summary?stageType=Sideways").status == 400


def test_guest_gets_no_summary(portal: Portal):
    assert portal.call("GET", "crm/opportunity/summary", as_="gus").status == 403
    assert portal.call("GET", "crm/opportunity/summary", as_=None).status == 401


def test_summary_is_the_same_as_xml_and_in_the_documented_spelling(own: Portal):
    opportunity(own)
    xml = own.call("GET", "crm/opportunity/summary.xml").text
    assert "<total><count>1</count><sums><currency>USD</currency><sum>100</sum>" in xml
    answer = own.call(
        "GET", "crm/opportunity/summary", accept="application/json; profile=documented"
    )
    assert [*answer.response] == ["Currency", "RatesOn", "MissingRates", "Total", "Stages"]
    assert answer.response["Total"]["Sums"] == [{"Currency": "USD", "Sum": 100.0, "Weighted": 50.0}]
