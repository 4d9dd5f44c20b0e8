"""A forecast counts all that a filter leaves by month, and nothing that its reader does not see."""

from typing import Any

from tests.counting import Counting
from tests.making import make_opportunity
from tests.running import Portal

PATH = "crm/opportunity/forecast"
TARGET = "crm/opportunity/target"
MONTH = "month=2031-05&months=2"


def forecast(own: Portal, as_: str, query: str = MONTH) -> Any:
    answer = own.call("GET", f"{PATH}?{query}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def counts(shown: Any) -> dict[str, int]:
    return {each["month"]: each["total"].get("count", 0) for each in shown["months"]}


def put(own: Portal, as_: str, **payload: Any) -> int:
    return int(own.call("PUT", TARGET, json=payload, as_=as_).status)


def test_months_are_added_up_over_the_filter_and_what_is_seen(portal: Portal):
    own = portal.kept()
    counting = Counting(own)
    page = "/opportunities/forecast?month=2031-05"
    make_opportunity(
        own, title="Early", bidValue=1, bidCurrencyAbbr="USD", expectedCloseDate="2020-01-01"
    )
    few, drawn = counting.cost("GET", "opportunity/forecast"), counting.cost_of_page(page)
    for title, day, worth, more in (
        ("May", "2031-05-04", 100, {"successProbability": 50}), ("June", "2031-06-30", 10, {}),
        ("Later", "2033-01-01", 7, {}), ("Never", None, 3, {}),
        ("Secret", "2031-05-09", 900, {"isPrivate": True}),
        ("Foreign", "2031-05-31", 40, {"bidCurrencyAbbr": "EUR"}),
    ):  # fmt: skip
        dated = {"expectedCloseDate": day} if day else {}
        worth_of = {"bidValue": worth, "bidCurrencyAbbr": "USD", **more}
        made = make_opportunity(own, title=title, **worth_of, **dated)
    won = make_opportunity(own, title="Won", bidValue=20, bidCurrencyAbbr="USD")
    closing = {"stageId": 8, "actualCloseDate": "2031-05-20"}
    assert own.call("PUT", f"crm/opportunity/{won}/move", json=closing, as_="ann").status == 200

    assert counting.cost("GET", "opportunity/forecast") == few
    assert counting.cost_of_page(page) == drawn
    counting.close()
    for reader, number in (("ann", 7), ("root", 7), ("bob", 6)):
        shown = forecast(own, reader)
        secret = int(reader != "bob")
        assert counts(shown) == {
            "past": 1, "2031-05": 2 + secret, "2031-06": 1, "later": 1, "none": 1,
        }  # fmt: skip
        assert shown["total"]["count"] == sum(counts(shown).values()) == number
        may = shown["months"][1]
        assert may["total"]["converted"] == 100 + 900 * secret
        assert may["total"]["missingRates"] == ["EUR"]
        assert may["won"]["converted"] == 20
        listed = own.call(
            "GET",
            "crm/opportunity/filter?expectedFrom=2031-05-01&expectedTo=2031-05-31",
            as_=reader,
        )
        assert listed.json["total"] == counts(shown)["2031-05"]
    assert counts(forecast(own, "ann", f"{MONTH}&amountFrom=50"))["2031-05"] == 2
    assert forecast(own, "ann", f"{MONTH}&filterValue=june")["total"]["count"] == 1
    for wrong in ("month=May", "months=0", "months=25", "month=2031-13"):
        assert own.call("GET", f"{PATH}?{wrong}", as_="ann").status == 400
    assert own.call("GET", f"{PATH}?pipelineId=99", as_="ann").status == 404
    assert own.call("PUT", f"crm/opportunity/{made}/expected", json={}, as_="ann").status == 200
    own.close()


def test_targets_are_set_by_administrators_and_seen_by_whom_they_are_for(portal: Portal):
    own = portal.kept()
    group = {"groupName": "Sales", "members": [own.id_of("bob")]}
    team = own.call("POST", "group", json=group, as_="root").response["id"]
    ann = own.id_of("ann")
    assert put(own, "ann", responsibleId=ann, month="2031-05", amount=5) == 403
    assert put(own, "root", responsibleId=ann, month="2031-05", amount=500) == 200
    assert put(own, "root", responsibleId=ann, month="2031-05", amount=600) == 200
    assert put(own, "root", teamId=team, month="2031-06", amount=900) == 200

    def seen(as_: str) -> list[float]:
        answer = own.call("GET", f"{TARGET}?month=2031-01", as_=as_)
        return [each["amount"] for each in answer.response]

    assert [seen(each) for each in ("root", "ann", "bob", "cid")] == [[600, 900], [600], [900], []]

    def shown(as_: str, query: str) -> list[Any]:
        return [each.get("target") for each in forecast(own, as_, f"{MONTH}&{query}")["months"]]

    assert shown("ann", f"responsibleId={ann}") == [None, 600, None, None, None]
    assert shown("bob", f"teamId={team}") == [None, None, 900, None, None]
    assert shown("cid", f"responsibleId={ann}") == [None] * 5
    assert shown("root", "") == [None] * 5
    assert put(own, "root", responsibleId=ann, month="2031-05", amount=0) == 200
    assert seen("ann") == []
    for wrong in (
        {"month": "2031-05"}, {"responsibleId": ann, "teamId": team, "month": "2031-05"},
        {"responsibleId": ann}, {"responsibleId": ann, "month": "2031-05", "amount": -1},
        {"teamId": ann, "month": "2031-05"}, {"responsibleId": team, "month": "2031-05"},
    ):  # fmt: skip
        assert put(own, "root", **wrong) == 400, wrong
    own.close()
