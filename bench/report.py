"""Writes what was measured: results.json for the next comparison, RESULTS.md and plots to read."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench import charts

HERE = Path(__file__).parent
RESULTS, RECORDED, PLOTS = HERE / "RESULTS.md", HERE / "results.json", HERE / "plots"
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GOALS = {
    "sqlite": {"list": 0.90, "get": 0.80, "create": 0.80, "xml": 0.70},
    "postgresql": {"list": 0.80, "get": 0.70, "create": 0.50, "xml": 0.70},
}
MOST_SECONDS, MOST_MEMORY = 0.7, 150.0
PACKAGES = ("uvloop", "httptools", "msgspec", "sqlalchemy", "asyncpg", "fastapi", "uvicorn")
CALM = 0.5
MARK = "<!-- Below this line `./benchmark` writes. -->"


def load() -> float:
    """What else the machine does: its average of a minute."""
    return os.getloadavg()[0]


def recorded() -> dict[str, Any]:
    """What was written last, by kind of database."""
    if not RECORDED.exists():
        return {}
    found: dict[str, Any] = msgspec.json.decode(RECORDED.read_bytes())
    return found


def facts(about: str, before: float, how: str) -> dict[str, str]:
    """When, where and how a section was measured."""
    calm = "" if before < CALM else " **The machine was busy with other work.**"
    return {
        "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}",
        "how": f"{how}; load average before {before:.1f}, after {load():.1f}.{calm}",
        "machine": f"{about}, {_machine()}",
    }


def write(measured: Mapping[str, Any]) -> None:
    """Puts what was measured in the place of what was recorded of the same database."""
    whole = recorded() | dict(measured)
    RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")
    PLOTS.mkdir(exist_ok=True)
    sections = [_section(kind, whole[kind]) for kind in TITLES if kind in whole]
    if "board" in whole:
        sections.append(_board(whole["board"]))
    head = RESULTS.read_text().partition(MARK)[0]
    RESULTS.write_text("\n".join([head.rstrip(), "", MARK, "", *sections]).rstrip() + "\n")


def ratios(found: Mapping[str, Any]) -> dict[str, float]:
    """Processor time of the floor over that of the product, for each operation; and of JSON over
    XML."""
    made = {
        operation: _cpu(sides["floor"]) / _cpu(sides["product"])
        for operation, sides in found["operations"].items()
    }
    if "formats" in found:
        made["xml"] = found["formats"]["json"]["cpu"] / found["formats"]["xml"]["cpu"]
    return made


def _cpu(rounds: list[Mapping[str, float]]) -> float:
    return median(each["cpu"] for each in rounds)


def _section(kind: str, found: Mapping[str, Any]) -> str:
    title, told = TITLES[kind], found["facts"]
    lines = [f"## {title}", "", f"{told['when']}. {told['how']}", f"{told['machine']}.", ""]
    lines += _operations(kind, found)
    lines += _one_by_one(kind, found)
    if "start" in found:
        wait, cpu = found["start"]["wait"], found["start"]["cpu"]
        lines.append(
            f"Start to the first answer: {wait:.2f} s, {cpu:.2f} s of processor"
            f" (goal {MOST_SECONDS} s). Own memory after all loads: {found['memory']:.0f} MiB"
            f" (goal {MOST_MEMORY:.0f}).\n"
        )
    return "\n".join(lines)


def _operations(kind: str, found: Mapping[str, Any]) -> list[str]:
    made, goals = ratios(found), GOALS[kind]
    lines = [
        "| | floor µs | product µs | spread | ratio | goal | ordinary µs | ordinary ÷ product |",
        "|---|---:|---:|---|---:|---:|---:|---:|",
    ]
    for operation, sides in found["operations"].items():
        product = sorted(each["cpu"] for each in sides["product"])
        ordinary = _cpu(sides["ordinary"]) if "ordinary" in sides else None
        more = (
            (f"{ordinary:.0f}", f"{ordinary / _cpu(sides['product']):.1f}")
            if ordinary
            else ("–",) * 2
        )
        lines.append(
            f"| {operation} | {_cpu(sides['floor']):.0f} | {_cpu(sides['product']):.0f}"
            f" | {product[0]:.0f}–{product[-1]:.0f} | {_marked(made[operation], goals[operation])}"
            f" | {goals[operation]:.2f} | {more[0]} | {more[1]} |"
        )
    if "xml" in made:
        cost = found["formats"]
        lines.append(
            f"| XML of 1000 beside JSON | {cost['json']['cpu'] * 1000:.0f}"
            f" | {cost['xml']['cpu'] * 1000:.0f} | | {_marked(made['xml'], goals['xml'])}"
            f" | {goals['xml']:.2f} | – | – |"
        )
    plot = PLOTS / f"ratios_{kind}.svg"
    plot.write_text(
        charts.bars(
            f"{TITLES[kind]}: processor time, floor ÷ product", made, marks=goals, largest=1
        )
    )
    return [*lines, "", f"![Ratios and goals](plots/{plot.name})", ""]


def _marked(ratio: float, goal: float) -> str:
    return f"**{ratio:.2f}**" + ("" if ratio >= goal else " ✗")


def _one_by_one(kind: str, found: Mapping[str, Any]) -> list[str]:
    """One request at a time, at every size that was measured."""
    if "growth" not in found:
        return []
    sizes = [int(each) for each in found["growth"]]
    rows = {
        what: [found["growth"][str(size)][what] for size in sizes]
        for what in found["growth"][str(sizes[0])]
    }
    head = " | ".join(f"{size:,} rows: ms (CPU ms)" for size in sizes)
    lines = [f"| one request alone | {head} | × |", "|---|" + "---:|" * (len(sizes) + 1)]
    for what, values in rows.items():
        shown = " | ".join(f"{each['wait']:.1f} ({each['cpu']:.1f})" for each in values)
        times = f"{values[-1]['wait'] / values[0]['wait']:.1f}" if len(values) > 1 else "–"
        lines.append(f"| {what} | {shown} | {times} |")
    lines.append("")
    if len(sizes) > 1:
        plot = PLOTS / f"growth_{kind}.svg"
        waits = {what: [each["wait"] for each in values] for what, values in rows.items()}
        plot.write_text(charts.growth(f"{TITLES[kind]}, times as long", sizes, waits))
        lines += [f"![Growth](plots/{plot.name})", ""]
    return lines


def _board(found: Mapping[str, Any]) -> str:
    told = found["facts"]
    lines = ["## Board, 50 000 open opportunities", "", f"{told['when']}. {told['how']}", ""]
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {what} | {value:.1f} |" for what, value in found["figures"].items()]
    return "\n".join([*lines, ""])


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    ran = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    return ran.stdout.strip() or "unknown"


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {packages}, {os.cpu_count()} cores ({_processor()}), {_wrk()}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _wrk() -> str:
    ran = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    return " ".join((ran.stdout or ran.stderr).split()[:2])
