"""Moves inside a column and between stages, of one and of many, and what each of them gives."""

import pytest
from sqlalchemy import select

from dealwright.storage.schema import opportunity as o
from tests.making import at_once, make_opportunity, stored
from tests.running import Portal


def place(portal: Portal, opportunity_id: int, as_: str = "ann", **inputs: object):
    payload = {"stageId": 1, **inputs}
    return portal.call("PUT", f"crm/opportunity/{opportunity_id}/move", json=payload, as_=as_)


def column(portal: Portal, ids: list[int]) -> list[int]:
    """The opportunities from top to bottom."""
    rows = stored(portal, select(o.c.id).where(o.c.id.in_(ids)).order_by(o.c.rank, o.c.id))
    return [row[0] for row in rows]


def shown(portal: Portal, opportunity_id: int):
    return portal.call("GET", f"crm/opportunity/{opportunity_id}").response


def closed_stage(portal: Portal, stage_type: int) -> int:
    stages = portal.call("GET", "crm/opportunity/stage").response
    return next(each["id"] for each in stages if each["stageType"] == stage_type)


def test_new_cards_stand_on_top_and_a_card_goes_between_two_others(portal: Portal) -> None:
    ids = [make_opportunity(portal) for _ in range(4)]
    first, second, third, fourth = ids
    assert column(portal, ids) == [fourth, third, second, first]
    assert place(portal, first, afterId=fourth, beforeId=third).status == 200
    assert column(portal, ids) == [fourth, first, third, second]
    place(portal, fourth, afterId=second)
    assert column(portal, ids) == [first, third, second, fourth]
    place(portal, second, beforeId=first)
    assert column(portal, ids) == [second, first, third, fourth]


def test_a_new_place_is_no_new_version_and_no_history(portal: Portal) -> None:
    ids = [make_opportunity(portal) for _ in range(2)]
    path = f"crm/opportunity/{ids[0]}"
    before = portal.call("GET", path)
    audit = portal.call("GET", f"{path}/audit").response
    place(portal, ids[0], beforeId=ids[1])
    after = portal.call("GET", path)
    assert after.headers["ETag"] == before.headers["ETag"]
    assert portal.call("GET", f"{path}/audit").response == audit
    assert column(portal, ids) == ids


def test_people_who_move_to_the_same_place_at_once_all_succeed(portal: Portal) -> None:
    own = portal.fresh()
    ids = [make_opportunity(own) for _ in range(8)]
    above, below = ids[7], ids[6]
    moves = [lambda id=id: place(own, id, afterId=above, beforeId=below) for id in ids[:6]]
    assert [answer.status for answer in at_once(*moves)] == [200] * 6
    ordered = column(own, ids)
    assert (ordered[0], ordered[-1]) == (above, below)


def test_a_neighbour_that_is_not_seen_gives_no_place(portal: Portal) -> None:
    hidden = make_opportunity(portal, as_="bob", isPrivate=True)
    made = make_opportunity(portal)
    rank = stored(portal, select(o.c.rank).where(o.c.id == made))
    assert place(portal, made, afterId=hidden).status == 200
    assert stored(portal, select(o.c.rank).where(o.c.id == made)) == rank
    assert place(portal, hidden).status == 404


def test_a_closed_stage_takes_amount_date_and_reason(portal: Portal) -> None:
    reason = portal.call("POST", "crm/lossreason", json={"title": "Price"}, as_="root").response
    made = make_opportunity(portal, bidValue=10)
    answer = place(
        portal,
        made,
        stageId=closed_stage(portal, 2),
        bidValue=12.5,
        actualCloseDate="2026-11-02T00:00:00Z",
        lossReasonId=reason["id"],
        lossComment="Too dear",
    )
    assert answer.status == 200, answer.text
    after = answer.response
    assert (after["bidValue"], after["actualCloseDate"][:10]) == (12.5, "2026-11-02")
    kept = stored(portal, select(o.c.loss_reason_id, o.c.loss_comment).where(o.c.id == made))
    assert kept == [(reason["id"], "Too dear")]


@pytest.mark.parametrize(
    ("inputs", "parameter"),
    [({"stageId": 0}, "stageid"), ({"stageId": 99999}, "stageid")],
)
def test_an_unknown_stage_is_refused_by_name(portal: Portal, inputs, parameter) -> None:
    answer = place(portal, make_opportunity(portal), **inputs)
    assert (answer.status, parameter in answer.json["error"]["message"]) == (400, True)


def test_many_move_at_once_and_each_refusal_is_named(portal: Portal) -> None:
    ids = [make_opportunity(portal) for _ in range(3)]
    hidden = make_opportunity(portal, as_="bob", isPrivate=True)
    payload = {"ids": [*ids, hidden, 99_999_999], "stageId": 2}
    outcome = portal.call("PUT", "crm/opportunity/move", json=payload).response
    assert outcome["done"] == ids
    assert [each["id"] for each in outcome["refused"]] == [hidden, 99_999_999]
    assert [shown(portal, id)["stage"]["id"] for id in ids] == [2, 2, 2]
    undone = portal.call("POST", "crm/opportunity/undo", json={"undo": outcome["undo"]})
    assert undone.response["done"] == ids
    assert [shown(portal, id)["stage"]["id"] for id in ids] == [1, 1, 1]


def test_many_are_assigned_and_the_new_responsible_is_told(portal: Portal) -> None:
    own = portal.fresh()
    ids = [make_opportunity(own) for _ in range(2)]
    payload = {"ids": ids, "responsibleId": own.id_of("bob")}
    outcome = own.call("PUT", "crm/opportunity/assign", json=payload).response
    assert (outcome["done"], outcome["refused"]) == (ids, [])
    assert {shown(own, id)["responsible"]["id"] for id in ids} == {own.id_of("bob")}
    assert own.call("GET", "crm/notifications", as_="bob").json["total"] == 2
    own.call("POST", "crm/opportunity/undo", json={"undo": outcome["undo"]})
    assert {shown(own, id)["responsible"]["id"] for id in ids} == {own.id_of("ann")}


def test_many_are_tagged_and_the_tags_go_with_the_undo(portal: Portal) -> None:
    ids = [make_opportunity(portal) for _ in range(2)]
    portal.call("POST", f"crm/opportunity/{ids[0]}/tag", json={"tagName": "old"})
    payload = {"ids": ids, "add": ["new"], "remove": ["old"]}
    outcome = portal.call("PUT", "crm/opportunity/tags", json=payload).response

    def tags() -> list[list[str]]:
        return [portal.call("GET", f"crm/opportunity/tag/{id}").response for id in ids]

    assert tags() == [["new"], ["new"]]
    portal.call("POST", "crm/opportunity/undo", json={"undo": outcome["undo"]})
    assert tags() == [["old"], []]


@pytest.mark.parametrize("ids", [[], [*range(1, 502)]])
def test_none_and_too_many_are_refused_by_name(portal: Portal, ids: list[int]) -> None:
    answer = portal.call("PUT", "crm/opportunity/move", json={"ids": ids, "stageId": 1})
    assert (answer.status, "ids" in answer.json["error"]["message"]) == (400, True)
