"""Deleting, restoring, merging and erasing use the same number of statements for many dependents as
for few."""

from collections.abc import Iterator

import pytest

from tests.counting import Counting
from tests.crm.contacts.merges.test_merging import person
from tests.crm.trash import record_trees
from tests.running import Portal


@pytest.fixture
def counting(portal: Portal) -> Iterator[Counting]:
    made = Counting(portal.fresh(), as_="root")
    yield made
    made.close()


def furnished(portal: Portal, number: int) -> int:
    """A person with so many tasks, events and files."""
    id = person(portal)
    for _ in range(number):
        record_trees.task(portal, contact_id=id)
        record_trees.file(portal, record_trees.event(portal, contact_id=id))
    return id


def costs(counting: Counting, few: int, many: int, *, how: str) -> list[int]:
    return [ask(counting, how, each) for each in (few, many)]


def ask(counting: Counting, how: str, number: int) -> int:
    portal = counting.portal
    ids = [furnished(portal, number) for _ in range(number)]
    items = {f"items[{n}].{name}": value for n, id in enumerate(ids)
             for name, value in (("entityType", "contact"), ("id", id))}  # fmt: skip
    match how:
        case "one":
            return counting.ask("DELETE", f"contact/{ids[0]}").statements
        case "many":
            return counting.ask("PUT", "contact", {"contactids[]": ids}).statements
        case "trash" | "restore":
            counting.ask("PUT", "contact", {"contactids[]": ids})
            if how == "trash":
                return counting.ask("GET", f"trash?count={number}").statements
            return counting.ask("PUT", "trash/restore", items).statements
        case "merge" | "unmerge":
            both = {"fromcontactid": ids[0], "tocontactid": furnished(portal, number)}
            taken = counting.ask("PUT", "contact/merge", both).statements
            if how == "merge":
                return taken
            path = f"contact/{both['tocontactid']}/unmerge"
            return counting.ask("PUT", path).statements
        case _:
            return counting.ask("PUT", f"contact/{ids[0]}/erase", {"confirm": "true"}).statements


@pytest.mark.parametrize("how", ["one", "many", "trash", "restore", "merge", "unmerge", "erase"])
def test_many_dependents_cost_as_many_statements_as_few(counting: Counting, how: str) -> None:
    ask(counting, how, 1)  # the sign-in, and the idempotency key
    few, many = costs(counting, 1, 3, how=how)
    assert few == many
