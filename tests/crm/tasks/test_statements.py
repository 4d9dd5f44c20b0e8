"""A request about tasks costs a fixed number of statements, whatever number of rows it shows or
creates."""

from collections.abc import Iterator

import pytest

from tests.counting import Counting
from tests.crm.tasks.making import category, make_task
from tests.making import make_opportunity, make_person
from tests.running import Portal

FEW, MANY = 2, 30


@pytest.fixture
def counting(portal: Portal) -> Iterator[Counting]:
    task_id = Counting(portal)
    yield task_id
    task_id.close()


def world(portal: Portal, number: int) -> tuple[int, list[int], list[int]]:
    """An opportunity with so many tasks, each with its own contact."""
    deal = make_opportunity(portal)
    people = [make_person(portal) for _ in range(number)]
    links = {"entityType": "opportunity", "entityid": deal}
    return deal, people, [make_task(portal, contactid=each, **links) for each in people]


def test_list_costs_the_same_for_few_tasks_and_many(portal: Portal, counting: Counting):
    # PostgreSQL first looks whether a remembered total still holds.
    look = 0 if portal.settings.is_sqlite else 1
    for number in (FEW, MANY):
        deal, people, tasks = world(portal, number)
        path = f"task/filter?entityType=opportunity&entityid={deal}"
        # The page with its total, its rows, the email addresses of their contacts.
        assert counting.cost("GET", path) == 3
        assert counting.cost("GET", f"{path}&count=0") == 1 + look
        assert counting.cost("GET", f"{path}&cursor=&count={number}") == 4 + look  # the total
        assert counting.cost("GET", f"task/{tasks[0]}") == 2
        assert counting.cost("GET", f"task/{tasks[0]}/audit") == 4
        assert counting.cost("GET", f"contact/{people[0]}") == 1


def test_creation_costs_the_same_for_few_tasks_and_many(portal: Portal, counting: Counting):
    costs = []
    for number in (FEW, MANY):
        _, people, _ = world(portal, number)
        payload = {
            "title": "T",
            "deadline": "2100-01-01",
            "categoryid": category(portal),
            "contactId[]": people,
            "alertValue": 5,
            "isNotify": "true",
            "responsibleid": portal.id_of("bob"),
        }
        costs.append(counting.cost("POST", "contact/task/group", payload))
    assert costs[0] == costs[1]
