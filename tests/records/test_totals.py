"""Totals that are remembered are those that counting finds, after every change, for everybody."""

from collections.abc import Callable
from typing import Any

import pytest

from dealwright.storage import totals
from dealwright.storage.engines.engine import TooSlow
from dealwright.wire.envelope import failure
from tests.making import make_opportunity
from tests.running import Portal

LISTS = ("crm/opportunity/filter?filterValue=gravel&sortBy=created", "crm/task/filter?count=25")


def _totals(portal: Portal) -> dict[tuple[str, str], int]:
    """Each asked three times: noted, counted and kept, remembered."""
    found: dict[tuple[str, str], int] = {}
    for user in ("ann", "bob", "root"):
        for path in LISTS:
            answers = [portal.call("GET", path, as_=user).json for _ in range(3)]
            rows = len(portal.call("GET", f"{path}&count=1000&startIndex=0", as_=user).response)
            assert {each["total"] for each in answers} == {rows}
            found[user, path] = rows
    return found


def test_remembered_totals_follow_every_change(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "LARGE", 1)
    title = {"title": "Gravel of many kinds"}
    first, hidden = (
        make_opportunity(portal, **title),
        make_opportunity(portal, "bob", **title, isPrivate=True),
    )

    def call(method: str, path: str, as_: str, **sent: Any) -> Callable[[], object]:
        return lambda: portal.call(method, path, as_=as_, json=sent)

    counted = _totals(portal)
    for change, expected in (
        (lambda: make_opportunity(portal, **title), {"ann": 1, "bob": 1, "root": 1}),
        (lambda: make_opportunity(portal, "bob", **title, isPrivate=True), {"bob": 1, "root": 1}),
        (call("DELETE", f"crm/opportunity/{first}", "ann"), {"ann": -1, "bob": -1, "root": -1}),
        (call("PUT", f"crm/opportunity/{hidden}/access", "bob", isPrivate=False), {"ann": 1}),
    ):
        change()
        now = _totals(portal)
        grown = {
            user: now[user, LISTS[0]] - counted[user, LISTS[0]] for user in ("ann", "bob", "root")
        }
        assert {user: by for user, by in grown.items() if by} == expected
        counted = now


def test_what_takes_too_long_is_a_503_that_names_the_limit() -> None:
    said = failure(TooSlow(60.0), start_index=0)
    assert said.status == 503
    assert b"more than 60 s" in said.body
