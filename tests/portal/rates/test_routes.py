import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from dealwright import app
from dealwright.portal.published_rates.actions import load
from tests.making import make_opportunity
from tests.running import Answer, Portal

INFO = ["title", "symbol", "abbreviation", "cultureName", "isConvertable", "isBasic"]


@pytest.fixture
def own(portal: Portal) -> Portal:
    """A portal of its own: rates apply to all users."""
    return portal.fresh(currency="USD")


def put(portal: Portal, source: str, target: str, rate: object, *, as_: str = "root") -> Answer:
    payload = {"fromCurrency": source, "toCurrency": target, "rate": rate}
    return portal.call("POST", "crm/currency/rates", json=payload, as_=as_)


def listed(portal: Portal) -> list[dict[str, Any]]:
    rates: list[dict[str, Any]] = portal.call("GET", "crm/currency/rates.json").response
    return rates


def by_pair(portal: Portal) -> dict[tuple[str, str], float]:
    return {(each["fromCurrency"], each["toCurrency"]): each["rate"] for each in listed(portal)}


def convert(portal: Portal, amount: object, source: str, target: str) -> Answer:
    query = f"amount={amount}&fromcurrency={source}&tocurrency={target}"
    return portal.call("GET", f"crm/settings/currency/convert.json?{query}")


def days_ago(number: int) -> str:
    return (datetime.now(UTC) - timedelta(days=number)).date().isoformat()


def publish(portal: Portal, text: str) -> None:
    """Runs `load` as the command line does, beside a running server."""
    asyncio.run(app.offline(portal.settings, partial(load, content=text.encode())))


# ------------------------------------------------------------------ the catalogue and the default


def test_all_currencies_are_listed_by_their_codes(portal: Portal):
    currencies = portal.call("GET", "crm/settings/currency.json").response
    codes = [each["abbreviation"] for each in currencies]
    assert codes == sorted(codes)
    assert len(codes) == 74
    assert [*currencies[0]] == INFO
    euro = currencies[codes.index("EUR")]
    assert (euro["symbol"], euro["isBasic"], euro["isConvertable"]) == ("€", True, True)


def test_an_administrator_sets_the_portals_currency(own: Portal):
    answer = own.call("PUT", "crm/settings/currency", json={"currency": "jpy"}, as_="root")
    assert answer.status == 200
    assert answer.response["abbreviation"] == "JPY"
    assert own.call("GET", "crm/opportunity/summary").response["currency"] == "JPY"


@pytest.mark.parametrize("payload", [{}, {"currency": ""}, {"currency": "XYZ"}])
def test_an_unknown_currency_is_refused(portal: Portal, payload: dict[str, str]):
    answer = portal.call("PUT", "crm/settings/currency", json=payload, as_="root")
    assert answer.status == 400
    assert "currency must be one of" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "settings/currency"),
        ("POST", "currency/rates"),
        ("PUT", "currency/rates/77"),
        ("DELETE", "currency/rates/77"),
        ("POST", "currency/setrates"),
        ("POST", "currency/addrates"),
    ],
)
def test_only_administrators_write_and_others_get_403_first(portal: Portal, method: str, path: str):
    assert portal.call(method, f"crm/{path}", json={}, as_="ann").status == 403
    assert portal.call(method, f"crm/{path}", json={}, as_="gus").status == 403
    refused = 404 if method == "DELETE" else 400
    assert portal.call(method, f"crm/{path}", json={}, as_="root").status == refused


# -------------------------------------------------------------------------------- pairs and rates


def test_a_rate_is_kept_to_nine_places(own: Portal):
    answer = put(own, "USD", "JPY", "150.123456789")
    assert answer.status == 201
    assert [*answer.response] == ["fromCurrency", "toCurrency", "rate", "id"]
    assert '"rate":150.123456789,' in answer.text
    assert '"rate":0.000000001,' in put(own, "JPY", "EUR", 0.000000001).text
    assert '"rate":999999999.999999999,' in put(own, "EUR", "VND", "999999999.999999999").text
    assert '"rate":999999999.999999999,' in own.call("GET", "crm/currency/rates/EUR/VND").text


def test_a_rate_set_again_on_the_same_day_replaces_it_under_the_same_id(own: Portal):
    first = put(own, "EUR", "USD", 1.1).response
    second = put(own, "EUR", "USD", 1.2).response
    assert second == {**first, "rate": 1.2}
    changed = own.call("PUT", f"crm/currency/rates/{first['id']}", json={"rate": 1.3}, as_="root")
    assert changed.status == 200
    assert listed(own) == [{**first, "rate": 1.3}]


def test_a_rate_is_found_by_its_id_and_by_its_pair_in_any_case(own: Portal):
    made = put(own, "EUR", "USD", 1.1).response
    assert own.call("GET", f"crm/currency/rates/{made['id']}.json").response == made
    assert own.call("GET", "crm/currency/rates/eur/Usd.json").response == made


def test_an_id_stays_with_its_pair(own: Portal):
    made = put(own, "EUR", "USD", 1.1).response
    payload = {"fromCurrency": "EUR", "toCurrency": "GBP", "rate": 1.2}
    answer = own.call("PUT", f"crm/currency/rates/{made['id']}", json=payload, as_="root")
    assert answer.status == 400
    assert "toCurrency must be USD or absent" in answer.json["error"]["message"]
    assert listed(own) == [made]


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "currency/rates/77", "77"),
        ("PUT", "currency/rates/77", "77"),
        ("DELETE", "currency/rates/77", "77"),
        ("GET", "currency/rates/EUR/USD", "from EUR to USD"),
        ("GET", "settings/currency/convert?amount=1&fromcurrency=EUR&tocurrency=USD", "EUR to USD"),
    ],
)
def test_what_is_missing_is_named(portal: Portal, method: str, path: str, told: str):
    body = {"rate": 2} if method == "PUT" else None
    answer = portal.call(method, f"crm/{path}", json=body, as_="root")
    assert answer.status == 404
    assert told in answer.json["error"]["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_pair_has_the_id_zero(portal: Portal, method: str):
    body = {"rate": 2} if method == "PUT" else None
    assert portal.call(method, "crm/currency/rates/0", json=body, as_="root").status == 400


@pytest.mark.parametrize(
    ("source", "target", "rate", "told"),
    [
        ("EUR", "USD", -1, "Invalid currency rate: -1: rate must be at least 0"),
        ("EUR", "USD", "1000000000", "Invalid currency rate: 1000000000"),
        ("EUR", "USD", "1.0000000001", "rate must have at most 9 decimal places"),
        ("EUR", "USD", "much", "Invalid currency rate: much"),
        ("EUR", "USD", None, "rate is required"),
        ("", "USD", 1, "fromCurrency must be a currency"),
        ("eur", "USD", 1, "Unknown currency: eur,USD"),
        ("EUR", "EUR", 1, "toCurrency must differ"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_in_known_words(
    portal: Portal, source: str, target: str, rate: object, told: str
):
    before = listed(portal)
    answer = put(portal, source, target, rate)
    assert answer.status == 400
    assert told in answer.json["error"]["message"]
    assert listed(portal) == before


@pytest.mark.parametrize("by", ["DELETE", "a rate of zero by id", "a rate of zero by pair"])
def test_a_pair_ends_today_and_may_begin_again(own: Portal, by: str):
    made = put(own, "EUR", "USD", 1.1).response
    path = f"crm/currency/rates/{made['id']}"
    match by:
        case "DELETE":
            ended = own.call("DELETE", path, as_="root")
        case "a rate of zero by id":
            ended = own.call("PUT", path, json={"rate": 0}, as_="root")
        case _:
            ended = put(own, "EUR", "USD", 0)
    assert ended.response == made
    assert listed(own) == []
    assert own.call("GET", path).status == 404
    assert convert(own, 1, "EUR", "USD").status == 404
    assert own.call("DELETE", path, as_="root").status == 404
    assert put(own, "EUR", "USD", 0).status == 404
    assert put(own, "EUR", "USD", 1.5).response == {**made, "rate": 1.5}


def test_several_rates_are_set_at_once_and_all_given_back(own: Portal):
    kept = put(own, "EUR", "USD", 1.1).response
    rates = [
        {"fromCurrency": "GBP", "toCurrency": "USD", "rate": 1.25},
        {"fromCurrency": "JPY", "toCurrency": "USD", "rate": 0.0067},
        {"fromCurrency": "CHF", "toCurrency": "USD", "rate": 0},
    ]
    answer = own.call("POST", "crm/currency/addrates", json={"rates": rates}, as_="root")
    assert answer.status == 201
    assert answer.response == listed(own)
    assert by_pair(own) == {("EUR", "USD"): 1.1, ("GBP", "USD"): 1.25, ("JPY", "USD"): 0.0067}
    assert kept in listed(own)


def test_the_whole_table_is_replaced_with_the_portals_currency(own: Portal):
    kept = put(own, "EUR", "USD", 1.1).response
    put(own, "GBP", "USD", 1.2)
    payload = {
        "currency": "eur",
        "rates": [
            {"fromCurrency": "EUR", "toCurrency": "USD", "rate": 1.3},
            {"fromCurrency": "JPY", "toCurrency": "EUR", "rate": 0.0062},
        ],
    }
    answer = own.call("POST", "crm/currency/setrates", json=payload, as_="root")
    assert answer.status == 201
    assert answer.response == listed(own)
    assert by_pair(own) == {("EUR", "USD"): 1.3, ("JPY", "EUR"): 0.0062}
    assert own.call("GET", "crm/currency/rates/EUR/USD").response["id"] == kept["id"]
    assert own.call("GET", "crm/opportunity/summary").response["currency"] == "EUR"


def test_a_table_with_one_wrong_rate_changes_nothing(own: Portal):
    kept = put(own, "EUR", "USD", 1.1).response
    rates = [
        {"fromCurrency": "GBP", "toCurrency": "USD", "rate": 1.2},
        {"fromCurrency": "GBP", "toCurrency": "XYZ", "rate": 1.2},
    ]
    for path, payload in (
        ("setrates", {"currency": "JPY", "rates": rates}),
        ("addrates", {"rates": rates}),
        ("setrates", {"rates": rates[:1]}),
    ):
        answer = own.call("POST", f"crm/currency/{path}", json=payload, as_="root")
        assert answer.status == 400
    assert (
        "rates[1].toCurrency"
        in own.call("POST", "crm/currency/addrates", json={"rates": rates}, as_="root").json[
            "error"
        ]["message"]
    )
    assert listed(own) == [kept]
    assert own.call("GET", "crm/opportunity/summary").response["currency"] == "USD"


def test_rates_come_as_a_form_too(own: Portal):
    form = [
        ("rates[0][fromCurrency]", "EUR"),
        ("rates[0][toCurrency]", "USD"),
        ("rates[0][rate]", "1.1"),
    ]
    assert own.call("POST", "crm/currency/addrates", form=form, as_="root").status == 201
    assert by_pair(own) == {("EUR", "USD"): 1.1}


def test_a_repeated_post_with_its_key_answers_the_same(own: Portal):
    payload = {"fromCurrency": "EUR", "toCurrency": "USD", "rate": 1.1}
    first, second = (
        own.call(
            "POST",
            "crm/currency/rates",
            json=payload,
            as_="root",
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    )
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.body == second.body


# ------------------------------------------------------------------------------------- converting


def test_amounts_are_converted_exactly_and_rounded_once(own: Portal):
    put(own, "JPY", "USD", "0.006666667")
    put(own, "EUR", "USD", "1.1")
    assert convert(own, 100, "EUR", "USD").response == 110.0
    assert convert(own, "1000000", "JPY", "USD").response == 6666.667
    assert convert(own, "0.0001", "EUR", "USD").response == 0.0001
    assert convert(own, "-0.0005", "EUR", "USD").response == -0.0006
    assert convert(own, "922337203685477", "EUR", "USD").text.count("1014570924054024.7") == 1


def test_yen_go_through_the_portals_currency_without_loss(own: Portal):
    put(own, "USD", "JPY", 150)
    put(own, "EUR", "USD", "1.08")
    assert convert(own, 150, "JPY", "USD").response == 1.0
    assert convert(own, 162, "JPY", "EUR").response == 1.0
    assert convert(own, 1, "EUR", "JPY").response == 162.0


@pytest.mark.parametrize(("source", "target"), [("", "USD"), ("EUR", ""), ("eur", "EUR")])
def test_without_two_currencies_the_amount_stays(portal: Portal, source: str, target: str):
    assert convert(portal, 12.5, source, target).response == 12.5


def test_currency_codes_match_in_any_case_in_queries(own: Portal):
    put(own, "EUR", "USD", 1.1)
    assert convert(own, 1, "eur", "usd").response == 1.1


def test_the_summary_table_tells_what_one_unit_is_worth(own: Portal):
    put(own, "USD", "JPY", 150)
    put(own, "EUR", "USD", "1.25")
    rows = own.call("GET", "crm/settings/currency/summarytable?currency=eur").response
    assert [*rows[0]] == ["rate", *INFO]
    assert {row["abbreviation"]: row["rate"] for row in rows} == {
        "EUR": 1.0,
        "JPY": 187.5,
        "USD": 1.25,
    }
    rows = own.call("GET", "crm/settings/currency/summarytable?currency=JPY").response
    assert {row["abbreviation"]: row["rate"] for row in rows} == {
        "EUR": 0.005333333,
        "JPY": 1.0,
        "USD": 0.006666667,
    }


@pytest.mark.parametrize("code", ["", "XYZ"])
def test_there_is_no_summary_table_of_an_unknown_currency(portal: Portal, code: str):
    path = f"crm/settings/currency/summarytable?currency={code}"
    assert portal.call("GET", path).status == 400


def test_guests_read_nothing(portal: Portal):
    for path in ("settings/currency", "currency/rates", "settings/currency/convert"):
        assert portal.call("GET", f"crm/{path}", as_="gus").status == 403
        assert portal.call("GET", f"crm/{path}", as_=None).status == 401


def test_rates_are_the_same_as_xml_and_in_the_documented_spelling(own: Portal):
    made = put(own, "USD", "JPY", "150.5").response
    xml = own.call("GET", "crm/currency/rates.xml").text
    assert f"<rate>150.5</rate><id>{made['id']}</id></response>" in xml
    answer = own.call("GET", "crm/currency/rates", accept="application/json; profile=documented")
    assert answer.response == [
        {"FromCurrency": "USD", "ToCurrency": "JPY", "Rate": 150.5, "id": made["id"]}
    ]


# ---------------------------------------------------------------------------------------- by date


def test_the_newest_published_rate_counts_and_none_of_a_day_to_come(own: Portal):
    publish(own, f"Date,USD\n{days_ago(9)},1.1\n{days_ago(-3)},1.5\n{days_ago(3)},1.2\n")
    assert by_pair(own) == {("EUR", "USD"): 1.2}
    made = put(own, "EUR", "USD", 1.3).response
    assert by_pair(own) == {("EUR", "USD"): 1.3}
    own.call("DELETE", f"crm/currency/rates/{made['id']}", as_="root")
    assert by_pair(own) == {}


def test_published_rates_are_stored_in_the_portals_currency(own: Portal):
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
    <e:Envelope xmlns:e="http://www.gesmes.org/xml/2002-08-01"
        xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="{days_ago(1)}">
        <Cube currency="USD" rate="1.25"/><Cube currency="JPY" rate="162.5"/>
    </Cube></Cube></e:Envelope>"""
    publish(own, xml)
    assert by_pair(own) == {("EUR", "USD"): 1.25, ("JPY", "USD"): 0.007692308}


def test_russian_rates_are_read_too(portal: Portal):
    russian = portal.fresh()
    russian.call("PUT", "crm/settings/currency", json={"currency": "RUB"}, as_="root")
    publish(
        russian,
        '<?xml version="1.0"?><ValCurs Date="01.03.2024" name="Foreign Currency Market">'
        "<Valute ID='R01235'><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>"
        "<Name>US Dollar</Name><Value>90,8423</Value></Valute>"
        "<Valute ID='R01820'><NumCode>392</NumCode><CharCode>JPY</CharCode><Nominal>100</Nominal>"
        "<Name>Japanese Yen</Name><Value>60,6207</Value></Valute></ValCurs>",
    )
    assert by_pair(russian) == {("JPY", "RUB"): 0.606207, ("USD", "RUB"): 90.8423}


def test_a_summary_says_how_old_its_rates_are(own: Portal):
    publish(own, f"Date,USD\n{days_ago(9)},1.1\n")
    assert own.call("GET", "crm/opportunity/summary").response["ratesOn"][:10] == days_ago(0)


def test_cross_rates_survive_a_change_of_the_currency_of_the_portal(own: Portal) -> None:
    for source, rate in (("EUR", 1.1), ("GBP", 1.25)):
        assert put(own, source, "USD", rate).status == 201
    before = convert(own, 100, "EUR", "GBP").response
    assert before == 88
    make_opportunity(own, bidCurrencyAbbr="EUR", bidValue=100, bidType=0)
    chosen = own.call("PUT", "crm/settings/currency", json={"currency": "RUB"}, as_="root")
    assert chosen.status == 200
    assert convert(own, 100, "EUR", "GBP").response == before
    missing = convert(own, 100, "EUR", "RUB")
    assert missing.status == 404
    assert "there is no currency rate from EUR to RUB" in missing.text
    assert own.call("GET", "crm/opportunity/summary").response["missingRates"] == ["EUR"]
    assert put(own, "USD", "RUB", 80).status == 201
    assert convert(own, 100, "EUR", "RUB").response == 8800
    summary = own.call("GET", "crm/opportunity/summary").response
    assert (summary["missingRates"], summary["total"]["converted"]) == ([], 8800)
    table = own.call("GET", "crm/settings/currency/summarytable?currency=GBP").response
    rates = {each["abbreviation"]: each["rate"] for each in table}
    assert (rates["RUB"], rates["EUR"]) == (100, 1.136363636)
