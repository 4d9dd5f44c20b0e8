"""Filters by what an open opportunity needs: a task done, a touch, a next step, a new date."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from dealwright.storage.schema import opportunity as o
from tests.making import make_opportunity, make_person, stored
from tests.running import Portal

DAY = 24 * 3600 * 1_000_000
MARKS = ("isOverdue", "isRotting", "hasNextStep", "isPastClose")


def day(offset: int) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=offset)):%Y-%m-%d}T12:00:00Z"


def make_task(portal: Portal, opportunity_id: int, offset: int, as_: str = "ann", **inputs: object):
    payload = {
        "title": "Call",
        "deadline": day(offset),
        "responsibleid": portal.id_of(as_),
        "categoryid": portal.call("GET", "crm/task/category").response[0]["id"],
        "entityType": "opportunity",
        "entityid": opportunity_id,
        **inputs,
    }
    answer = portal.call("POST", "crm/task", json=payload, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response["id"]


def found(portal: Portal, as_: str = "ann", **filters: object) -> set[int]:
    shown = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = portal.call("GET", f"crm/opportunity/filter?{shown}", as_=as_)
    assert answer.status == 200, answer.text
    assert answer.json["total"] == len(answer.response)
    return {each["id"] for each in answer.response}


def untouched(portal: Portal, opportunity_id: int, days: int) -> None:
    moment = time.time_ns() // 1000 - days * DAY
    stored(portal, update(o).where(o.c.id == opportunity_id).values(touched_on=moment))


def test_overdue_is_what_has_an_open_task_from_before_today(portal: Portal) -> None:
    own = portal.fresh()
    late, planned, without, done = [make_opportunity(own) for _ in range(4)]
    make_task(own, late, -2)
    make_task(own, planned, 2)
    closed = make_task(own, done, -2)
    own.call("PUT", f"crm/task/{closed}/close")
    assert found(own, isOverdue="true") == {late}
    assert found(own, isOverdue="false") == {planned, without, done}
    assert found(own, hasNextStep="true") == {late, planned}
    assert found(own, hasNextStep="false") == {without, done}


def test_a_task_that_is_not_seen_is_no_step(portal: Portal) -> None:
    own = portal.fresh()
    made = make_opportunity(own)
    private = make_person(own, as_="bob", shareType=0, accessList=[own.id_of("bob")])
    make_task(own, made, -2, as_="bob", contactid=private)
    assert found(own, as_="bob", isOverdue="true") == {made}
    assert found(own, as_="ann", isOverdue="true") == set()
    assert found(own, as_="ann", hasNextStep="false") == {made}


def test_rotting_counts_from_the_last_touch_by_the_limit_of_the_stage(portal: Portal) -> None:
    own = portal.fresh()
    payload = {"rottingDays": 7}
    own.call("PUT", "crm/opportunity/stage/1/rotting", json=payload, as_="root")
    ids = [make_opportunity(own) for _ in range(4)]
    elsewhere = make_opportunity(own, stageid=2)
    for each in (*ids, elsewhere):
        untouched(own, each, 9)
    assert found(own, isRotting="true") == {*ids}
    assert found(own, isRotting="false") == {elsewhere}
    event = {
        "entityType": "opportunity",
        "entityId": ids[0],
        "content": "Called",
        "categoryId": own.call("GET", "crm/history/category").response[0]["id"],
    }
    assert own.call("POST", "crm/history", json=event).status == 201
    task = make_task(own, ids[1], 30)
    own.call("PUT", f"crm/opportunity/{ids[2]}/expected", json={"expectedCloseDate": day(9)})
    assert found(own, isRotting="true") == {ids[1], ids[3]}
    own.call("PUT", f"crm/task/{task}/close")
    assert found(own, isRotting="true") == {ids[3]}


def test_past_close_is_what_was_expected_before_today(portal: Portal) -> None:
    own = portal.fresh()
    won = next(
        each["id"]
        for each in own.call("GET", "crm/opportunity/stage").response
        if each["stageType"] == 1
    )
    past = make_opportunity(own, expectedCloseDate=day(-3))
    ahead = make_opportunity(own, expectedCloseDate=day(3))
    unset = make_opportunity(own)
    closed = make_opportunity(own, expectedCloseDate=day(-3), stageid=won)
    assert found(own, isPastClose="true") == {past}
    assert found(own, isPastClose="false") == {ahead, unset, closed}
    assert found(own, expectedFrom=day(1)[:10], expectedTo=day(5)[:10]) == {ahead}


def test_a_pipeline_narrows_to_its_stages(portal: Portal) -> None:
    own = portal.fresh()
    made = own.call("POST", "crm/pipeline", json={"title": "Partners"}, as_="root").response["id"]
    payload = {"title": "Talks", "color": "#abcdef", "pipelineId": made}
    stage = own.call("POST", "crm/opportunity/stage", json=payload, as_="root").response["id"]
    here, there = make_opportunity(own), make_opportunity(own, stageid=stage)
    assert found(own, pipelineId=1) == {here}
    assert found(own, pipelineId=made) == {there}
    assert found(own, pipelineId=made, opportunityStagesId=1) == set()


@pytest.mark.parametrize("name", MARKS)
def test_what_is_not_seen_is_in_no_filter(portal: Portal, name: str) -> None:
    own = portal.fresh()
    hidden = make_opportunity(own, as_="bob", isPrivate=True, expectedCloseDate=day(-3))
    make_task(own, hidden, -2, as_="bob")
    for value in ("true", "false"):
        assert hidden not in found(own, as_="cid", **{name: value})
        assert own.call("GET", f"crm/opportunity/summary?{name}={value}", as_="cid").response[
            "total"
        ] == {"count": 0, "sums": [], "converted": 0, "weighted": 0}


def test_pages_of_a_marked_list_join_without_a_gap(portal: Portal) -> None:
    own = portal.fresh()
    ids = {make_opportunity(own, expectedCloseDate=day(-3)) for _ in range(5)}
    path = "crm/opportunity/filter?isPastClose=true&sortBy=id&count=2&cursor="
    seen, cursor = [], ""
    while cursor is not None:
        answer = own.call("GET", path + cursor).json
        seen += [each["id"] for each in answer["response"]]
        cursor = answer.get("nextCursor")
    assert seen == sorted(ids)
