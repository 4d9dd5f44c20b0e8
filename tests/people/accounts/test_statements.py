"""Changing many accounts costs as much as changing one, and reading them as much as reading few."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.counting import Counting
from tests.running import Portal


@pytest.fixture
def counting(portal: Portal) -> Iterator[Counting]:
    own = portal.kept()
    counting = Counting(own, as_="root")
    yield counting
    counting.close()
    own.close()


def people(counting: Counting, number: int) -> list[str]:
    made = []
    for _ in range(number):
        sent = {"email": f"{uuid4().hex}@example.com", "firstname": "Pat"}
        made.append(counting.ask("POST", "/people", sent).response["id"])
    return made


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/people/status/Terminated", "/people/status/Active"),
        ("/people/type/Visitor", "/people/type/User"),
    ],
)
def test_changing_many_costs_as_much_as_changing_one(counting: Counting, path: str, back: str):
    costs = []
    for number in (1, 12):
        sent = {"userIds[]": people(counting, number)}
        rounds = [
            [counting.ask_anew("PUT", each, sent).statements for each in (path, back)]
            for _ in range(4)
        ]
        costs.append([min(each) for each in zip(*rounds, strict=True)])
    assert costs[0] == costs[1]


def test_a_list_costs_as_much_for_few_as_for_many(counting: Counting):
    few = counting.cost("GET", "/people/filter")
    people(counting, 12)
    assert counting.cost("GET", "/people/filter") == few


def test_members_come_into_a_group_by_as_many_statements_as_one(counting: Counting):
    costs = []
    for number in (1, 12):
        sent = {"members[]": people(counting, number)}
        groups = [counting.ask("POST", "/group", {"groupName": "Sales"}).response for _ in range(4)]
        rounds = [counting.ask_anew("PUT", f"/group/{each['id']}/members", sent) for each in groups]
        costs.append(min(each.statements for each in rounds))
    assert costs[0] == costs[1]
