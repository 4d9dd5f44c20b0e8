"""The routes for the tags of opportunities, as a client sees them."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.making import at_once, make_opportunity, stored


def new_title():
    return f"Tag {uuid4()}"


def attach(portal, deal, title, as_="ann"):
    return portal.call("POST", f"crm/opportunity/{deal}/tag", json={"tagName": title}, as_=as_)


def tags(portal, deal, as_="ann"):
    return portal.call("GET", f"crm/opportunity/{deal}/tag", as_=as_).response


def message(answer):
    return answer.json["error"]["message"]


def test_attaching_a_new_tag_creates_it_and_lists_it_as_text(portal):
    deal, title = make_opportunity(portal), new_title()
    answer = attach(portal, deal, f" {title} ")
    assert (answer.status, answer.response) == (201, f" {title} ")
    attach(portal, deal, "0 comes first")
    assert tags(portal, deal) == ["0 comes first", title]
    assert portal.call("GET", f"crm/opportunity/tag/{deal}").response == tags(portal, deal)


def test_tags_are_listed_as_xml_too(portal):
    deal = make_opportunity(portal)
    attach(portal, deal, "one & only")
    answer = portal.call("GET", f"crm/opportunity/tag/{deal}.xml")
    assert "<response>one &amp; only</response>" in answer.text


def test_attaching_a_tag_twice_attaches_it_once(portal):
    deal, title = make_opportunity(portal), new_title()
    for spelling in (title, title.upper(), f"{title} "):
        assert attach(portal, deal, spelling).status == 201
    assert tags(portal, deal) == [title]


def test_detaching_a_tag_keeps_the_tag(portal):
    deal, other, title = make_opportunity(portal), make_opportunity(portal), new_title()
    attach(portal, deal, title)
    attach(portal, other, title)
    for _ in range(2):
        answer = portal.call(
            "DELETE", f"crm/opportunity/{deal}/tag", json={"tagName": title.upper()}
        )
        assert (answer.status, answer.response) == (200, title.upper())
    assert tags(portal, deal) == []
    assert tags(portal, other) == [title]


def test_unknown_tag_gets_404(portal):
    path = f"crm/opportunity/{make_opportunity(portal)}/tag"
    assert portal.call("DELETE", path, json={"tagName": new_title()}).status == 404


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", "tag/0", {}, 400),
        ("GET", "0/tag", {}, 400),
        ("GET", "tag/99999", {}, 404),
        ("GET", "99999/tag", {}, 404),
        ("GET", "99999999999/tag", {}, 404),
        ("POST", "0/tag", {"tagName": "x"}, 400),
        ("POST", "99999/tag", {"tagName": "x"}, 404),
        ("POST", "99999/tag", {"tagName": " "}, 400),
        ("POST", "99999/tag", {}, 400),
        ("POST", "1/tag", {"tagName": "x" * 256}, 400),
        ("DELETE", "0/tag", {"tagName": "x"}, 400),
        ("DELETE", "99999/tag", {"tagName": "x"}, 404),
        ("DELETE", "99999/tag", {}, 400),
        ("POST", "taglist", {"entityid": [1]}, 400),
        ("POST", "filter/taglist", {"all": True}, 400),
    ],
)
def test_bad_values_get_400(portal, method, path, sent, status):
    answer = portal.call(method, f"crm/opportunity/{path}", json=sent)
    assert answer.status == status, answer.text


def test_tags_of_a_hidden_opportunity_get_404(portal):
    deal, title = make_opportunity(portal, isPrivate=True), new_title()
    attach(portal, deal, title)
    assert portal.call("GET", f"crm/opportunity/{deal}/tag", as_="cid").status == 404
    assert portal.call("GET", f"crm/opportunity/tag/{deal}", as_="cid").status == 404
    assert attach(portal, deal, new_title(), as_="cid").status == 404
    path = f"crm/opportunity/{deal}/tag"
    assert portal.call("DELETE", path, json={"tagName": title}, as_="cid").status == 404
    assert tags(portal, deal) == [title]


def test_tags_of_an_opportunity_in_the_trash_get_404(portal):
    deal = make_opportunity(portal)
    portal.call("DELETE", f"crm/opportunity/{deal}")
    assert portal.call("GET", f"crm/opportunity/{deal}/tag").status == 404
    assert attach(portal, deal, new_title()).status == 404


def test_tags_keep_the_version_but_check_if_match(portal):
    deal = make_opportunity(portal)
    path = f"crm/opportunity/{deal}"
    before = portal.call("GET", path).headers["ETag"]
    attach(portal, deal, new_title())
    assert portal.call("GET", path).headers["ETag"] == before
    stale = {"If-Match": f'"{deal}-99"'}
    answer = portal.call("POST", f"{path}/tag", json={"tagName": "late"}, headers=stale)
    assert answer.status == 412
    assert "late" not in tags(portal, deal)


def test_many_opportunities_are_tagged_at_once_and_hidden_ones_are_skipped(portal):
    mine, private = make_opportunity(portal), make_opportunity(portal, isPrivate=True)
    other, title = make_opportunity(portal, "bob"), new_title()
    sent = {"entityid": [mine, 99999, private, other, mine], "tagName": title}
    answer = portal.call("POST", "crm/opportunity/taglist", json=sent, as_="cid")
    assert (answer.status, answer.response) == (201, title)
    assert [tags(portal, deal) for deal in (mine, private, other)] == [[title], [], [title]]


def test_empty_list_of_ids_creates_no_tag(portal):
    title = new_title()
    sent = {"entityid": [], "tagName": title}
    assert portal.call("POST", "crm/opportunity/taglist", json=sent).status == 201
    shown = portal.call("GET", "crm/opportunity/tag").response
    assert title not in [tag["title"] for tag in shown]


def test_filter_tags_every_match(portal):
    word, title = f"w{uuid4().hex}", new_title()
    found = [make_opportunity(portal, title=f"{word} {number}") for number in range(3)]
    hidden = make_opportunity(portal, title=word, isPrivate=True)
    path = f"crm/opportunity/filter/taglist?filterValue={word}&count=1&_=5"
    answer = portal.call("POST", path, json={"tagName": title}, as_="bob")
    assert (answer.status, answer.response) == (201, title)
    assert [tags(portal, deal) for deal in found] == [[title]] * 3
    assert tags(portal, hidden) == []


def test_empty_filter_gets_400_without_all(portal):
    alone, title = portal.fresh(), new_title()
    deals = [make_opportunity(alone) for _ in range(3)]
    path = "crm/opportunity/filter/taglist"
    refused = alone.call("POST", path, json={"tagName": title})
    assert refused.status == 400
    assert "all" in message(refused)
    assert tags(alone, deals[0]) == []
    assert alone.call("POST", path, json={"tagName": title, "all": True}).status == 201
    assert [tags(alone, deal) for deal in deals] == [[title]] * 3


def test_misspelt_filter_gets_400(portal):
    deal, title = make_opportunity(portal), new_title()
    sent = {"tagName": title, "responsible": portal.id_of("ann"), "stageType": 0}
    answer = portal.call("POST", "crm/opportunity/filter/taglist", json=sent)
    assert answer.status == 400
    assert "responsible" in message(answer)
    assert tags(portal, deal) == []


def test_tags_filter_opportunities(portal):
    deal, title = make_opportunity(portal), new_title()
    attach(portal, deal, title)
    found = portal.call("GET", f"crm/opportunity/filter?tags={quote(title.upper())}").response
    assert [each["id"] for each in found] == [deal]


def test_two_users_attach_the_same_new_tag_at_once(portal):
    for _ in range(5):
        title, deals = new_title(), [make_opportunity(portal) for _ in range(3)]
        answers = at_once(
            *(lambda deal=deal, title=title: attach(portal, deal, title) for deal in deals)
        )
        assert [answer.status for answer in answers] == [201] * 3
        assert [tags(portal, deal) for deal in deals] == [[title]] * 3


def test_tag_deleted_while_it_is_attached_is_created_again_or_gone(portal):
    for _ in range(5):
        title, deal = new_title(), make_opportunity(portal)
        portal.call("POST", "crm/opportunity/tag", json={"tagName": title})
        hung, thrown = at_once(
            lambda deal=deal, title=title: attach(portal, deal, title),
            lambda title=title: portal.call(
                "DELETE", "crm/opportunity/tag", json={"tagName": title}, as_="root"
            ),
        )
        assert (hung.status, thrown.status) == (201, 200)
        assert tags(portal, deal) in ([], [title])


def test_audit_trail_of_the_opportunity_records_every_tag_change(portal):
    deal, title = make_opportunity(portal), new_title()
    attach(portal, deal, title)
    attach(portal, deal, title)
    for _ in range(2):
        portal.call("DELETE", f"crm/opportunity/{deal}/tag", json={"tagName": title})
    audit = schema.audit
    statement = select(audit.c.action, audit.c.changes).where(
        audit.c.entity_type == "opportunity", audit.c.entity_id == deal, audit.c.action != "created"
    )
    assert stored(portal, statement.order_by(audit.c.id)) == [
        ("tagged", f'[["tags",null,"{title}"]]'),
        ("untagged", f'[["tags","{title}",null]]'),
    ]
