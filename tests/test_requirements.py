"""The lock files: they contain what pyproject.toml requires, with hashes and without addresses."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("runtime.lock", "dev.lock")


def lock(name: str) -> str:
    return (ROOT / "requirements" / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", lock(name), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_address(name: str):
    entries = re.split(r"^(?=[\w.-]+==)", lock(name), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|^-|--index|--find-links", lock(name), re.MULTILINE)


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = project["project"]["dependencies"]
    expected = {
        "runtime.lock": runtime,
        "dev.lock": [*runtime, *project["dependency-groups"]["dev"]],
    }
    for name, request in expected.items():
        held = pins(name)
        for requirement in map(Requirement, request):
            version = held.get(canonicalize_name(requirement.name), "0")
            assert requirement.specifier.contains(version), f"{name}: {requirement}, has {version}"


def test_what_is_tested_is_what_is_served():
    assert pins("runtime.lock").items() <= pins("dev.lock").items()
