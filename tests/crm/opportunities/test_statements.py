"""A request costs a fixed number of statements, whatever number of rows it shows or changes."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from tests.counting import Counting
from tests.making import make_person
from tests.running import Portal

PEOPLE = ("ann", "bob", "cid")


class World(NamedTuple):
    """Similar opportunities, each with the same number of links of every kind."""

    mark: str
    links: Mapping[str, object]
    ids: list[int]


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, tuple[Counting, World, World]]]:
    opportunity_ids: dict[str, tuple[Counting, World, World]] = {}
    yield opportunity_ids
    for counting, _, _ in opportunity_ids.values():
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
        contacts = [make_person(own, lastName=f"Number {n}") for n in range(20)]
        fields = [make_field(own, f"Field {n}") for n in range(10)]
        counting = Counting(own)
        few = world(counting, "few", 2, contacts[:1], fields[:1])
        many = world(counting, "many", 40, contacts, fields)
        scenes[system] = counting, few, many
    return scenes[system]


def make_field(portal: Portal, label: str) -> int:
    wished = {"label": label, "fieldType": 1, "mask": '{"rows":5,"cols":40}'}
    answer = portal.call("POST", "crm/opportunity/customfield", json=wished, as_="root")
    assert answer.status == 201, answer.text
    opportunity_id: int = answer.response["id"]
    return opportunity_id


def world(
    counting: Counting, mark: str, number: int, contacts: list[int], fields: list[int]
) -> World:
    links: dict[str, object] = {
        "contactid": contacts[0],
        "members[]": contacts,
        "isPrivate": "true",
        "accessList[]": [counting.portal.id_of(name) for name in PEOPLE[: len(contacts)]],
    }
    for place, field in enumerate(fields):
        links |= {f"customFieldList[{place}].Key": field, f"customFieldList[{place}].Value": mark}
    empty = World(mark, links, [])
    opportunity_ids = [
        counting.ask("POST", "opportunity", inputs(counting, empty)) for _ in range(number)
    ]
    for each in opportunity_ids:
        for tag in range(len(fields)):
            payload = {"tagName": f"{mark} {tag}"}
            counting.ask("POST", f"opportunity/{each.response['id']}/tag", payload)
    return empty._replace(ids=[each.response["id"] for each in opportunity_ids])


def inputs(counting: Counting, world: World) -> dict[str, object]:
    return {
        "title": f"Of the {world.mark}",
        "responsibleid": counting.portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        **world.links,
    }


# A total that is counted apart: PostgreSQL first looks whether a remembered one still holds.
APART = (
    "opportunity/filter?filterValue={mark}&count=0",
    "opportunity/filter?filterValue={mark}&startIndex=1000",
    "opportunity/filter?filterValue={mark}&cursor=&count={number}",
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # the page itself, its rows, their members, their values
        ("opportunity/filter?filterValue={mark}", 4),
        ("opportunity/filter?filterValue={mark}&count=1", 4),
        (
            "opportunity/filter?filterValue={mark}&stageType=Open&tags={mark}+0&fromDate=1999-01-01",
            1,
        ),
        ("opportunity/filter?filterValue={mark}&stageType=Open&tags={mark}+0&sortBy=title", 4),
        ("opportunity/filter?filterValue={mark}&count=0", 1),
        ("opportunity/filter?filterValue={mark}&startIndex=1000", 2),
        # and the total
        ("opportunity/filter?count={number}", 5),
        ("opportunity/filter?filterValue={mark}&cursor=&count={number}", 5),
        ("opportunity/byprefix?prefix={mark}", 4),
        ("opportunity/bycontact/{contact}?count={number}", 4),
        ("opportunity/{id}", 1),
        ("opportunity/{id}/contact", 5),
        ("opportunity/{id}/customfield", 1),
        ("opportunity/tag/{id}", 2),
        ("opportunity/{id}/audit", 3),
        ("opportunity/summary?filterValue={mark}", 2),
        ("opportunity/stage", 1),
        ("opportunity/tag", 1),
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
            mark=each.mark,
            number=len(each.ids),
            id=each.ids[0],
            contact=each.links["contactid"],
        )
        assert counting.cost("GET", query) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/opportunities/board?text={mark}",
        "/opportunities/board/changes?ids={ids}&text={mark}",
        "/opportunities/board/column?stage=1&text={mark}",
        "/opportunities?text={mark}",
        "/opportunities/{id}?text={mark}",
        "/opportunities/{id}/move",
        "/opportunities/{id}/edit",
        "/opportunities/new",
    ],
)
def test_page_costs_the_same_for_few_rows_and_many(
    scene: tuple[Counting, World, World], path: str
) -> None:
    counting, *worlds = scene
    few, many = (
        counting.cost_of_page(
            path.format(mark=each.mark, ids=",".join(map(str, each.ids)), id=each.ids[0])
        )
        for each in worlds
    )
    assert few == many <= 20


def test_single_change_costs_the_same_for_few_links_and_many(
    scene: tuple[Counting, World, World],
) -> None:
    """The statements: load, check of the named contacts, save, answer."""
    counting, few, many = scene
    for source, target in ((few, many), (many, few)):
        path = f"opportunity/{source.ids[-1]}"
        assert counting.cost("POST", "opportunity", inputs(counting, target)) == 3
        assert counting.cost("PUT", path, inputs(counting, target)) == 4
        # Each time to another stage: a move to the same stage changes nothing.
        moves = [counting.ask("PUT", f"{path}/stage/{stage}") for stage in (2, 3, 2)]
        assert min(move.statements for move in moves) == 3
        assert counting.cost("PUT", f"{path}/access", {"isPrivate": "false"}) == 3
        # First one user is added to the list, then every user.
        assert counting.cost("PUT", f"{path}/access", inputs(counting, target)) == 3


def test_change_of_many_costs_the_same_as_of_few(
    scene: tuple[Counting, World, World],
) -> None:
    counting, *worlds = scene
    costs = []
    for each in worlds:
        new = [
            counting.ask("POST", "opportunity", inputs(counting, each)).response["id"]
            for _ in each.ids
        ]
        known = {"tagName": f"{each.mark} 0", "entityid[]": new}
        costs.append(
            [
                counting.cost("POST", "opportunity/taglist", known),
                shared(counting, new, is_private="false"),
                shared(counting, new, is_private="true"),
                counting.ask("PUT", "opportunity", {"opportunityids[]": new}).statements,
                restored(counting, new),
                counting.ask("PUT", "opportunity", {"opportunityids[]": new}).statements,
            ]
        )
    assert costs[0] == costs[1]


def shared(counting: Counting, opportunities: list[int], *, is_private: str) -> int:
    sent = {"opportunityid[]": opportunities, "isPrivate": is_private}
    return counting.ask("PUT", "opportunity/access", sent).statements


def restored(counting: Counting, opportunities: list[int]) -> int:
    items: dict[str, object] = {}
    for place, each in enumerate(opportunities):
        items |= {f"items[{place}].entityType": "opportunity", f"items[{place}].id": each}
    return counting.ask("PUT", "trash/restore", items).statements


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_slow_requests_run_in_a_reader_thread(
    scene: tuple[Counting, World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, *_ = scene
    database, asides = counting._front.site.database, []
    read = database.read

    async def watched(job: Any, *, heavy: bool = False) -> Any:
        asides.append(heavy)
        return await read(job, heavy=heavy)

    monkeypatch.setattr(database, "read", watched)
    for path, is_heavy in (
        ("opportunity/filter?count=25", False),
        ("opportunity/filter?count=1000", True),
        ("opportunity/filter?count=25&stageType=Open", True),
        ("opportunity/byprefix?prefix=few", True),
        ("opportunity/summary", True),
    ):
        asides.clear()
        counting.ask("GET", path)
        assert asides[-1] is is_heavy, path
