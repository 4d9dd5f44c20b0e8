"""Measures the product beside the floor: `python -m bench.run sqlite|postgresql`.

First both must give the same answers and write the same rows. Then three rounds, in each the floor
and the product one after the other on the same rows: list, get, create. The medians go into
bench/RESULTS.md."""

import argparse
import fcntl
import sys
from statistics import median
from typing import IO, NamedTuple

from bench import check, report
from bench.databases import DATA, Database, open_database
from bench.requests import Asked, ask
from bench.rows import USER, token_of
from bench.servers import Figures, Missing, running, stay_aside

ROUNDS = 3
SIDES = ("floor", "product")
OPERATIONS = ("list", "get", "create")  # in this order: what is created slows lists down


class Measured(NamedTuple):
    """Medians of one operation."""

    floor: Figures
    product: Figures


def take_turn() -> IO[bytes]:
    """Waits until no other measurement runs; close what comes back to let the next one begin."""
    DATA.mkdir(exist_ok=True)
    file = (DATA / "turn").open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def compare(database: Database, asked: dict[str, list[Asked]], opportunities: int) -> None:
    """Raises check.Different. The owner asks, since the floor knows no rights."""
    owner = token_of(0)
    found: dict[str, list[list[object]]] = {}
    for side in SIDES:
        database.restore()
        with running(side, database.address) as server:
            for operation in ("list", "get"):
                answers = check.answers(server, asked[operation], owner)
                found.setdefault(operation, []).append([*answers])
            answers = check.created(server, asked["create"], token_of(USER))
            found.setdefault("create", []).append([*answers])
        found.setdefault("rows of create", []).append(check.written(database, opportunities))
    for what, (floor, product) in found.items():
        check.demand_same(what, floor, product)


def measure(
    database: Database, asked: dict[str, list[Asked]], seconds: float
) -> dict[str, Measured]:
    figures: dict[tuple[str, str], list[Figures]] = {}
    for number in range(ROUNDS):
        for side in SIDES:
            database.restore()
            with running(side, database.address) as server:
                for operation in OPERATIONS:
                    found = server.load(asked[operation], token_of(USER), seconds)
                    figures.setdefault((operation, side), []).append(found)
                    told = f"{found.rate:8.0f}/s {found.cpu:6.0f} µs"
                    print(f"round {number + 1}  {side:8} {operation:7} {told}", flush=True)
    return {
        operation: Measured(*(_median(figures[operation, side]) for side in SIDES))
        for operation in OPERATIONS
    }


def _median(rounds: list[Figures]) -> Figures:
    return Figures(*(median(values) for values in zip(*rounds, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--seconds", type=float, default=4, help="of each figure")
    parser.add_argument("--opportunities", type=int, default=200_000)
    parser.add_argument("--only-print", action="store_true", help="leave RESULTS.md alone")
    told = parser.parse_args()
    stay_aside()
    alone = take_turn()
    load_before = report.load()
    database = open_database(told.database, told.opportunities)
    asked = {operation: ask(operation, told.opportunities) for operation in OPERATIONS}
    compare(database, asked, told.opportunities)
    measured = measure(database, asked, told.seconds)
    section = report.section(told.database, database.about, measured, told.seconds, load_before)
    print(section)
    if not told.only_print:
        report.write(told.database, section)
    alone.close()


if __name__ == "__main__":
    try:
        main()
    except (Missing, check.Different) as failure:
        sys.exit(f"bench: {failure}")
