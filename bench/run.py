"""Measures the product beside the floor: `python -m bench.run sqlite|postgresql`.

First both must give the same answers and write the same rows. Then both serve at once, and short
loads go to one and the other in turn, so that whatever else the machine does falls on both. Only
the processor time of a request is compared: it is the same on a busy machine, where rates are not.
"""

import argparse
import contextlib
import fcntl
import sys
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import IO, NamedTuple

from bench import check
from bench.databases import DATA, Database, open_database
from bench.requests import Asked, ask
from bench.rows import USER, token_of
from bench.servers import Figures, Missing, Server, running, stay_aside

OPERATIONS = ("list", "get", "create")  # in this order: what is created slows lists down


class Plan(NamedTuple):
    """How much is measured: `rounds` loads of `seconds` on every side for each operation."""

    rounds: int = 7
    seconds: float = 2.0
    opportunities: int = 200_000
    sides: tuple[str, ...] = ("floor", "product")


Measured = Mapping[str, Mapping[str, Sequence[Figures]]]
"""The rounds of each operation on each side."""


def take_turn() -> IO[bytes]:
    """Waits until no other measurement runs; close what comes back to let the next one begin."""
    DATA.mkdir(exist_ok=True)
    file = (DATA / "turn").open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def compare(database: Database, asked: Mapping[str, list[Asked]], opportunities: int) -> None:
    """Raises check.Different. The owner asks, since the floor knows no rights."""
    owner = token_of(0)
    found: dict[str, list[list[object]]] = {}
    for side in ("floor", "product"):
        with running(side, database.restore(side)) as server:
            for operation in ("list", "get"):
                answers = check.answers(server, asked[operation], owner)
                found.setdefault(operation, []).append([*answers])
            answers = check.created(server, asked["create"], token_of(USER))
            found.setdefault("create", []).append([*answers])
        written = check.written(database, side, opportunities)
        found.setdefault("rows of create", []).append(written)
    for what, (floor, product) in found.items():
        check.demand_same(what, floor, product)


@contextlib.contextmanager
def all_running(database: Database, sides: Sequence[str]) -> Iterator[dict[str, Server]]:
    """A server of every side, each on rows as they were made."""
    with contextlib.ExitStack() as stack:
        addresses = {side: database.restore(side) for side in sides}
        yield {
            side: stack.enter_context(running(side, address)) for side, address in addresses.items()
        }


def measure(database: Database, asked: Mapping[str, list[Asked]], plan: Plan) -> Measured:
    figures: dict[str, dict[str, list[Figures]]] = {}
    with all_running(database, plan.sides) as servers:
        for operation in OPERATIONS:
            rounds = figures.setdefault(operation, {side: [] for side in plan.sides})
            for _ in range(plan.rounds):
                for side, server in servers.items():
                    found = server.load(asked[operation], token_of(USER), plan.seconds)
                    rounds[side].append(found)
            print(f"{operation:7}", *(_told(side, rounds[side]) for side in rounds), flush=True)
    return figures


def middle(rounds: Sequence[Figures]) -> Figures:
    return Figures(*(median(values) for values in zip(*rounds, strict=True)))


def ratio(rounds: Mapping[str, Sequence[Figures]], side: str = "product") -> float:
    """Processor time of the floor over that of the other side, both of the middle round."""
    return middle(rounds["floor"]).cpu / middle(rounds[side]).cpu


def _told(side: str, rounds: Sequence[Figures]) -> str:
    cpu = sorted(each.cpu for each in rounds)
    return f"  {side} {median(cpu):.0f} µs ({cpu[0]:.0f}–{cpu[-1]:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--seconds", type=float, default=2, help="of each load")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--opportunities", type=int, default=200_000)
    parser.add_argument("--unchecked", action="store_true", help="do not compare the answers first")
    told = parser.parse_args()
    stay_aside()
    alone = take_turn()
    database = open_database(told.database, told.opportunities)
    asked = {operation: ask(operation, told.opportunities) for operation in OPERATIONS}
    if not told.unchecked:
        compare(database, asked, told.opportunities)
    plan = Plan(told.rounds, told.seconds, told.opportunities)
    for operation, rounds in measure(database, asked, plan).items():
        print(f"{operation:7} {ratio(rounds):.2f} of the floor")
    alone.close()


if __name__ == "__main__":
    try:
        main()
    except (Missing, check.Different) as failure:
        sys.exit(f"bench: {failure}")
