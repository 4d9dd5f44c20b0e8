"""Fifty clients write at the same time: no change is lost or doubled, every total is exact, and no
request gets a 500."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from dealwright import app
from tests.making import at_once, make_opportunity, make_person
from tests.running import Answer, Portal

MANY = 50
USERS = ("ann", "bob", "cid", "root")
Call = Callable[[], Answer]


def inputs(portal: Portal, **changed: object) -> dict[str, object]:
    return {
        "title": "A deal",
        "responsibleid": portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        **changed,
    }


def put(portal: Portal, opportunity: int, *, if_match: str = "", **changed: object) -> Answer:
    headers = {"If-Match": if_match} if if_match else {}
    path = f"crm/opportunity/{opportunity}"
    return portal.call("PUT", path, json=inputs(portal, **changed), headers=headers)


def audit(portal: Portal, opportunity: int, as_: str = "root") -> list[Any]:
    """The audit trail of one opportunity, oldest row first."""
    path = f"crm/opportunity/{opportunity}/audit?count=1000"
    rows: list[Any] = portal.call("GET", path, as_=as_).response
    return rows[::-1]


def changes(portal: Portal, opportunity: int, field: str) -> list[tuple[Any, Any]]:
    """The successive values of one field."""
    return [
        (each["old"], each["new"])
        for row in audit(portal, opportunity)
        for each in row["changes"]
        if each["field"] == field and row["action"] != "created"
    ]


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    internal = [answer.text for answer in answers if answer.status >= 500]
    assert internal == []
    return Counter(answer.status for answer in answers)


def demand_sound(portal: Portal) -> None:
    """Totals match the pages for every user, and the database has no inconsistency."""
    for user in USERS:
        listed = portal.call("GET", "crm/opportunity/filter?count=1000&fields=id", as_=user)
        counted = portal.call("GET", "crm/opportunity/filter?count=0", as_=user)
        assert counted.json["total"] == listed.json["total"] == len(listed.response), user
    assert asyncio.run(app.check(portal.settings, mend=False)) == []


# -------------------------------------------------------------------------------- one opportunity


def test_of_many_writers_with_the_same_version_one_succeeds_and_the_others_get_412(
    portal: Portal,
) -> None:
    deal = make_opportunity(portal)
    tag = portal.call("GET", f"crm/opportunity/{deal}").headers["ETag"]
    answers = at_once(
        *(partial(put, portal, deal, if_match=tag, title=f"By {n}") for n in range(MANY))
    )
    assert statuses(answers) == {200: 1, 412: MANY - 1}
    [winner] = [answer for answer in answers if answer.status == 200]
    shown = portal.call("GET", f"crm/opportunity/{deal}")
    assert shown.response == winner.response
    assert shown.headers["ETag"] == winner.headers["ETag"] != tag
    assert changes(portal, deal, "title") == [("A deal", winner.response["title"])]


def test_retrying_with_if_match_loses_no_update(portal: Portal) -> None:
    """Adds one to an amount fifty times."""
    deal = make_opportunity(portal, bidValue=1)
    path = f"crm/opportunity/{deal}"

    def add_one(person: str) -> list[int]:
        seen = []
        while 200 not in seen:
            read = portal.call("GET", path, as_=person)
            sent = inputs(portal, bidValue=read.response["bidValue"] + 1)
            headers = {"If-Match": read.headers["ETag"]}
            answer = portal.call("PUT", path, json=sent, as_=person, headers=headers)
            seen.append(answer.status)
        return seen

    tries = at_once(*(partial(add_one, USERS[n % 4]) for n in range(MANY)))
    assert {status for seen in tries for status in seen} <= {200, 412}
    shown = portal.call("GET", path)
    assert shown.response["bidValue"] == MANY + 1
    assert shown.headers["ETag"] == f'"{deal}-{MANY + 1}"'
    assert changes(portal, deal, "bidValue") == [(n, n + 1) for n in range(1, MANY + 1)]


def test_without_if_match_each_change_builds_on_the_one_before(portal: Portal) -> None:
    deal = make_opportunity(portal, bidValue=7)
    answers = at_once(*(partial(put, portal, deal, bidValue=100 + n) for n in range(MANY)))
    assert statuses(answers) == {200: MANY}
    opportunity_ids = changes(portal, deal, "bidValue")
    assert sorted(new for _, new in opportunity_ids) == [100 + n for n in range(MANY)]
    assert [old for old, _ in opportunity_ids] == [7, *(new for _, new in opportunity_ids[:-1])]
    shown = portal.call("GET", f"crm/opportunity/{deal}")
    assert shown.headers["ETag"] == f'"{deal}-{MANY + 1}"'
    for number, answer in enumerate(answers):
        # The answer shows this change or a later one, and always one version as a whole.
        version = int(answer.headers["ETag"].strip('"').partition("-")[2])
        assert answer.response["bidValue"] == opportunity_ids[version - 2][1]
        assert 100 + number in [new for _, new in opportunity_ids[: version - 1]]


def test_contacts_linked_and_unlinked_at_once_all_take_effect(portal: Portal) -> None:
    stay, come, go = (
        [make_person(portal, lastName=f"{which} {n}") for n in range(MANY // 3)]
        for which in ("Stay", "Come", "Go")
    )
    deal = make_opportunity(portal, members=[*stay, *go])
    path = f"crm/opportunity/{deal}/contact"
    calls: list[Call] = [partial(portal.call, "POST", f"{path}/{each}") for each in come]
    calls += [partial(portal.call, "DELETE", f"{path}/{each}") for each in go]
    calls += [partial(put, portal, deal, description=f"{n}") for n in range(MANY // 3)]
    assert set(statuses(at_once(*calls))) == {200, 201}
    shown = portal.call("GET", path).response
    assert {each["id"] for each in shown} == {*stay, *come}
    counted = Counter(row["action"] for row in audit(portal, deal))
    third = MANY // 3
    assert counted == {"created": 1, "linked": third, "unlinked": third, "updated": third}


def test_replaced_members_are_those_of_a_single_request(portal: Portal) -> None:
    contacts = [make_person(portal, lastName=f"Member {n}") for n in range(6)]
    deal = make_opportunity(portal)
    choices = [[contacts[n % 6], contacts[(n + 1) % 6]] for n in range(MANY)]
    answers = at_once(*(partial(put, portal, deal, members=choice) for choice in choices))
    assert statuses(answers) == {200: MANY}
    members = {
        each["id"] for each in portal.call("GET", f"crm/opportunity/{deal}/contact").response
    }
    assert members in [{*choice} for choice in choices]


def test_tag_that_every_request_brings_is_created_once(portal: Portal) -> None:
    deals = [make_opportunity(portal) for _ in range(5)]
    name = f"tag {uuid4().hex}"
    calls = [
        partial(
            portal.call,
            "POST",
            f"crm/opportunity/{deals[n % 5]}/tag",
            json={"tagName": name if n % 2 else name.upper()},
        )
        for n in range(MANY)
    ]
    assert 500 not in statuses(at_once(*calls))
    for deal in deals:
        tags = portal.call("GET", f"crm/opportunity/tag/{deal}").response
        assert [each.lower() for each in tags] == [name]


# ----------------------------------------------------------------------------- Idempotency-Key


def test_idempotency_key_creates_one_opportunity_for_many_requests(portal: Portal) -> None:
    mark, key = uuid4().hex, {"Idempotency-Key": uuid4().hex}
    sent = inputs(portal, title=mark)
    answers = at_once(
        *[partial(portal.call, "POST", "crm/opportunity", json=sent, headers=key)] * MANY
    )
    assert statuses(answers) == {201: MANY}
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    replayed = [answer.headers["Idempotency-Replayed"] for answer in answers]
    assert Counter(replayed) == {None: 1, "true": MANY - 1}
    found = portal.call("GET", f"crm/opportunity/filter?filterValue={mark}")
    assert [row["id"] for row in found.response] == [answers[0].response["id"]]


def test_idempotency_key_with_other_inputs_gets_refused(
    portal: Portal,
) -> None:
    mark, key = uuid4().hex, {"Idempotency-Key": uuid4().hex}
    calls = [
        partial(
            portal.call,
            "POST",
            "crm/opportunity",
            json=inputs(portal, title=f"{mark} {n % 5}"),
            headers=key,
        )
        for n in range(MANY)
    ]
    answers = at_once(*calls)
    assert statuses(answers) == {201: MANY // 5, 422: MANY - MANY // 5}
    assert {answer.json["error"]["message"] for answer in answers if answer.status == 422} == {
        "This Idempotency-Key was used with another input"
    }
    found = portal.call("GET", f"crm/opportunity/filter?filterValue={mark}")
    [title] = {answer.response["title"] for answer in answers if answer.status == 201}
    assert [row["title"] for row in found.response] == [title]


def test_idempotency_key_of_a_refused_request_can_be_used_again(portal: Portal) -> None:
    mark, key = uuid4().hex, {"Idempotency-Key": uuid4().hex}
    post = partial(portal.call, "POST", "crm/opportunity", headers=key)
    bad = at_once(*[partial(post, json=inputs(portal, title=mark, stageid=99_999))] * 10)
    assert statuses(bad) == {400: 10}
    good = at_once(*[partial(post, json=inputs(portal, title=mark))] * 10)
    assert statuses(good) == {201: 10}
    assert len({answer.body for answer in good}) == 1


def test_idempotency_key_belongs_to_one_user(portal: Portal) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    opportunity_ids = [
        portal.call("POST", "crm/opportunity", json=inputs(portal), as_=user, headers=key)
        for user in USERS
    ]
    assert len({answer.response["id"] for answer in opportunity_ids}) == len(USERS)


# ------------------------------------------------------------------------------- many opportunities


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def test_totals_are_exact_after_many_users_create_share_and_delete(own: Portal) -> None:
    """Each of fifty clients changes an opportunity of its own and a common one."""
    common = [make_opportunity(own, "root", isPrivate=n % 2 == 0) for n in range(8)]

    def live(number: int) -> list[Answer]:
        user = USERS[number % 4]
        call = partial(own.call, as_=user)
        mine = make_opportunity(own, user, isPrivate=number % 3 == 0)
        path, other = f"crm/opportunity/{mine}", f"crm/opportunity/{common[number % 8]}"
        item = {"items": [{"entityType": "opportunity", "id": mine}]}
        steps: list[Call] = [
            partial(call, "PUT", f"{path}/access", json={"isPrivate": number % 2 == 0}),
            partial(call, "PUT", f"{path}/stage/{number % 5 + 1}"),
            partial(
                own.call, "PUT", f"{other}/access", json={"isPrivate": number % 2 == 1}, as_="root"
            ),
            partial(call, "DELETE", other if number % 5 == 0 else path),
            partial(call, "PUT", "crm/trash/restore", json=item),
            partial(call, "PUT", "crm/opportunity", json={"opportunityids": [mine, *common[:2]]}),
        ]
        return [step() for step in steps[: 3 + number % 4]]

    answers = at_once(*(partial(live, number) for number in range(MANY)))
    seen = statuses([answer for each in answers for answer in each])
    assert set(seen) <= {200, 404, 409}
    demand_sound(own)


def test_deleting_the_same_opportunities_by_ids_and_by_filter_deletes_each_once(
    own: Portal,
) -> None:
    mark = f"w{uuid4().hex}"
    deals = [make_opportunity(own, "root", title=mark, isPrivate=n % 3 == 0) for n in range(20)]
    calls: list[Call] = [
        partial(
            own.call,
            "PUT",
            "crm/opportunity",
            json={"opportunityids": deals[n:] + deals[:n] if n % 2 else deals[::-1]},
            as_="root",
        )
        for n in range(15)
    ]
    calls += [
        partial(own.call, "DELETE", f"crm/opportunity/filter?filterValue={mark}", as_="root")
    ] * 5
    calls += [
        partial(own.call, "DELETE", f"crm/opportunity/{deal}", as_="root") for deal in deals[:10]
    ]
    assert set(statuses(at_once(*calls))) <= {200, 404}
    deleted = [row["action"] for deal in deals for row in trail(own, deal)]
    assert Counter(deleted) == {"created": 20, "deleted": 20}
    demand_sound(own)


def trail(portal: Portal, opportunity: int) -> list[Any]:
    """The audit trail of a deleted opportunity: it is restored to read it."""
    item = {"items": [{"entityType": "opportunity", "id": opportunity}]}
    assert portal.call("PUT", "crm/trash/restore", json=item, as_="root").status == 200
    rows = audit(portal, opportunity)
    assert rows.pop()["action"] == "restored"
    return rows


def test_external_id_belongs_to_one_opportunity(own: Portal) -> None:
    key = uuid4().hex
    sent = inputs(own, externalId=key)
    calls = [partial(own.call, "POST", "crm/opportunity", json=sent)] * (MANY // 2)
    path = f"crm/opportunity/by-external/{key}"
    calls += [
        partial(own.call, "PUT", path, json=inputs(own, title=f"{n}")) for n in range(MANY // 2)
    ]
    seen = statuses(at_once(*calls))
    assert set(seen) <= {200, 201, 409}
    assert seen[201] == 1
    assert seen[409] <= MANY // 2
    assert len(own.call("GET", "crm/opportunity/filter").response) == 1
    demand_sound(own)


# ------------------------------------------------------------------------------------------ stages


def new_stage(portal: Portal) -> int:
    wished = {"title": uuid4().hex, "color": "#b58fd6", "successProbability": 40}
    answer = portal.call("POST", "crm/opportunity/stage", json=wished, as_="root")
    assert answer.status == 201, answer.text
    opportunity_id: int = answer.response["id"]
    return opportunity_id


def test_stage_is_deleted_or_used_but_never_both(own: Portal) -> None:
    deals = [make_opportunity(own) for _ in range(10)]
    for turn in range(6):
        stage = new_stage(own)
        trashed = make_opportunity(own, stageid=stage)
        assert own.call("DELETE", f"crm/opportunity/{trashed}").status == 200
        moves: list[Call] = [
            partial(own.call, "PUT", f"crm/opportunity/{deal}/stage/{stage}") for deal in deals
        ]
        moves += [
            partial(own.call, "POST", "crm/opportunity", json=inputs(own, stageid=stage)),
            partial(put, own, deals[0], stageid=stage),
        ]
        delete: Call = partial(own.call, "DELETE", f"crm/opportunity/stage/{stage}", as_="root")
        # The deletion starts first, in the middle, or last.
        place = turn * len(moves) // 5
        answers = at_once(*moves[:place], delete, *moves[place:])
        statuses(answers)
        deleted = answers[place].status
        assert deleted in (200, 400)
        moved = {answer.status for answer in (*answers[:place], *answers[place + 1 :])}
        assert moved <= ({400, 404} if deleted == 200 else {200, 201})
        on_it = own.call("GET", f"crm/opportunity/filter?opportunityStagesid={stage}").response
        assert bool(on_it) is (deleted == 400)
        for deal in deals:
            assert own.call("PUT", f"crm/opportunity/{deal}/stage/1").status == 200
    demand_sound(own)


def test_restore_keeps_the_stage_or_asks_for_one_while_the_stage_is_deleted(
    own: Portal,
) -> None:
    for _ in range(5):
        stage = new_stage(own)
        deal = make_opportunity(own, stageid=stage)
        assert own.call("DELETE", f"crm/opportunity/{deal}").status == 200
        item = {"items": [{"entityType": "opportunity", "id": deal}]}
        delete, restore = at_once(
            partial(own.call, "DELETE", f"crm/opportunity/stage/{stage}", as_="root"),
            partial(own.call, "PUT", "crm/trash/restore", json=item),
        )
        assert (delete.status, restore.status) in ((200, 400), (400, 200))
    demand_sound(own)


def test_last_move_in_the_audit_trail_is_the_stored_stage(own: Portal) -> None:
    deals = [make_opportunity(own) for _ in range(10)]
    calls = [
        partial(own.call, "PUT", f"crm/opportunity/{deals[n % 10]}/stage/{n // 10 % 5 + 2}")
        for n in range(MANY)
    ]
    assert statuses(at_once(*calls)) == {200: MANY}
    stages = own.call("GET", "crm/opportunity/stage").response
    counts = {stage["id"]: stage.get("relativeItemsCount", 0) for stage in stages}
    for deal in deals:
        moved = changes(own, deal, "stage")
        assert [old for old, _ in moved][1:] == [new for _, new in moved][:-1]
        shown = own.call("GET", f"crm/opportunity/{deal}").response["stage"]["id"]
        assert shown == moved[-1][1]
        counts[shown] -= 1
    assert set(counts.values()) == {0}
    demand_sound(own)


# ------------------------------------------------------------------- two servers on one PostgreSQL

on_postgresql = pytest.mark.parametrize("portal", ["postgresql"], indirect=True)


@pytest.fixture
def both(own: Portal) -> Iterator[tuple[Portal, Portal]]:
    """Two servers on one database; each caches the small tables itself."""
    twin = Portal(own.ground, own.database, {})
    yield own, twin
    twin._server.stop()


@on_postgresql
def test_two_servers_agree_on_versions_keys_and_totals(
    both: tuple[Portal, Portal],
) -> None:
    first, _ = both
    deal, key = make_opportunity(first), {"Idempotency-Key": uuid4().hex}
    tag = first.call("GET", f"crm/opportunity/{deal}").headers["ETag"]
    answers = at_once(
        *(partial(put, both[n % 2], deal, if_match=tag, title=f"{n}") for n in range(MANY))
    )
    assert statuses(answers) == {200: 1, 412: MANY - 1}
    sent = inputs(first, isPrivate=True)
    answers = at_once(
        *(
            partial(both[n % 2].call, "POST", "crm/opportunity", json=sent, headers=key)
            for n in range(MANY)
        )
    )
    assert statuses(answers) == {201: MANY}
    assert len({answer.body for answer in answers}) == 1
    for portal in both:
        assert portal.call("GET", "crm/opportunity/filter").json["total"] == 2
        demand_sound(portal)


@on_postgresql
def test_stage_deleted_on_one_server_is_used_on_no_other(both: tuple[Portal, Portal]) -> None:
    first, second = both
    deals = [make_opportunity(first) for _ in range(6)]
    for _ in range(5):
        stage = new_stage(first)
        answers = at_once(
            partial(first.call, "DELETE", f"crm/opportunity/stage/{stage}", as_="root"),
            *(
                partial(second.call, "PUT", f"crm/opportunity/{deal}/stage/{stage}")
                for deal in deals
            ),
            partial(put, second, deals[0], stageid=stage),
        )
        statuses(answers)
        moved = {answer.status for answer in answers[1:]}
        # A server may see a new stage a moment later, so 404 and 400 are correct too.
        assert moved <= ({400, 404} if answers[0].status == 200 else {200, 400, 404})
        for deal in deals:
            assert second.call("PUT", f"crm/opportunity/{deal}/stage/1").status == 200
    demand_sound(second)


def test_moving_to_the_stage_where_it_is_changes_nothing(portal: Portal) -> None:
    stages = portal.call("GET", "crm/opportunity/stage").response
    won = next(each["id"] for each in stages if each["stageType"] == 1)
    made = make_opportunity(portal)
    path = f"crm/opportunity/{made}/stage/{won}"
    first = portal.call("PUT", path)
    portal.call("PUT", f"crm/opportunity/{made}", json=_replaced(first.response))
    before = portal.call("GET", f"crm/opportunity/{made}")
    assert before.response["successProbability"] == 55
    again = portal.call("PUT", path)
    assert again.status == 200
    assert again.response == before.response
    assert again.headers["ETag"] == before.headers["ETag"]
    audit = portal.call("GET", f"crm/opportunity/{made}/audit").response
    assert [each["action"] for each in audit].count("moved") == 1


def _replaced(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": shown["title"],
        "stageid": shown["stage"]["id"],
        "responsibleid": shown["responsible"]["id"],
        "bidCurrencyAbbr": "EUR",
        "successProbability": 55,
        "actualCloseDate": "2024-05-06T07:08:09Z",
    }


def test_the_first_upserts_of_one_external_id_at_once_all_succeed(portal: Portal) -> None:
    body = {
        "title": "Once",
        "responsibleid": portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
    }
    for key in ("first", "second", "third"):
        path = f"crm/opportunity/by-external/race-{key}"
        answers = at_once(*(partial(portal.call, "PUT", path, json=body) for _ in range(12)))
        assert statuses(answers) == {200: 11, 201: 1}
        assert len({answer.response["id"] for answer in answers}) == 1
