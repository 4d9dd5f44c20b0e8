"""Loss reasons: their list, what a lost opportunity keeps of them, and when one is required."""

import pytest
from sqlalchemy import select

from dealwright.storage.schema import opportunity as o
from dealwright.storage.schema import stage_stay
from tests.making import make_opportunity, stored
from tests.running import Portal


def make_reason(portal: Portal, title: str = "Price") -> int:
    answer = portal.call("POST", "crm/lossreason", json={"title": title}, as_="root")
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def stage_of(portal: Portal, stage_type: int) -> int:
    stages = portal.call("GET", "crm/opportunity/stage").response
    return next(each["id"] for each in stages if each["stageType"] == stage_type)


def lose(portal: Portal, **inputs: object):
    made = make_opportunity(portal)
    payload = {
        "title": "Lost",
        "responsibleid": portal.id_of("ann"),
        "stageid": stage_of(portal, 2),
        "bidCurrencyAbbr": "EUR",
        **inputs,
    }
    return made, portal.call("PUT", f"crm/opportunity/{made}", json=payload)


def kept(portal: Portal, opportunity_id: int):
    [row] = stored(
        portal, select(o.c.loss_reason_id, o.c.loss_comment).where(o.c.id == opportunity_id)
    )
    return row


def test_a_lost_opportunity_keeps_its_reason_until_it_is_reopened(portal: Portal) -> None:
    reason = make_reason(portal)
    made, answer = lose(portal, lossReasonId=reason, lossComment="Too dear")
    assert answer.status == 200, answer.text
    assert kept(portal, made) == (reason, "Too dear")
    portal.call("PUT", f"crm/opportunity/{made}/stage/1")
    assert kept(portal, made) == (None, None)


def test_a_reason_that_is_used_is_renamed_and_not_deleted(portal: Portal) -> None:
    reason = make_reason(portal)
    lose(portal, lossReasonId=reason)
    path = f"crm/lossreason/{reason}"
    assert portal.call("DELETE", path, as_="root").status == 400
    renamed = portal.call("PUT", path, json={"title": "Budget"}, as_="root")
    assert renamed.response["title"] == "Budget"
    assert portal.call("GET", path).response == renamed.response
    unused = make_reason(portal)
    assert portal.call("DELETE", f"crm/lossreason/{unused}", as_="root").status == 200


def test_an_unknown_reason_is_refused_by_name(portal: Portal) -> None:
    _, answer = lose(portal, lossReasonId=99999)
    assert (answer.status, "lossReasonId" in answer.json["error"]["message"]) == (400, True)


def test_where_a_reason_is_required_nothing_is_lost_without(portal: Portal) -> None:
    own = portal.fresh()
    reason = make_reason(own)
    rule = own.call("PUT", "crm/settings/lossreason", json={"isRequired": True}, as_="root")
    assert rule.response == {"isRequired": True}
    assert own.call("GET", "crm/settings/lossreason").response == {"isRequired": True}
    made, answer = lose(own)
    assert (answer.status, "lossReasonId" in answer.json["error"]["message"]) == (400, True)
    by_stage = own.call("PUT", f"crm/opportunity/{made}/stage/{stage_of(own, 2)}")
    assert by_stage.status == 400
    _, answer = lose(own, lossReasonId=reason)
    assert answer.status == 200, answer.text


def test_every_stay_on_a_stage_is_written_down(portal: Portal) -> None:
    made = make_opportunity(portal)
    portal.call("PUT", f"crm/opportunity/{made}/stage/2")
    portal.call("PUT", f"crm/opportunity/{made}/stage/2")
    stays = stored(
        portal,
        select(stage_stay.c.stage_id, stage_stay.c.entered_on, stage_stay.c.left_on)
        .where(stage_stay.c.opportunity_id == made)
        .order_by(stage_stay.c.id),
    )
    assert [stage for stage, _, _ in stays] == [1, 2]
    assert stays[0][2] == stays[1][1]
    assert stays[1][2] is None


@pytest.mark.parametrize(("currency", "rate"), [("EUR", 1_100_000_000), ("USD", 1_000_000_000)])
def test_the_rate_of_the_closing_day_stays(portal: Portal, currency: str, rate: int) -> None:
    own = portal.fresh()
    payload = {"fromCurrency": "EUR", "toCurrency": "USD", "rate": 1.1}
    assert own.call("POST", "crm/currency/rates", json=payload, as_="root").status == 201
    made = make_opportunity(own, bidCurrencyAbbr=currency, bidValue=100)
    own.call("PUT", f"crm/opportunity/{made}/stage/{stage_of(own, 1)}")
    query = select(o.c.closing_rate, o.c.closing_currency).where(o.c.id == made)
    assert stored(own, query) == [(rate, "USD")]
    own.call("PUT", f"crm/opportunity/{made}/stage/1")
    assert stored(own, query) == [(None, None)]
