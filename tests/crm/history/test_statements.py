"""A request costs a fixed number of statements, whatever number of events and files it shows."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.counting import Counting
from tests.crm.contacts.making import make_company
from tests.crm.files.making import upload
from tests.crm.history.making import category, make_event
from tests.making import make_opportunity, make_person
from tests.running import Portal


class World(NamedTuple):
    """A company with events of its own, of its persons and of opportunities; each event has
    files."""

    mark: str
    company: int
    events: list[int]
    files: list[int]


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, tuple[Counting, World, World]]]:
    made: dict[str, tuple[Counting, World, World]] = {}
    yield made
    for counting, _, _ in made.values():
        counting.close()
        counting.portal.close()


@pytest.fixture
def scene(
    portal: Portal, scenes: dict[str, tuple[Counting, World, World]]
) -> tuple[Counting, World, World]:
    """The application, with a small portal and a large one."""
    system = portal.database.partition(":")[0]
    if system not in scenes:
        own = portal.kept()
        worlds = world(own, "few", 1), world(own, "many", 12)
        counting = Counting(own)
        scenes[system] = counting, *worlds
    return scenes[system]


def world(portal: Portal, mark: str, number: int) -> World:
    company = make_company(portal, shareType=2)
    events, files = [], []
    for place in range(number):
        file = upload(portal, f"contact/{company}", f"{mark} {place}.txt")["id"]
        other = upload(portal, f"contact/{company}", f"{mark} {place}.txt")["id"]
        person = make_person(portal, companyId=company)
        deal = make_opportunity(portal, isPrivate=True)
        payload = {"content": f"{mark} words", "fileId": [file, other]}
        for of in (
            {"contactId": company},
            {"contactId": person},
            {"contactId": company, "entityType": "opportunity", "entityId": deal},
        ):
            events.append(make_event(portal, **of, **payload)["id"])
        files += [file, other]
    return World(mark, company, events, files)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # the page itself, its rows, their files
        ("history/filter?filterValue={mark}", 3),
        ("history/filter?filterValue={mark}&count=1", 3),
        ("history/filter?filterValue={mark}&count=0", 1),
        ("history/filter?filterValue={mark}&categoryId={category}&sortBy=content", 3),
        # and whether the company is visible
        ("history/filter?entityType=contact&entityId={company}", 4),
        # whether it is visible, the page, its rows
        ("contact/{company}/files", 3),
        ("contact/{company}/files?count=0", 3),
        ("history/category", 1),
    ],
)
def test_list_costs_the_same_for_few_events_and_many(
    scene: tuple[Counting, World, World], path: str, expected: int
) -> None:
    counting, *worlds = scene
    note = category(counting.portal)
    if path.endswith("count=0") and "history" in path and not counting.portal.settings.is_sqlite:
        expected += 1  # PostgreSQL first looks whether a remembered total still holds
    query = [path.format(mark=w.mark, company=w.company, category=note) for w in worlds]
    assert [counting.cost("GET", each) for each in query] == [expected, expected]


def test_creation_costs_the_same_for_few_files_and_many(
    scene: tuple[Counting, World, World],
) -> None:
    counting, *worlds = scene
    costs = []
    for each in worlds:
        payload = {"fileids[]": each.files}
        costs.append(counting.cost("POST", f"contact/{each.company}/files", payload))
    assert costs[0] == costs[1]
