"""The portal that tests use, on both databases, and the rule that skipped tests fail in CI.

Behaviour is tested on both. What no database decides (forms of answers, refusals before the
database is asked, limits of inputs) is tested on SQLite, with one form on both.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from dealwright.people.sign_in import passwords
from tests.needs import cannot_run

if TYPE_CHECKING:  # the application is imported by the tests that start it, not by all
    from tests.running import Ground, Portal

IS_CI = bool(os.environ.get("CI"))
settings.register_profile(
    "dealwright",
    deadline=None,
    derandomize=IS_CI,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # `portal` may be shared
)
settings.load_profile("dealwright")


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, grounds: "dict[str, Ground]") -> "Iterator[Portal]":
    """A running portal with Ann, Bob, Cid, Gus and Root, shared by the tests of this process.

    Ann, Bob and Cid are users, Gus is a guest, Root owns the portal. A test that counts, or that
    changes what everybody sees, uses `portal.fresh()`.
    """
    system: str = request.param
    if system not in grounds:
        grounds[system] = _ground(system, request.getfixturevalue("tmp_path_factory"))
    shared = grounds[system].shared
    yield shared
    shared.close_fresh()


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Passwords that are cheap to hash: tests sign in thousands of times."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(passwords, "_argon2", PasswordHash((cheap,)))
        yield


@pytest.fixture(scope="session")
def grounds() -> "Iterator[dict[str, Ground]]":
    made: dict[str, Ground] = {}
    yield made
    for ground in made.values():
        ground.close()


def _ground(system: str, directories: pytest.TempPathFactory) -> "Ground":
    from tests.running import Ground, PostgresDatabases, SQLiteFiles

    files = directories.mktemp("files")
    if system == "sqlite":
        return Ground(SQLiteFiles(directories.mktemp("portals")), files)
    return Ground(PostgresDatabases(_postgres_server(directories.mktemp("postgres"))), files)


def _postgres_server(directory: Path) -> str:
    from tests.postgres import start

    try:
        return start(directory)
    except ImportError:
        cannot_run("PostgreSQL", enabled_by="./test (brings one), or DEALWRIGHT_TEST_POSTGRES=…")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IS_CI and reporter and reporter.stats.get("skipped"):
        reporter.write_line("Tests were left out, and CI is set: that is a failure.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
