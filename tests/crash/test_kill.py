"""A server that is killed in the middle of writes has lost nothing that it answered, and left
nothing half done."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from dealwright import app
from tests.crash.process import (
    IN_THE_TRASH,
    Deal,
    Process,
    kill_while_writing,
    launched,
    seen,
    serving,
)
from tests.making import make_person
from tests.running import Portal

ANSWERED = 150
EVERYTHING = "crm/opportunity/filter?count=1000"


@pytest.fixture
def database(portal: Portal) -> Iterator[str]:
    address = portal.ground.databases.copy(portal.ground.template)
    yield address
    portal.ground.databases.drop(address)


def test_what_was_answered_is_there_and_nothing_is_half_done(portal: Portal, database: str) -> None:
    """Twice: the second time on what the first left."""
    deals: list[Deal] = []
    contacts: list[int] = []
    for _ in range(2):
        with serving(portal.ground, database) as server:
            contacts = contacts or [make_person(server, lastName=f"Member {n}") for n in range(3)]
            deals += kill_while_writing(server, contacts, answered=ANSWERED)
    with serving(portal.ground, database) as server:
        # Who got no answer repeats the request, and then it has happened once.
        for deal in deals:
            repeat_creation(server, deal)
        demand_kept(server, deals)
        demand_counted(server, deals)
        assert asyncio.run(app.check(server.settings, mend=False)) == []


def repeat_creation(server: Process, deal: Deal) -> None:
    if deal.id:
        return
    answer = server.call("POST", "crm/opportunity", json=deal.creation, headers=deal.headers)
    if answer.status == 409:  # it was made; without an Idempotency-Key only its own key tells
        assert not deal.headers
        rows = server.call("GET", EVERYTHING).response
        [deal.id] = [row["id"] for row in rows if row.get("externalId") == deal.key]
    else:
        assert answer.status == 201, answer.text
        deal.id = answer.response["id"]
    deal.state, deal.maybe = deal.maybe, None


def demand_kept(server: Process, deals: list[Deal]) -> None:
    for deal in deals:
        answer = server.call("GET", f"crm/opportunity/{deal.id}")
        found = seen(answer)
        assert found in deal.possible
        if found == IN_THE_TRASH:
            continue
        assert answer.response["externalId"] == deal.key
        trail = server.call("GET", f"crm/opportunity/{deal.id}/audit").response
        assert len(trail) - max(deal.writes, 1) in (0, 1)
        assert trail[-1]["action"] == "created"
        assert answer.headers["ETag"] == f'"{deal.id}-{len(trail)}"'


def demand_counted(server: Process, deals: list[Deal]) -> None:
    shown = server.call("GET", EVERYTHING, as_="root").json
    keys = Counter(row["externalId"] for row in shown["response"])
    assert set(keys.values()) <= {1}
    assert set(keys) <= {deal.key for deal in deals}
    assert shown["total"] == len(keys)
    assert server.call("GET", "crm/opportunity/filter?count=0", as_="root").json["total"] == len(
        keys
    )


@pytest.mark.parametrize("moment", [0.3, 0.5, 0.7, 0.9])
def test_a_server_that_is_killed_at_its_first_start_begins_again(
    portal: Portal, moment: float
) -> None:
    """Before, while or after it makes its tables, however fast the machine is."""
    databases = portal.ground.databases
    address = databases.empty()
    unborn = launched(portal.ground, address)
    time.sleep(moment)
    unborn.kill()
    unborn.communicate()
    with serving(portal.ground, address) as server:
        assert server.call("GET", "/readyz", as_=None).status == 200
        assert asyncio.run(app.check(server.settings, mend=False)) == []
    databases.drop(address)
