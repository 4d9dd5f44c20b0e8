"""Insight counts all that its reader sees, in a fixed number of statements, and each number leads
to what it counts."""

import csv
import re
from html import unescape

from dealwright.wire.credentials import COOKIE
from tests.counting import Counting
from tests.making import make_opportunity
from tests.running import Answer, Portal

WON, LOST = 8, 9
EVERY = ("Public", "Secret", "Foreign", "Dear")


def page(own: Portal, path: str, as_: str = "ann") -> Answer:
    cookie = f"{COOKIE}={own.ground.tokens[as_]}"
    return own.call("GET", path, as_=None, accept="text/html", headers={"Cookie": cookie})


def sheet(own: Portal, of: str, as_: str = "ann", query: str = "") -> list[list[str]]:
    answer = page(own, f"/insight/csv?of={of}{query}", as_)
    assert answer.status == 200, answer.text
    return [*csv.reader(answer.body.decode("utf-8-sig").splitlines())]


def by_name(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in rows[1:]}


def move(own: Portal, made: int, stage: int, **inputs: object) -> None:
    payload = {"stageId": stage, **inputs}
    answer = own.call("PUT", f"crm/opportunity/{made}/move", json=payload)
    assert answer.status == 200, answer.text


def make_closed(own: Portal) -> dict[str, int]:
    """Won 100 and 900 (private), lost 40 for a reason and 7 without, and 3 PLN without a rate."""
    reason = own.call("POST", "crm/lossreason", json={"title": "=Price"}, as_="root").response
    own.call("POST", "crm/opportunity/tag", form={"tagName": "Fair"})
    for title, worth, stage, more in (
        ("Public", 100, WON, {}), ("Secret", 900, WON, {"isPrivate": True}),
        ("Dear", 40, LOST, {"lossReasonId": reason["id"]}), ("Gone", 7, LOST, {}),
    ):  # fmt: skip
        given = {"isPrivate": True} if "isPrivate" in more else {}
        made = make_opportunity(own, title=title, bidValue=worth, bidCurrencyAbbr="USD", **given)
        move(own, made, 3)
        move(own, made, stage, **{name: more[name] for name in more if name != "isPrivate"})
        if title == "Public":
            own.call("POST", f"crm/opportunity/{made}/tag", form={"tagName": "Fair"})
    foreign = make_opportunity(own, title="Foreign", bidValue=3, bidCurrencyAbbr="PLN")
    move(own, foreign, WON)
    return {"reason": reason["id"]}


def test_numbers_are_of_what_is_seen_and_cost_the_same(portal: Portal) -> None:
    own = portal.kept()
    counting = Counting(own)
    make_opportunity(own, title="Open", bidValue=1000, bidCurrencyAbbr="USD", successProbability=30)
    few = counting.cost_of_page("/insight")
    reason = make_closed(own)["reason"]
    assert counting.cost_of_page("/insight") == few
    counting.close()
    for reader, is_in in (("ann", True), ("root", True), ("bob", False)):
        secret = int(is_in)
        months = sheet(own, "months", reader)
        assert len(months) == 1 + 12
        total = [sum(float(row[place] or 0) for row in months[1:]) for place in range(1, 5)]
        assert total == [2 + secret, 100 + 900 * secret, 2, 47]
        assert [row[1:] for row in sheet(own, "reasons", reader)[1:]] == [["1", "40"], ["1", "7"]]
        person = sheet(own, "people", reader)[1]
        assert person[1:5] == [str(2 + secret), str(100 + 900 * secret), "2", "47"]
        assert by_name(sheet(own, "tags", reader))["Fair"][:4] == ["1", "100", "0", "0"]
        funnel = sheet(own, "funnel", reader)
        # Each began on the first stage; what was moved went on, also the lost ones to the third.
        assert funnel[1][1:4] == [str(5 + secret), str(4 + secret), "80" if not secret else "83"]
        assert funnel[3][1:4] == [str(3 + secret), str(1 + secret), "50" if secret else "33"]
        weighted = by_name(sheet(own, "forecast", reader))["No date"]
        assert weighted[:3] == ["1", "1000", "300"]
        shown = page(own, "/insight/list?stage=3&months=3", reader).text
        assert len(re.findall(r'href="/opportunities/\d+"', shown)) == 3 + secret
        assert "PLN" in page(own, "/insight", reader).text
    # A text that a spreadsheet would compute is none, and the list behind it is what it counts.
    assert "'=Price" in by_name(sheet(own, "reasons"))
    behind = page(own, f"/insight/list?reason={reason}").text
    assert "Dear" in behind and "Gone" not in behind
    assert sheet(own, "people", query=f"&responsible={own.id_of('bob')}")[1:] == []
    own.close()


def test_each_address_leads_to_a_page_and_wrong_ones_are_refused(portal: Portal) -> None:
    own = portal.kept()
    make_closed(own)
    text = page(own, "/insight").text
    main = text[text.index("<main") : text.index("</main>")]
    addresses = sorted({unescape(each) for each in re.findall(r'href="(/[^"#]*)"', main)})
    inside = [each for each in addresses if not each.startswith("/static")]
    assert len(inside) > 25
    statuses = {each: page(own, each).status for each in inside}
    assert set(statuses.values()) == {200}, statuses
    won = next(each for each in inside if "status=won" in each and "responsible" in each)
    listed = page(own, won).text
    assert [each in listed for each in EVERY] == [True, True, True, False]
    for wrong, status in (
        ("/insight?months=5", 400), ("/insight?months=x", 400), ("/insight?responsible=%00", 400),
        ("/insight?team=nobody", 400), ("/insight?pipeline=99", 404),
        ("/insight/csv?of=nothing", 400), ("/insight/list?stage=99", 404),
        ("/insight/list?reason=99", 404), ("/insight/list?reason=0&page=0", 400),
        ("/insight/csv?of=funnel&pipeline=99", 404),
    ):  # fmt: skip
        assert page(own, wrong).status == status, wrong
    own.close()
