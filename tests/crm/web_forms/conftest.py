"""A portal behind a proxy, so that every sender can have their own address."""

from collections.abc import Iterator

import pytest

from tests.running import Portal


@pytest.fixture(scope="session")
def behind_proxy() -> Iterator[dict[str, Portal]]:
    made: dict[str, Portal] = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def portal(portal: Portal, behind_proxy: dict[str, Portal]) -> Iterator[Portal]:
    system = portal.database.partition(":")[0]
    if system not in behind_proxy:
        behind_proxy[system] = portal.kept(trusted_proxies="127.0.0.1")
    yield behind_proxy[system]
    behind_proxy[system].close_fresh()
