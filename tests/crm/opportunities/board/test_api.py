"""A board counts all that a filter leaves and nothing that its reader does not see."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.counting import Counting
from tests.making import make_opportunity, make_person
from tests.running import Portal


@pytest.fixture(scope="module")
def boards() -> Iterator[dict[str, Portal]]:
    kept: dict[str, Portal] = {}
    yield kept
    for each in kept.values():
        each.close()


@pytest.fixture
def own(portal: Portal, boards: dict[str, Portal]) -> Portal:
    """Public and private cards on two stages, of two people, with and without a next step."""
    if portal.database not in boards:
        own = boards[portal.database] = portal.kept()
        contact = make_person(own, lastName="Okafor")
        worth = {"bidCurrencyAbbr": "USD", "contactid": contact}
        for number in range(6):
            as_ = "bob" if number % 2 else "ann"
            private = number in (4, 5)
            made = make_opportunity(
                own, as_, title=f"Deal {number}", bidValue=100 * number, stageid=1 + number % 3,
                isPrivate=private, expectedCloseDate="2020-05-04", **worth,
            )  # fmt: skip
            if number < 2:
                day = "2020-01-01T10:00:00" if number else "2040-01-01T10:00:00"
                task(own, made, day)
        won = make_opportunity(own, title="Won", bidValue=7, **worth)
        assert own.call("PUT", f"crm/opportunity/{won}/stage/8", as_="ann").status == 200
    return boards[portal.database]


def task(own: Portal, opportunity: int, deadline: str) -> None:
    category = own.call("GET", "crm/task/category", as_="ann").response[0]["id"]
    payload = {
        "title": "Call", "deadline": deadline, "responsibleId": own.id_of("ann"),
        "categoryId": category, "entityType": "opportunity", "entityId": opportunity,
    }  # fmt: skip
    assert own.call("POST", "crm/task", json=payload, as_="ann").status == 201


def board(own: Portal, as_: str, query: str = "") -> Any:
    answer = own.call("GET", f"crm/opportunity/board?{query}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


@pytest.mark.parametrize("as_", ["ann", "bob", "cid", "root"])
def test_board_counts_and_shows_what_the_list_gives(own: Portal, as_: str):
    listed = own.call("GET", "crm/opportunity/filter?stageType=Open", as_=as_).json
    shown = board(own, as_)
    open_columns = [each for each in shown["columns"] if each["stage"].get("stageType", 0) == 0]
    cards = [card for each in open_columns for card in each["cards"]]
    assert {card["id"] for card in cards} == {each["id"] for each in listed["response"]}
    assert shown["total"]["count"] == sum(each["total"]["count"] for each in open_columns)
    assert shown["total"]["count"] == listed["total"] == len(cards)
    worth = sum(each.get("bidValue", 0) for each in listed["response"])
    assert shown["total"]["converted"] == worth
    for each in open_columns:
        counts = each["activity"]
        assert sum(counts.values()) == each["total"]["count"] == len(each["cards"])


def test_what_somebody_does_not_see_is_in_no_number(own: Portal):
    everything, of_cid = board(own, "root"), board(own, "cid")
    assert everything["total"]["count"] == 6
    assert of_cid["total"]["count"] == 4
    assert of_cid["attention"]["pastClose"] == 4
    assert "Deal 4" not in str(of_cid)


def test_attention_counts_next_steps_and_past_days(own: Portal):
    counted = board(own, "root")["attention"]
    assert counted == {"overdue": 1, "rotting": 0, "noNextStep": 4, "pastClose": 6}


@pytest.mark.parametrize("as_", ["bob", "root"])
@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("overdue", "isOverdue=true"),
        ("rotting", "isRotting=true"),
        ("noNextStep", "hasNextStep=false"),
        ("pastClose", "isPastClose=true"),
    ],
)
def test_each_attention_count_is_the_total_of_its_list(
    own: Portal, as_: str, name: str, query: str
):
    counted = board(own, as_)["attention"][name]
    listed = own.call("GET", f"crm/opportunity/filter?{query}", as_=as_).json["total"]
    assert counted == listed == board(own, as_, query)["total"]["count"]


def test_opportunities_closed_this_month_stand_in_their_column(own: Portal):
    won = [each for each in board(own, "ann")["columns"] if each["stage"]["id"] == 8]
    assert [each["total"]["count"] for each in won] == [1]
    earlier = "closedFrom=2020-01-01&closedTo=2020-02-01"
    won = [each for each in board(own, "ann", earlier)["columns"] if each["stage"]["id"] == 8]
    assert [each["total"]["count"] for each in won] == [0]


def test_filter_narrows_every_number(own: Portal):
    of_bob = board(own, "root", f"responsibleid={own.id_of('bob')}")
    assert of_bob["total"]["count"] == 3
    assert board(own, "root", "filterValue=nothing")["total"]["count"] == 0


def test_column_goes_on_behind_its_last_card(own: Portal):
    every = own.call("GET", "crm/opportunity/board/column?stageId=1", as_="root").response["cards"]
    assert len(every) > 1
    seen, cursor = [], ""
    while True:
        address = f"crm/opportunity/board/column?stageId=1&count=1&next={cursor}"
        part = own.call("GET", address, as_="root").response
        seen += [card["id"] for card in part["cards"]]
        cursor = part["nextCursor"]
        if not cursor:
            break
    assert seen == [card["id"] for card in every]


@pytest.mark.parametrize("cursor", ["nonsense", "e30.abc", "%00"])
def test_cursor_of_nobody_is_refused(own: Portal, cursor: str):
    address = f"crm/opportunity/board/column?stageId=1&next={cursor}"
    assert own.call("GET", address, as_="ann").status == 400


def test_unknown_pipeline_or_stage_is_refused(own: Portal):
    assert own.call("GET", "crm/opportunity/board?pipelineId=99", as_="ann").status == 404
    assert own.call("GET", "crm/opportunity/board/column?stageId=99", as_="ann").status == 404
    assert own.call("GET", "crm/opportunity/board/column", as_="ann").status == 400


def test_board_costs_the_same_for_few_cards_and_many(portal: Portal):
    own = portal.kept()
    make_opportunity(own)
    counting = Counting(own)
    few = counting.cost("GET", "opportunity/board")
    for number in range(30):
        make_opportunity(own, title=f"Deal {number}", stageid=1 + number % 5)
    assert counting.cost("GET", "opportunity/board") == few == 6
    counting.close()
    own.close()
