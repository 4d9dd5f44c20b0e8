"""Showing, changing and comparing contact data costs the same for few items as for many."""

from collections.abc import Iterator

import pytest

from tests.counting import Counting
from tests.running import Portal


@pytest.fixture
def counting(portal: Portal) -> Iterator[Counting]:
    own = portal.kept()
    counting = Counting(own)
    yield counting
    counting.close()
    own.close()


def fill(counting: Counting, name: str, persons: int, data: int) -> list[int]:
    """Persons of one name with that much data each, one item of it the same for all."""
    made = []
    for _ in range(persons):
        sent = {"firstName": "Pat", "lastName": name, "shareType": "1"}
        person = counting.ask("POST", "contact/person", sent).response["id"]
        counting.ask("POST", f"contact/{person}/batch", items(name, data))
        made.append(person)
    return made


def items(name: str, number: int) -> dict[str, object]:
    sent: dict[str, object] = {}
    for n in range(number):
        sent |= {f"items[{n}].infoType": "1", f"items[{n}].data": f"{name}{n}@example.com"}
    sent |= {"items[0].isPrimary": "true"}
    return sent


@pytest.mark.parametrize(
    "path",
    [
        "contact/filter?filterValue={name}",
        "contact/simple/filter?filterValue={name}",
        "contact/byprefix?prefix={name}",
        "contact/bycontactinfo?infoType=1&data={name}",
        "contact/simple/byEmail?term={name}&maxCount=50",
        "contact/mail?{ids}",
        "contact/{id}",
        "contact/{id}/data",
        "contact/{id}/data/Email",
        "contact/{id}/duplicates",
        "contact/duplicates?count=50",
    ],
)
def test_list_costs_the_same_for_few_items_and_many(counting: Counting, path: str) -> None:
    costs = []
    for name, persons, data in (("few", 2, 1), ("many", 12, 6)):
        made = fill(counting, name, persons, data)
        ids = "&".join(f"contactids={each}" for each in made)
        request = path.format(name=name, id=made[0], ids=ids)
        costs.append(counting.cost("GET", request))
    assert costs[0] == costs[1]


def test_changing_several_items_costs_the_same_as_changing_one(counting: Counting) -> None:
    person, other = fill(counting, "pat", 2, 1)
    one = counting.ask("PUT", f"contact/{person}/batch", items("one", 1)).statements
    many = counting.ask("PUT", f"contact/{other}/batch", items("many", 20)).statements
    assert one == many
    one = counting.ask("POST", f"contact/{person}/batch", items("one", 1)).statements
    many = counting.ask("POST", f"contact/{other}/batch", items("many", 20)).statements
    assert one == many
