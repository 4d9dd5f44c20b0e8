"""A portal of each released version is upgraded, and answers as before.

`portals/0001.json` holds the rows of a small portal that the code of 0.1.0 filled by its API: the
people of the tests, opportunities on several stages, a private one and one in the trash, contacts
of which two were merged, tasks, an event, tags, a custom field, rates and the audit trail.
A release adds a portal of its own and the sums of its steps.
"""

import asyncio
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dealwright import app
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.migrations.plan import MIGRATIONS
from dealwright.storage.transfer.opening import target
from dealwright.storage.transfer.tables import Column, Rows, Table
from tests.running import PASSWORD, PEOPLE, Portal

PORTALS = Path(__file__).parent / "portals"
# Released steps never change: a portal that took one will not take it again.
RELEASED = {
    "0001_first_release.py": "ebb457ea53d1a857",
    "0001/sqlite.sql": "d6d19e603b497b4c",
    "0001/postgresql.sql": "c0aceb3a0c854832",
}


class Upgraded(NamedTuple):
    """A portal that was released as 0.1.0 and runs on this version."""

    portal: Portal
    tokens: dict[str, str]

    def get(self, path: str, as_: str = "ann") -> Any:
        signed = {"Authorization": self.tokens[as_]}
        answer = self.portal.call("GET", path, as_=None, headers=signed)
        assert answer.status == 200, answer.text
        return answer.response

    def titles(self, path: str, as_: str = "ann") -> list[str]:
        return sorted(each["title"] for each in self.get(path, as_))


@pytest.fixture
def upgraded(portal: Portal) -> Iterator[Upgraded]:
    """The portal of 0.1.0 on the database system of `portal`."""
    address = portal.ground.databases.empty()
    asyncio.run(_load(address, "0001"))
    asyncio.run(upgrade(address))
    old = Portal(portal.ground, address, {})
    try:
        yield Upgraded(old, {name: _signed_in(old, name) for name in ("ann", "bob", "root")})
    finally:
        old.close()


async def _load(address: str, step: str) -> None:
    """Makes the tables of that step and fills them."""
    frozen = json.loads((PORTALS / f"{step}.json").read_text(encoding="utf-8"))
    assert frozen["step"] == step
    await upgrade(address, to=step)
    rows = {each["name"]: each for each in frozen["tables"]}
    async with target(address) as filled:
        for table in await filled.tables():
            if held := rows.pop(table.name, None):
                columns = tuple(Column(*each) for each in held["columns"])
                await filled.load(Table(table.name, columns), _rows(held["rows"]))
                if held["last_id"]:
                    await filled.continue_after(table, held["last_id"])
    assert not rows, "the portal has rows of tables that the step does not make"


async def _rows(held: list[list[Any]]) -> Rows:
    for row in held:
        yield row


def _signed_in(portal: Portal, name: str) -> str:
    sent = {"userName": PEOPLE[name].email, "password": PASSWORD}
    answer = portal.call("POST", "authentication.json", json=sent, as_=None)
    assert answer.status == 201, answer.text
    token: str = answer.response["token"]
    return token


def test_portal_of_the_first_release_is_upgraded_answers_and_is_sound(upgraded: Upgraded) -> None:
    deals = {each["title"]: each for each in upgraded.get("crm/opportunity/filter")}
    shown = {name: (each.get("bidValue", 0), each["stage"]["id"]) for name, each in deals.items()}
    assert shown == {
        "Roof for the depot": (125000.5, 1),
        "Сервер для архива": (90000, 2),
        "Annual licence": (4200, 3),
        "Night shift audit": (0, 8),
        "Replacement of pumps": (77777.77, 9),
        "Ann's own plan": (0, 1),
    }
    roof = upgraded.get(f"crm/opportunity/{deals['Roof for the depot']['id']}")
    assert roof["contact"]["displayName"] == "Jörg O'Hara"
    assert [each["fieldValue"] for each in roof["customFields"]] == ["by train"]
    assert upgraded.titles("crm/opportunity/filter?filterValue=pump") == ["Replacement of pumps"]
    assert upgraded.titles("crm/opportunity/filter?tags=key%20account") == ["Roof for the depot"]
    assert "Ann's own plan" not in upgraded.titles("crm/opportunity/filter", "bob")

    assert "Gone to the trash" in upgraded.titles("crm/trash")
    contacts = {each["displayName"] for each in upgraded.get("crm/contact/filter", "bob")}
    assert contacts == {"Jörg O'Hara", "Łódź & Co"}
    [found] = upgraded.get("crm/contact/filter?filterValue=jorg")
    assert {each["data"] for each in found["commonData"]} == {"jorg@example.com", "+49 30 1234567"}
    tasks = {each["title"]: each.get("isClosed", False) for each in upgraded.get("crm/task/filter")}
    assert tasks == {"Call Jörg": False, "Send the offer": True}
    [event] = upgraded.get(f"crm/history/filter?entityType=opportunity&entityId={roof['id']}")
    assert event["content"] == "They want it before winter"
    assert upgraded.titles("crm/case/filter") == ["Leaking roof"]

    board = upgraded.get("crm/opportunity/board")
    cards = {each["stage"]["id"]: len(each["cards"]) for each in board["columns"]}
    assert {stage: count for stage, count in cards.items() if count} == {1: 2, 2: 1, 3: 1}
    assert asyncio.run(app.check(upgraded.portal.settings, mend=False)) == []


def test_released_steps_stay_as_they_were_released() -> None:
    versions = MIGRATIONS / "versions"
    sums = {name: sha256((versions / name).read_bytes()).hexdigest()[:16] for name in RELEASED}
    assert sums == RELEASED
