"""`./benchmark`: measures everything and writes RESULTS.md, or with `--quick` prints ratios beside
those that were recorded last."""

import argparse
import sys
from typing import Any

from bench import board, check, process, report, single
from bench.databases import open_database
from bench.requests import ask
from bench.run import OPERATIONS, Measured, Plan, compare, measure, ratio, take_turn
from bench.servers import Missing, running, stay_aside

QUICK = Plan(rounds=3, seconds=1.0)
SIDES = ("floor", "product", "ordinary")


def whole(kind: str, plan: Plan, large: int) -> dict[str, Any]:
    """Every figure of one database."""
    before = report.load()
    database = open_database(kind, plan.opportunities)
    asked = {operation: ask(operation, plan.opportunities) for operation in OPERATIONS}
    compare(database, asked, plan.opportunities)
    measured = measure(database, asked, plan)
    with running("product", database.restore("product")) as server:
        formats = {name: found._asdict() for name, found in single.formats(server).items()}
        growth = {str(plan.opportunities): single.growth(server, plan.opportunities)}
        for operation in OPERATIONS:
            server.load(asked[operation], check.TOKEN, plan.seconds)
        memory = process.memory(server)
    start = process.start(database)
    if large:
        with running("product", open_database(kind, large).restore("product")) as server:
            growth[str(large)] = single.growth(server, large)
    how = f"{plan.rounds} rounds of {plan.seconds:g} s, {plan.opportunities:,} opportunities"
    return {
        "facts": report.facts(database.about, before, how),
        "operations": _plain(measured),
        "formats": formats,
        "growth": {
            size: {what: cost._asdict() for what, cost in found.items()}
            for size, found in growth.items()
        },
        "start": start._asdict(),
        "memory": memory,
    }


def quick(kind: str, opportunities: int) -> None:
    """Prints the ratios of a short run beside the recorded ones."""
    database = open_database(kind, opportunities)
    asked = {operation: ask(operation, opportunities) for operation in OPERATIONS}
    measured = measure(database, asked, QUICK._replace(opportunities=opportunities))
    last = report.recorded().get(kind)
    before = report.ratios(last) if last else {}
    for operation, rounds in measured.items():
        known = f"{before[operation]:.2f}" if operation in before else "none"
        print(f"{kind:10} {operation:7} {ratio(rounds):.2f} of the floor, recorded: {known}")


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        operation: {side: [each._asdict() for each in rounds] for side, rounds in sides.items()}
        for operation, sides in measured.items()
    }


def _board() -> dict[str, Any]:
    before = report.load()
    figures = board.measure()
    how = "SQLite, medians of 5 to 40 requests one after the other, Chromium without a display"
    return {"facts": report.facts("", before, how), "figures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmark", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ratios only; writes nothing")
    parser.add_argument("--only", choices=("sqlite", "postgresql", "board"), action="append")
    parser.add_argument("--opportunities", type=int, default=Plan().opportunities)
    parser.add_argument("--large", type=int, default=1_000_000, help="the second size; 0: none")
    parser.add_argument("--rounds", type=int, default=Plan().rounds)
    parser.add_argument("--seconds", type=float, default=Plan().seconds, help="of each load")
    told = parser.parse_args()
    stay_aside()
    alone = take_turn()
    wanted = told.only or ["sqlite", "postgresql", *(["board"] if not told.quick else [])]
    plan = Plan(told.rounds, told.seconds, told.opportunities, SIDES)
    for each in wanted:
        if told.quick:
            quick(each, told.opportunities)
        else:
            report.write({each: _board() if each == "board" else whole(each, plan, told.large)})
    alone.close()


if __name__ == "__main__":
    try:
        main()
    except (Missing, check.Different) as failure:
        sys.exit(f"benchmark: {failure}")
