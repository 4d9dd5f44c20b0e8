"""Every request that the published pages print gets the printed answer, but for its values."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.contract import live
from tests.contract.reading import (
    Outline,
    Page,
    in_one_row,
    listed_members,
    outline_of_json,
    outline_of_xml,
    pages,
    xml_of,
)
from tests.contract.scene import Scene, scene
from tests.running import Answer, Portal

Scenes = Callable[[str], Scene]
PAGES = {page.name: page for page in pages()}
DOCUMENTED = [name for name, page in PAGES.items() if page.profile == "documented"]
OTHER = {"live": "documented", "documented": "live"}
# A list of one is an object there, and every number a number.
SAME_IN_XML = {"number": {"whole", "number"}, "object": {"object", "list"}, "Flag": {"flag"}}
KINDS = {"json": "application/json", "xml": "text/xml"}


@pytest.fixture(scope="module")
def all_scenes() -> Iterator[dict[tuple[str, str], Scene]]:
    made: dict[tuple[str, str], Scene] = {}
    yield made
    for each in made.values():
        each.portal.close()


@pytest.fixture
def scenes(portal: Portal, all_scenes: dict[tuple[str, str], Scene]) -> Scenes:
    """The portal of a profile with its records, made once for each database."""

    def of(profile: str) -> Scene:
        key = (portal.database, profile)
        if key not in all_scenes:
            all_scenes[key] = scene(portal.ground, profile)
        return all_scenes[key]

    return of


@pytest.mark.parametrize("chosen_by", ["the portal", "the request"])
@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", PAGES)
def test_the_printed_request_gets_the_printed_answer(
    name: str, form: str, chosen_by: str, scenes: Scenes
):
    page = PAGES[name]
    if chosen_by == "the portal":
        answer = request(page, scenes(page.profile), KINDS[form])
    else:
        text = f"{KINDS[form]}; profile={page.profile}"
        answer = request(page, scenes(OTHER[page.profile]), text)
    assert answer.status == (201 if page.method == "POST" else 200), answer.text
    assert answer.headers["Content-Type"].startswith(KINDS[form])
    if form == "json":
        demand(page, outline_of_json(page.answer), outline_of_json(answer.json), "whole")
    else:
        printed = outline_of_xml(page.xml) if page.xml else None
        demand(page, printed, outline_of_xml(answer.text), "number")


def demand(page: Page, printed: Outline, given: Outline, status_kind: str) -> None:
    if page.fields:
        assert [key for key, _ in given] == ["status", "response"]
        demand_listed(page, dict(given)["response"])
    elif page.profile == "documented":
        assert given == printed
    else:
        demand_covered(printed, given, "result")
        assert dict(given)["status"] == status_kind


def demand_listed(page: Page, given: Outline) -> None:
    rows = list(in_one_row(given))
    expected = listed_members(page)
    assert [name for name, _ in rows] == [name for name, _ in expected]
    for (name, kind), (_, possible) in zip(rows, expected, strict=True):
        assert SAME_IN_XML.get(kind, {kind}) & possible, (name, kind)


def demand_covered(printed: Outline, given: Outline, name: str) -> None:
    """Every printed key in its order with its kind; further keys only those that a live server has,
    and all of them in its order."""
    known = live.MEMBERS[name]
    names = [key for key, _ in given]
    assert names == [key for key in known if key in names]
    assert [key for key in names if key in dict(printed)] == [key for key, _ in printed]
    for key, outline in printed:
        found = dict(given)[key]
        if isinstance(outline, list):
            demand_covered(outline, found, key)
        else:
            assert (key, found) == (key, outline)


def request(page: Page, at: Scene, accept: str) -> Answer:
    """The request as printed, but for ids, users and the currency."""
    has_plain_contact = page.profile == "live"
    opportunity = at.opportunity(
        **({"contactid": at.plain, "members": [at.plain]} if has_plain_contact else {})
    )
    ours: dict[str, Any] = {
        "contactid": at.contact,
        "members": [at.contact, at.participant],
        "responsibleid": at.portal.id_of("ann").upper(),
        "accessList": [at.portal.id_of("bob").upper()],
        "bidCurrencyAbbr": "CNY",
        "stageid": at.stage,
        "customFieldList": [{"Key": at.field, "Value": "some text"}],
        "opportunityid": opportunity,
        "opportunityids": [opportunity],
    }
    if "contact/" in page.path:
        ours["contactid"] = at.participant  # the primary contact cannot be taken away
    path = page.path.strip("/").replace(":[0-9]+", "")
    path = path.format(opportunityid=opportunity, contactid=ours["contactid"])
    body = sent(page, ours)
    return at.portal.call(
        page.method, f"/{path}", headers={**page.headers, "Accept": accept}, body=body
    )


def sent(page: Page, ours: Mapping[str, Any]) -> str | None:
    """The printed body; where none is printed, one of the listed parameters."""
    printed = page.body
    if page.fields:
        examples = {**(PAGES["post_opportunity"].body or {}), **ours}
        printed = {name: examples[name] for name in page.parameters}
    if printed is None:
        return None
    return json.dumps({name: ours.get(name, value) for name, value in printed.items()})


def test_the_answer_to_the_printed_request_says_what_was_sent(scenes: Scenes):
    at = scenes("documented")
    made = request(PAGES["post_opportunity"], at, "application/json").response
    assert (made["Title"], made["Description"]) == ("some text", "some text")
    assert made["Contact"]["id"] == at.contact
    assert {each["id"] for each in made["Members"]} == {at.contact, at.participant}
    assert made["Responsible"]["Id"] == at.portal.id_of("ann")
    assert (made["BidType"], made["BidValue"], made["PerPeriodValue"]) == (0, 1.1, 1234)
    assert made["BidCurrency"]["Abbreviation"] == "CNY"
    assert made["Stage"]["id"] == at.stage
    assert made["SuccessProbability"] == 100
    assert made["ActualCloseDate"] == made["ExpectedCloseDate"] == "2008-04-10T06:30:00.0000000Z"
    assert made["IsPrivate"] is True
    assert {each["Id"] for each in made["AccessList"]} == {
        at.portal.id_of("ann"),
        at.portal.id_of("bob"),
    }
    value = made["CustomFields"][0]
    assert (value["EntityId"], value["id"]) == (made["id"], at.field)
    assert (value["FieldValue"], value["FieldType"]) == ("some text", 5)


@pytest.mark.parametrize("name", ["put_opportunity", "delete_opportunity"])
def test_what_the_printed_request_deleted_is_gone(name: str, scenes: Scenes):
    at = scenes(PAGES[name].profile)
    answer = request(PAGES[name], at, "application/json").response
    gone = answer[0] if isinstance(answer, list) else answer
    assert at.portal.call("GET", f"crm/opportunity/{gone['id']}").status == 404


def test_an_opportunity_with_nothing_in_it_has_every_documented_member(scenes: Scenes):
    at = scenes("documented")
    bare = {"contactid": 0, "members": [], "description": "", "bidType": 0, "bidValue": 0}
    unset = {"actualCloseDate": None, "expectedCloseDate": None, "customFieldList": []}
    zero = {"perPeriodValue": 0, "successProbability": 0, "isPrivate": False, "accessList": []}
    empty = at.opportunity(**bare, **unset, **zero)
    given = at.portal.call("GET", f"crm/opportunity/{empty}").response
    assert list(given) == list(PAGES["post_opportunity"].answer["response"])
    nothing = ("Contact", "ActualCloseDate", "ExpectedCloseDate")
    assert [given[name] for name in nothing] == [None, None, None]
    assert [given[name] for name in ("Members", "AccessList", "CustomFields")] == [[], [], []]
    assert (given["Description"], given["BidType"], given["BidValue"]) == ("", 0, 0.0)
    assert (given["PerPeriodValue"], given["SuccessProbability"]) == (0, 0)


def test_an_opportunity_with_everything_has_every_live_member(scenes: Scenes):
    at = scenes("live")
    given = at.portal.call("GET", f"crm/opportunity/{at.opportunity()}").response
    assert tuple(given) == live.OPPORTUNITY
    assert tuple(given["contact"]) == tuple(given["members"][0]) == live.CONTACT
    assert tuple(given["stage"]) == live.STAGE
    assert tuple(given["bidCurrency"]) == tuple(given["contact"]["currency"]) == live.CURRENCY
    assert tuple(given["accessList"][0]) == tuple(given["createBy"]) == live.EMPLOYEE
    assert tuple(given["customFields"][0]) == live.CUSTOM_FIELD


def test_an_opportunity_with_nothing_in_it_leaves_out_what_live_servers_leave_out(scenes: Scenes):
    at = scenes("live")
    zero = {"bidType": 0, "bidValue": 0, "perPeriodValue": 0, "successProbability": 0}
    bare = {"contactid": 0, "members": [], "customFieldList": [], "isPrivate": False}
    dates = {"actualCloseDate": None, "expectedCloseDate": None, "accessList": []}
    empty = at.opportunity(**zero, **bare, **dates)
    given = at.portal.call("GET", f"crm/opportunity/{empty}").response
    left_out = {"contact", "bidType", "bidValue", "perPeriodValue", "successProbability"}
    assert tuple(given) == tuple(name for name in live.OPPORTUNITY if name not in left_out)
    unset = "0001-01-01T00:00:00.0000000Z"
    assert given["actualCloseDate"] == given["expectedCloseDate"] == unset


@pytest.mark.parametrize("profile", ["live", "documented"])
@pytest.mark.parametrize("path", ["crm/opportunity/{}", "crm/opportunity/filter?count=2", "crm/x"])
def test_xml_says_what_json_says(profile: str, path: str, scenes: Scenes):
    at = scenes(profile)
    path = path.format(at.opportunity(title='<R&D> "§" 🏨', bidValue=0.0067, bidType=0))
    as_json = at.portal.call("GET", path, accept="application/json")
    as_xml = at.portal.call("GET", path, accept="text/xml")
    assert as_xml.status == as_json.status
    assert as_xml.text == xml_of(as_json.json, documented=profile == "documented")


def test_the_rule_makes_each_printed_json_the_printed_xml():
    printed = [page for page in PAGES.values() if page.answer]
    for page in printed:
        assert xml_of(page.answer, documented=page.profile == "documented") == page.xml
    assert len(printed) == 3


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_documented_envelope_has_no_further_key(name: str, scenes: Scenes):
    answer = request(PAGES[name], scenes("documented"), "application/json")
    assert list(answer.json) == ["status", "response"]


def test_a_documented_list_that_is_read_tells_its_place(scenes: Scenes):
    at = scenes("documented")
    at.opportunity(), at.opportunity()
    answer = at.portal.call("GET", "crm/opportunity/filter?count=1&startIndex=1").json
    assert list(answer) == ["status", "response", "count", "startIndex", "nextIndex", "total"]
    assert (answer["count"], answer["startIndex"]) == (1, 1)
    assert answer["nextIndex"] in (0, 2)


def test_a_documented_error_is_spelled_as_printed(scenes: Scenes):
    answer = scenes("documented").portal.call("GET", "crm/opportunity/2147483646")
    assert list(answer.json) == ["status", "statusCode", "error"]
    assert list(answer.json["error"]) == ["message", "hresult", "data"]


def test_the_request_beats_the_portal_and_the_answer_says_what_it_is(scenes: Scenes):
    at = scenes("documented")
    one = f"crm/opportunity/{at.opportunity()}"
    answer = at.portal.call("GET", one, accept='application/json; Profile="LIVE"')
    assert "title" in answer.response
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    untold = at.portal.call("GET", one, accept="application/json; profile=unheard-of")
    assert "Title" in untold.response
    assert 'profile="documented"' in untold.headers["Content-Type"]
    assert "accept" in untold.headers["Vary"].lower()


def test_people_are_documented_with_a_capital_id(scenes: Scenes):
    shown = scenes("documented").portal.call("GET", "people/@self").response
    assert next(iter(shown)) == "Id"
    assert "id" not in shown
