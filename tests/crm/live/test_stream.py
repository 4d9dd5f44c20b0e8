"""The stream of changes over HTTP: who is told what, on both databases and over two servers."""

from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from dealwright.crm.live.hub import OF_A_PERSON
from dealwright.wire.credentials import COOKIE
from tests.crm.live.streams import listening
from tests.making import make_opportunity
from tests.people.new_accounts import new_account
from tests.running import SECONDS_TO_ANSWER, Portal


def change(portal: Portal, opportunity_id: int, as_: str = "ann") -> None:
    path = f"crm/opportunity/{opportunity_id}/stage/2"
    assert portal.call("PUT", path, json={"stageid": 2}, as_=as_).status == 200


def make_task(portal: Portal, opportunity_id: int, title: str = "Call") -> None:
    task = {
        "title": title,
        "deadline": "2031-01-01",
        "categoryid": portal.call("GET", "crm/task/category").response[0]["id"],
        "responsibleid": portal.id_of("ann"),
        "entityType": "opportunity",
        "entityId": opportunity_id,
    }
    answer = portal.call("POST", "crm/task", json=task)
    assert answer.status == 201, answer.text


def share(portal: Portal, opportunity_id: int, *names: str, is_private: bool = True) -> None:
    sharing = {"isPrivate": is_private, "accessList": [portal.id_of(name) for name in names]}
    path = f"crm/opportunity/{opportunity_id}/access"
    assert portal.call("PUT", path, json=sharing, as_="ann").status == 200


def test_change_is_told_with_its_author_and_its_place(portal: Portal):
    made = make_opportunity(portal, title="Harbour crane")
    with listening(portal) as stream:
        change(portal, made)
        shown = stream.next("changes")
        while made not in shown["ids"]:
            shown = stream.next("changes")
        assert made in shown["touched"]
        assert shown["versions"][str(made)] > 1
        assert stream.told_on


def test_private_change_reaches_only_those_who_see_it(portal: Portal):
    secret = make_opportunity(portal, title="Secret merger", isPrivate=True)
    public = make_opportunity(portal, title="Known to all")
    with listening(portal) as bob, listening(portal, "root") as root:
        change(portal, secret)
        make_task(portal, secret, title="Hidden step")
        change(portal, public)
        assert secret not in bob.until(public)
        assert "Secret" not in bob.text
        assert "Hidden" not in bob.text
        assert secret in root.until(public)


def test_task_of_an_opportunity_redraws_its_card(portal: Portal):
    made = make_opportunity(portal)
    with listening(portal) as stream:
        make_task(portal, made)
        assert made in stream.until(made)


def test_shared_record_appears_and_one_that_is_hidden_again_goes(portal: Portal):
    made = make_opportunity(portal, title="Quiet deal", isPrivate=True)
    marker = make_opportunity(portal)
    with listening(portal) as bob, listening(portal, "cid") as cid:
        share(portal, made, "bob")
        bob.until(made)
        answer = bob.text
        share(portal, made)
        bob.until(made)
        assert "Quiet deal" not in bob.text.removeprefix(answer)
        change(portal, marker)
        assert made not in cid.until(marker)
        share(portal, made, is_private=False)
        cid.until(made)
        share(portal, made)
        cid.until(made)


def test_deleted_record_goes_from_the_pages_of_those_who_saw_it(portal: Portal):
    secret, public = make_opportunity(portal, isPrivate=True), make_opportunity(portal)
    with listening(portal) as stream:
        for each in (secret, public):
            assert portal.call("DELETE", f"crm/opportunity/{each}").status == 200
        assert secret not in stream.until(public)


def test_stream_that_comes_back_is_told_what_it_missed(portal: Portal):
    first, second = make_opportunity(portal), make_opportunity(portal)
    with listening(portal) as stream:
        change(portal, first)
        stream.until(first)
        told_on = stream.told_on
    change(portal, second)
    # A server remembers nothing from before its start, so one that has just begun says so.
    with listening(portal, told=told_on) as stream:
        event = next(iter(stream.events()))
        assert event.name == "resync" or second in event.data["ids"]


@pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
def test_two_servers_tell_each_others_changes(portal: Portal):
    other = Portal(portal.ground, portal.database, {})
    try:
        made = make_opportunity(portal, isPrivate=True)
        public = make_opportunity(portal)
        with listening(other) as bob, listening(other, "ann") as ann:
            change(portal, made)
            ann.until(made)
            change(portal, public)
            assert made not in bob.until(public)
    finally:
        other._server.stop()


def test_stream_ends_with_its_session(portal: Portal):
    person = new_account(portal)
    with listening(portal, token=person.token) as stream:
        headers = {"Authorization": person.token}
        sessions = portal.call("GET", "people/@self/sessions", as_=None, headers=headers).response
        path = f"people/@self/sessions/{sessions[0]['id']}"
        assert portal.call("DELETE", path, as_=None, headers=headers).status == 200
        assert [each.name for each in stream.events()][-1] == "ended"


def test_stream_is_only_for_those_who_may_use_the_crm(portal: Portal):
    for who, status in ((None, 401), ("gus", 403)):
        with listening(portal, who) as stream:
            assert stream.status == status


def test_token_in_a_header_opens_no_stream(portal: Portal):
    answer = portal.call("GET", "/live", as_="ann", headers={"Accept": "text/event-stream"})
    assert answer.status == 401


@pytest.mark.parametrize("since", ["x", "-1", "9" * 19])
def test_place_that_is_none_is_refused(portal: Portal, since: str):
    with listening(portal, told=since) as stream:
        assert stream.status == 400


def test_too_many_streams_of_a_person_are_refused(portal: Portal):
    person = new_account(portal)
    cookie = {"Cookie": f"{COOKIE}={person.token}"}
    for _ in range(OF_A_PERSON + 1):  # an answer that is never read keeps no place
        head = HTTPConnection("127.0.0.1", portal.port, timeout=SECONDS_TO_ANSWER)
        head.request("HEAD", "/live", headers=cookie)
        assert head.getresponse().status == 200
        head.close()
    with ExitStack() as many:
        for _ in range(OF_A_PERSON):
            many.enter_context(listening(portal, token=person.token))
        with listening(portal, token=person.token) as stream:
            assert stream.status == 429
        with listening(portal) as stream:
            assert stream.status == 200
