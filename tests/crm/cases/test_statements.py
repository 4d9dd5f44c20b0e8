"""A request about cases costs the same number of statements for many rows and links as for few."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.counting import Counting
from tests.crm.cases.making import make_field
from tests.making import make_person
from tests.running import Portal


class World(NamedTuple):
    """Similar cases, each with the same number of links of every kind."""

    mark: str
    inputs: dict[str, object]
    ids: list[int]
    contact: int


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, tuple[Counting, World, World]]]:
    case_ids: dict[str, tuple[Counting, World, World]] = {}
    yield case_ids
    for counting, _, _ in case_ids.values():
        counting.close()
        counting.portal.close()


@pytest.fixture
def scene(portal: Portal, scenes: dict[str, Any]) -> tuple[Counting, World, World]:
    """The application, with a small portal and a large one."""
    system = portal.database.partition(":")[0]
    if system not in scenes:
        own = portal.kept()
        contacts = [make_person(own, lastName=f"Number {n}") for n in range(12)]
        fields = [make_field(own) for _ in range(6)]
        counting = Counting(own)
        few = world(counting, "few", 2, contacts[:1], fields[:1])
        scenes[system] = counting, few, world(counting, "many", 30, contacts, fields)
    found: tuple[Counting, World, World] = scenes[system]
    return found


def world(
    counting: Counting, mark: str, number: int, contacts: list[int], fields: list[int]
) -> World:
    people = [counting.portal.id_of(name) for name in ("ann", "bob", "cid")]
    inputs: dict[str, object] = {
        "title": f"Of the {mark}",
        "members[]": contacts,
        "isPrivate": "true",
        "accessList[]": people[: len(contacts)],
    }
    for place, field in enumerate(fields):
        inputs |= {f"customFieldList[{place}].Key": field, f"customFieldList[{place}].Value": mark}
    ids = [counting.ask("POST", "case", inputs).response["id"] for _ in range(number)]
    for each in ids:
        counting.ask("POST", f"case/{each}/tag", {"tagName": mark})
    return World(mark, inputs, ids, contacts[0])


# A total that is counted apart: PostgreSQL first looks whether a remembered one still holds.
APART = (
    "case/filter?filterValue={mark}&count=0",
    "case/filter?count={number}",
    "case/filter?filterValue={mark}&cursor=&count={number}",
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # the page itself with its total, its rows, their members, their values
        ("case/filter?filterValue={mark}", 4),
        ("case/filter?filterValue={mark}&count=1&sortBy=created", 4),
        ("case/filter?filterValue={mark}&isClosed=false&tags={mark}", 4),
        ("case/filter?filterValue={mark}&isClosed=true", 1),
        ("case/filter?filterValue={mark}&count=0", 1),
        ("case/filter?contactid={contact}&filterValue={mark}&startIndex=1", 4),
        # and the total
        ("case/filter?count={number}", 5),
        ("case/filter?filterValue={mark}&cursor=&count={number}", 5),
        ("case/byprefix?prefix={mark}", 4),
        ("case/{id}", 1),
        ("case/{id}/contact", 5),
        ("case/{id}/customfield", 1),
        ("case/{id}/tag", 2),
        ("case/{id}/audit", 3),
        ("case/tag", 1),
    ],
)
def test_list_costs_the_same_for_few_rows_and_many(
    scene: tuple[Counting, World, World], path: str, expected: int
) -> None:
    counting, *worlds = scene
    if path in APART and not counting.portal.settings.is_sqlite:
        expected += 1
    for each in worlds:
        query = path.format(
            mark=each.mark, number=len(each.ids), id=each.ids[0], contact=each.contact
        )
        assert counting.cost("GET", query) == expected


def test_single_change_costs_the_same_for_few_links_and_many(
    scene: tuple[Counting, World, World],
) -> None:
    """The statements: load, check of the named contacts, save, answer."""
    counting, few, many = scene
    for source, target in ((few, many), (many, few)):
        path = f"case/{source.ids[-1]}"
        assert counting.cost("POST", "case", target.inputs) == 3
        assert counting.cost("PUT", path, target.inputs) == 4
        assert counting.cost("PUT", f"{path}/access", {"isPrivate": "false"}) == 3
        assert counting.cost("PUT", f"{path}/access", target.inputs) == 3


def test_change_of_many_costs_the_same_as_of_few(
    scene: tuple[Counting, World, World],
) -> None:
    counting, *worlds = scene
    costs = []
    for each in worlds:
        new = [counting.ask("POST", "case", each.inputs).response["id"] for _ in each.ids]
        listed = {name: value for name, value in each.inputs.items() if "access" in name.lower()}
        costs.append(
            [
                counting.cost("POST", "case/taglist", {"tagName": each.mark, "entityid[]": new}),
                shared(counting, new, {"isPrivate": "false"}),
                shared(counting, new, {"isPrivate": "true", **listed}),
                counting.ask("PUT", "case", {"casesids[]": new}).statements,
            ]
        )
    assert costs[0] == costs[1]


def shared(counting: Counting, cases: list[int], payload: dict[str, object]) -> int:
    return counting.ask("PUT", "case/access", {"casesid[]": cases, **payload}).statements
