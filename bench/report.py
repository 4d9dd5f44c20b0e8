"""Writes what was measured into bench/RESULTS.md: one section for each database, notes below."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GOALS = {
    "sqlite": {"list": 0.75, "get": 0.50, "create": 0.65},
    "postgresql": {"list": 0.75, "get": 0.70, "create": 0.70},
}
PACKAGES = ("uvloop", "httptools", "msgspec", "sqlalchemy", "asyncpg")
CALM = 0.5
HEAD = """| | floor /s | product /s | ratio | goal | p50 ms | p99 ms | app µs | floor app µs |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def load() -> float:
    """What else the machine does: its average of a minute."""
    return os.getloadavg()[0]


def section(
    kind: str, about: str, measured: Mapping[str, Any], seconds: float, load_before: float
) -> str:
    rows = [_row(operation, GOALS[kind][operation], found) for operation, found in measured.items()]
    calm = "" if load_before < CALM else " **Preliminary: the machine was busy with other work.**"
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, `{_command()}`"
    how = f"{seconds:g} s a figure, load before {load_before:.2f}.{calm}"
    what = f"{about}, {_machine()}."
    return "\n".join([f"## {TITLES[kind]}", "", f"{when}, {how}", what, "", HEAD, *rows, ""])


def write(kind: str, text: str) -> None:
    """Puts the section in the place of the one before; everything else stays."""
    parts = RESULTS.read_text().split("\n## ")
    kept = {part.partition("\n")[0]: part for part in parts[1:]}
    kept[TITLES[kind]] = text.removeprefix("## ").rstrip() + "\n"
    RESULTS.write_text("\n## ".join([parts[0], *kept.values()]).rstrip() + "\n")


def _row(operation: str, goal: float, found: Any) -> str:
    floor, product = found
    ratio = product.rate / floor.rate
    mark = "" if ratio >= goal else " ✗"
    return (
        f"| {operation} | {floor.rate:.0f} | {product.rate:.0f} | **{ratio:.2f}**{mark} "
        f"| {goal:.2f} | {product.p50:.1f} | {product.p99:.1f} | {product.cpu:.0f} "
        f"| {floor.cpu:.0f} |"
    )


def _command() -> str:
    return " ".join(["python -m bench.run", *sys.argv[1:]])


def _commit() -> str:
    ran = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
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
