"""Whatever is done to opportunities, by however many at once, the sums that triggers keep are those
that counting finds."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from dealwright import app
from dealwright.crm.opportunities.sums.queries import GROUP, kept
from dealwright.storage import schema
from dealwright.storage.engines.opening import open_database
from dealwright.storage.statements.dialect import constant, fold_slots
from tests.making import at_once, make_opportunity, make_person, stored
from tests.running import Answer, Portal

MANY, EACH = 50, 3
USERS = ("ann", "bob", "cid", "root")
Action = Callable[[Portal, random.Random, str, int], Answer]


def _body(portal: Portal, chance: random.Random) -> dict[str, object]:
    is_private = chance.random() < 0.5
    return {
        "title": f"A deal {chance.randrange(100)}",
        "responsibleid": portal.id_of(chance.choice(USERS)),
        "stageid": chance.randrange(1, 7),
        "bidCurrencyAbbr": chance.choice(("EUR", "USD")),
        "bidType": chance.randrange(3),
        "perPeriodValue": chance.randrange(4),
        "bidValue": chance.choice((0, 7.5, 10**10, 123_456_789.1234)),
        "successProbability": chance.choice((10, 50)),
        "isPrivate": is_private,
        "accessList": [portal.id_of(each) for each in chance.sample(USERS, 2)]
        if is_private
        else [],
    }


def _create(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    return portal.call("POST", "crm/opportunity", json=_body(portal, chance), as_=user)


def _update(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    return portal.call("PUT", f"crm/opportunity/{deal}", json=_body(portal, chance), as_=user)


def _move(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    """Also closes and opens again."""
    return portal.call("PUT", f"crm/opportunity/{deal}/stage/{chance.randrange(1, 7)}", as_=user)


def _share(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    people = [portal.id_of(each) for each in chance.sample(USERS, 2)]
    sent = {"isPrivate": chance.random() < 0.7, "accessList": people}
    return portal.call("PUT", f"crm/opportunity/{deal}/access", json=sent, as_=user)


def _share_many(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    people = [portal.id_of(each) for each in chance.sample(USERS, 2)]
    sent = {
        "opportunityid": [deal, deal + 1, deal + 2],
        "isPrivate": chance.random() < 0.7,
        "accessList": people,
    }
    return portal.call("PUT", "crm/opportunity/access", json=sent, as_="root")


def _delete(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    return portal.call("DELETE", f"crm/opportunity/{deal}", as_=user)


def _delete_many(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    sent = {"opportunityids": [deal, deal + 1]}
    return portal.call("PUT", "crm/opportunity", json=sent, as_=user)


def _restore(portal: Portal, chance: random.Random, user: str, deal: int) -> Answer:
    items = [{"entityType": "opportunity", "id": each} for each in (deal, deal + 1)]
    return portal.call("PUT", "crm/trash/restore", json={"items": items[: chance.randrange(1, 3)]},
                       as_="root")  # fmt: skip


ACTIONS: tuple[Action, ...] = (
    _create, _update, _move, _share, _share_many, _delete, _delete_many, _restore,
)  # fmt: skip


def _some_of_them(portal: Portal, seed: int, number: int) -> list[tuple[str, int]]:
    chance = random.Random(f"{seed} {number}")
    found = []
    for _ in range(EACH):
        action, user, deal = chance.choice(ACTIONS), chance.choice(USERS), chance.randrange(1, 20)
        found.append((action.__name__, action(portal, chance, user, deal).status))
    return found


@settings(max_examples=1)
@given(seed=st.integers(0, 10**6))
def test_sums_are_what_counting_finds_after_any_changes_at_once(portal: Portal, seed: int):
    portal = portal.fresh()  # `check` looks at all of it: other tests leave faults in theirs
    for _ in range(10):
        make_opportunity(portal, "bob", isPrivate=True, accessList=[portal.id_of("ann")])
    done = [
        each
        for found in at_once(*(partial(_some_of_them, portal, seed, n) for n in range(MANY)))
        for each in found
    ]
    assert [each for each in done if each[1] >= 500] == []
    worked = Counter(name for name, status in done if status < 300)
    assert len(worked) >= 6, worked  # the actions do something
    assert asyncio.run(app.check(portal.settings, mend=False)) == []
    asyncio.run(_folded(portal))
    assert asyncio.run(app.check(portal.settings, mend=False)) == []
    for user in USERS:
        _demand_same_totals(portal, user)


def _demand_same_totals(portal: Portal, user: str) -> None:
    """Lists and summaries from the sums are those from the rows."""
    rows = portal.call("GET", "crm/opportunity/filter?count=1000", as_=user).response
    stages = Counter(row["stage"]["id"] for row in rows)
    mine = portal.id_of(user)
    for stage in range(1, 7):
        path = f"crm/opportunity/filter?count=0&opportunityStagesid={stage}"
        assert portal.call("GET", path, as_=user).json["total"] == stages[stage]
        path += f"&responsibleid={mine}"
        found = [r for r in rows if r["stage"]["id"] == stage and r["responsible"]["id"] == mine]
        assert portal.call("GET", path, as_=user).json["total"] == len(found)
    # A date before all closing dates changes nothing but the way: it is counted from the rows.
    kept_sums = portal.call("GET", "crm/opportunity/summary", as_=user).response
    counted = portal.call("GET", "crm/opportunity/summary?fromDate=0001-01-01", as_=user).response
    assert kept_sums == counted


async def _folded(portal: Portal) -> None:
    database = await open_database(portal.database)
    await database.write(lambda each: fold_slots(each, schema.opportunity_sum), transaction=True)
    await database.close()


def test_stages_people_and_merges_keep_the_sums(portal: Portal):
    """What changes many opportunities at once without being a change of one."""
    own: Any = portal.fresh()
    made = own.call("POST", "crm/opportunity/stage", json={"title": "Extra", "color": "#aabbcc",
                    "successProbability": 30, "stageType": 0}, as_="root").response  # fmt: skip
    first, second = make_person(own), make_person(own)
    deals = [
        make_opportunity(own, "bob", stageid=made["id"], contactid=each, isPrivate=True,
                         accessList=[own.id_of("ann")])
        for each in (first, second)
    ]  # fmt: skip
    own.call("PUT", "crm/contact/merge", json={"fromcontactid": first, "tocontactid": second})
    own.call("DELETE", f"crm/opportunity/{deals[0]}", as_="bob")
    for deal in deals[1:]:
        own.call("PUT", f"crm/opportunity/{deal}/stage/1", as_="bob")
    own.call("DELETE", f"crm/opportunity/stage/{made['id']}", as_="root")
    assert asyncio.run(app.check(own.settings, mend=False)) == []
    # Rows that are really gone leave nothing behind.
    stored(own, delete(schema.opportunity).where(schema.opportunity.c.id == constant(deals[1]))
           .returning(schema.opportunity.c.id))  # fmt: skip
    findings = asyncio.run(app.check(own.settings, mend=False))
    assert [each for each in findings if "sums" in each] == []
    asyncio.run(app.check(own.settings, mend=True))  # the plain counter, which no trigger keeps


def test_wrong_sums_are_found_and_mended(portal: Portal):
    make_opportunity(portal, "bob", isPrivate=True, accessList=[portal.id_of("ann")])
    viewer = schema.opportunity_viewer
    stored(portal, update(kept).values(number=kept.c.number + constant(3)).returning(*GROUP))
    stored(portal, delete(viewer).returning(viewer.c.person_id))
    columns = [each.name for each in kept.c]
    invented = [constant(each) for each in ("", 1, portal.id_of("bob"), "XXX", 1, 7, 0, 1, 1, 1)]
    stored(portal, insert(kept).from_select(columns, select(*invented)).returning(*GROUP))
    findings = asyncio.run(app.check(portal.settings, mend=False))
    assert [each for each in findings if each.startswith("the sums of opportunities are wrong in ")]
    asyncio.run(app.check(portal.settings, mend=True))
    findings = asyncio.run(app.check(portal.settings, mend=False))
    assert [each for each in findings if "sums" in each] == []
