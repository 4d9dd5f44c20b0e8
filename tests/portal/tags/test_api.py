"""The routes of the tags themselves, as a client sees them."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.making import at_once, make_opportunity, make_person, stored

KINDS = ("contact", "opportunity", "case")


def new_title():
    return f"Tag {uuid4()}"


def make(portal, kind, title, as_="ann"):
    answer = portal.call("POST", f"crm/{kind}/tag", json={"tagName": title}, as_=as_)
    assert answer.status == 201, answer.text
    return title


def titles(portal, kind):
    return [tag["title"] for tag in portal.call("GET", f"crm/{kind}/tag").response]


def message(answer):
    return answer.json["error"]["message"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_user_creates_tags_which_are_answered_as_sent(portal, kind):
    title = f"  {new_title()}\r\n"
    answer = portal.call("POST", f"crm/{kind}/tag", json={"tagName": title})
    assert (answer.status, answer.response, answer.json["count"]) == (201, title, len(title))
    assert title.strip() in titles(portal, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_is_made_once_whatever_its_case(portal, kind):
    title = make(portal, kind, new_title())
    again = portal.call("POST", f"crm/{kind}/tag", json={"tagName": f" {title.upper()} "})
    assert again.status == 400
    assert message(again).startswith("Tag with this name already exists")


def test_two_who_make_a_tag_at_once_make_one(portal):
    for _ in range(5):
        requested = {"tagName": new_title()}
        answers = at_once(
            *[lambda requested=requested: portal.call("POST", "crm/contact/tag", json=requested)]
            * 3
        )
        assert sorted(answer.status for answer in answers) == [201, 400, 400]


def test_each_kind_has_tags_of_its_own(portal):
    title = new_title()
    for number, kind in enumerate(KINDS, 1):
        assert [title in titles(portal, each) for each in KINDS] == [
            place < number for place in range(1, len(KINDS) + 1)
        ]
        make(portal, kind, title)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("requested", "expected"),
    [({}, "tagName"), ({"tagName": " \n "}, "tagName"), ({"tagName": "x" * 256}, "255")],
)
def test_a_bad_name_is_refused(portal, kind, requested, expected):
    for method, name in (("POST", "ann"), ("DELETE", "root")):
        answer = portal.call(method, f"crm/{kind}/tag", json=requested, as_=name)
        assert answer.status == 400
        assert expected in message(answer)


def test_tags_come_in_the_order_of_their_titles_without_case(portal):
    alone = portal.fresh()
    for title in ("beta", "Gamma", "ALPHA"):
        make(alone, "opportunity", title)
    assert titles(alone, "opportunity") == ["ALPHA", "beta", "Gamma"]
    page = alone.call("GET", "crm/opportunity/tag?count=1&startIndex=1").json
    assert [tag["title"] for tag in page["response"]] == ["beta"]
    assert (page["total"], page["nextIndex"]) == (3, 2)


@pytest.mark.parametrize(
    ("kind", "maker"), [("opportunity", make_opportunity), ("contact", make_person)]
)
def test_a_tag_counts_the_records_that_the_caller_sees(portal, kind, maker):
    private = {"isPrivate": True} if kind == "opportunity" else {"shareType": 0}
    title = new_title()
    records = [maker(portal), maker(portal, **private), maker(portal)]
    for record in records:
        portal.call("POST", f"crm/{kind}/{record}/tag", json={"tagName": title})
    portal.call("DELETE", f"crm/{kind}/{records[2]}")
    for name, count in (("ann", 2), ("cid", 1), ("root", 2)):
        shown = portal.call("GET", f"crm/{kind}/tag", as_=name).response
        assert {"title": title, "relativeItemsCount": count} in shown


def test_a_tag_that_nothing_carries_has_no_count(portal):
    title = make(portal, "case", new_title())
    assert {"title": title} in portal.call("GET", "crm/case/tag").response


@pytest.mark.parametrize("kind", KINDS)
def test_only_administrators_throw_tags_away(portal, kind):
    title = make(portal, kind, new_title())
    for path in (f"crm/{kind}/tag", f"crm/{kind}/tag/unused"):
        answer = portal.call("DELETE", path, json={"tagName": title})
        assert (answer.status, message(answer)) == (403, "Access Denied")
    assert title in titles(portal, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_tag_is_thrown_away_by_any_spelling(portal, kind):
    title = make(portal, kind, new_title())
    path, sent = f"crm/{kind}/tag", {"tagName": title.upper()}
    answer = portal.call("DELETE", path, json=sent, as_="root")
    assert (answer.status, answer.response) == (200, title.upper())
    assert title not in titles(portal, kind)
    assert portal.call("DELETE", path, json=sent, as_="root").status == 404


def test_a_thrown_away_tag_is_off_every_record(portal):
    title, deal = new_title(), make_opportunity(portal)
    portal.call("POST", f"crm/opportunity/{deal}/tag", json={"tagName": title})
    answer = portal.call(
        "DELETE", f"crm/opportunity/tag?tagName={title.replace(' ', '%20')}", as_="root"
    )
    assert answer.status == 200
    assert portal.call("GET", f"crm/opportunity/{deal}/tag").response == []


@pytest.mark.parametrize("kind", KINDS)
def test_unused_tags_are_thrown_away_but_not_those_that_the_trash_carries(portal, kind):
    alone = portal.fresh()
    for path in (f"crm/{kind}/tag/unused",):
        alone.call("DELETE", path, as_="root")
    kept = []
    if kind != "case":
        maker = make_opportunity if kind == "opportunity" else make_person
        shown, trashed = maker(alone), maker(alone)
        for record, title in ((shown, "kept"), (trashed, "in the trash")):
            alone.call("POST", f"crm/{kind}/{record}/tag", json={"tagName": title})
            kept.append(title)
        alone.call("DELETE", f"crm/{kind}/{trashed}")
    for title in ("b", "A"):
        make(alone, kind, title)
    answer = alone.call("DELETE", f"crm/{kind}/tag/unused", as_="root")
    assert answer.response == ["A", "b"]
    assert titles(alone, kind) == sorted(kept)
    assert alone.call("DELETE", f"crm/{kind}/tag/unused", as_="root").response == []


def test_what_is_hung_on_while_unused_tags_go_stays_on(portal):
    for _ in range(6):
        title, deal = make(portal, "opportunity", new_title()), make_opportunity(portal)
        hung, swept = at_once(
            lambda deal=deal, title=title: portal.call(
                "POST", f"crm/opportunity/{deal}/tag", json={"tagName": title}
            ),
            lambda: portal.call("DELETE", "crm/opportunity/tag/unused", as_="root"),
        )
        assert (hung.status, swept.status) == (201, 200)
        assert portal.call("GET", f"crm/opportunity/{deal}/tag").response == [title]


def test_tags_of_other_kinds_do_not_exist(portal):
    assert portal.call("GET", "crm/task/tag").status == 404
    assert portal.call("GET", "crm/person/tag").status == 404


def test_every_change_is_written_down(portal):
    title = make(portal, "contact", new_title())
    portal.call("DELETE", "crm/contact/tag", json={"tagName": title}, as_="root")
    audit = schema.audit
    query = select(audit.c.action).where(
        audit.c.entity_type == "tag", audit.c.changes.like(f"%{title}%")
    )
    assert stored(portal, query.order_by(audit.c.id)) == [("created",), ("deleted",)]
