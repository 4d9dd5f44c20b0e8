"""The settings as pages over HTTP: who gets them, what forms change, and that it can be undone."""

import re
from html import unescape
from json import loads
from urllib.parse import unquote

import pytest

from dealwright import app
from tests.browser.test_shell import on_sqlite
from tests.making import make_opportunity
from tests.running import Answer, Portal
from tests.security.test_page_routes import Visitor

SETTINGS = [each for each in app.page_routes().routes if each.template.startswith("settings")]


@pytest.fixture
def root(portal: Portal) -> Visitor:
    return Visitor(portal.fresh(), "root")


def toast(answer: Answer) -> tuple[str, str]:
    """What a change says, and the address that takes it back."""
    assert answer.status == 303, answer.text
    cookies = [each for each in answer.headers.get_all("Set-Cookie") or [] if "dw_toast=" in each]
    sentence, undo = loads(unquote(cookies[0].partition("=")[2].partition(";")[0]))
    return sentence, undo


def undo(root: Visitor, answer: Answer) -> None:
    assert toast(root.post(toast(answer)[1], {}))[0] == "Undone"


def titles(root: Visitor, path: str) -> list[str]:
    found = re.findall(r'name="title-\d+" value="([^"]*)"', root.get(path).text)
    return [unescape(each) for each in found]


def row(root: Visitor, path: str, title: str) -> int:
    found = re.search(rf'name="title-(\d+)" value="{re.escape(title)}"', root.get(path).text)
    assert found, title
    return int(found[1])


@on_sqlite
def test_only_administrators_get_the_settings_and_see_the_way_there(portal: Portal):
    for route in SETTINGS:
        path = "/" + re.sub(r"\{\w+(?::\w+)?\}", "1", route.template)
        for name in ("bob", "gus"):
            visitor = Visitor(portal, name)
            answer = visitor.get(path) if route.method == "GET" else visitor.post(path, {})
            assert answer.status == 403, (name, path)
    assert "You may not do this" in Visitor(portal, "bob").get("/settings").text
    assert 'href="/settings"' not in Visitor(portal, "bob").get("/more").text
    assert 'href="/settings"' in Visitor(portal, "root").get("/more").text
    assert Visitor(portal, "root").get("/settings").headers["Location"] == "/settings/stages"


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/settings/pipelines", "/settings/loss-reasons"], ids=lambda path: path[10:]
)
def test_a_list_is_added_to_renamed_ordered_and_undone(root: Visitor, path: str):
    for title in ("Second", "Third"):
        assert toast(root.post(path, {"title": title}))[0] == f"Added: {title}"
    before = titles(root, path)
    ids = [row(root, path, each) for each in before]
    changed = root.post(
        f"{path}/save", {f"title-{ids[-1]}": "Renamed", "ids": ids[-1], "up": ids[-1]}
    )
    assert titles(root, path) == ["Renamed", *before[:-1]]
    undo(root, changed)
    assert titles(root, path) == before
    deleted = root.post(f"{path}/{ids[-1]}/delete", {})
    assert titles(root, path) == before[:-1]
    undo(root, deleted)
    assert titles(root, path) == before
    refused = root.post(path, {"title": " "})
    assert refused.status == 400
    assert "title must not be empty" in refused.text


@on_sqlite
def test_a_reason_can_be_demanded_and_undone(root: Visitor):
    answer = root.post("/settings/loss-reasons/rule", {"required": "on"})
    assert root.portal.call("GET", "crm/settings/lossreason").response == {"isRequired": True}
    undo(root, answer)
    assert root.portal.call("GET", "crm/settings/lossreason").response == {"isRequired": False}


@on_sqlite
def test_stages_are_changed_while_they_are_used_and_undone(root: Visitor):
    path = "/settings/stages"
    first, second = titles(root, path)[:2]
    id, other = row(root, path, first), row(root, path, second)
    make_opportunity(root.portal, stageid=id)
    form: dict[str, object] = {
        f"title-{id}": "Lead", f"probability-{id}": 15, f"limit-{id}": 9, f"color-{id}": "#102030",
        "ids": other,
    }  # fmt: skip
    effect = root.post(f"{path}/effect", form)
    assert "will be called Lead everywhere" in effect.text
    assert "no mark changes" in effect.text
    changed = root.post(f"{path}/save", form)
    stage = root.portal.call("GET", f"crm/opportunity/stage/{id}").response
    shown = (stage["title"], stage["successProbability"], stage["rottingDays"], stage["color"])
    assert shown == ("Lead", 15, 9, "#102030")
    assert titles(root, path)[:2] == [second, "Lead"]
    undo(root, changed)
    assert titles(root, path)[:2] == [first, second]
    for name, value in (("probability", "101"), ("limit", "soon"), ("title", ""), ("color", "red")):
        refused = root.post(f"{path}/save", {f"{name}-{id}": value})
        assert refused.status == 400, name
        assert name in refused.text


def test_opportunities_of_a_removed_stage_move(root: Visitor):
    path = "/settings/stages"
    first, second = titles(root, path)[:2]
    id, other = row(root, path, first), row(root, path, second)
    deal = make_opportunity(root.portal, stageid=id)
    assert "opportunity is on it" in root.get(f"{path}/{id}/remove").text
    won = row(root, path, "Closure/Transaction")
    for target in (0, id, won, 999_999):
        assert root.post(f"{path}/{id}/remove", {"target": target}).status == 400
    removed = root.post(f"{path}/{id}/remove", {"target": other})
    assert toast(removed) == (f"Removed the stage {first}", "")
    moved = root.portal.call("GET", f"crm/opportunity/{deal}").response["stage"]
    assert moved["id"] == other
    empty = row(root, path, titles(root, path)[2])
    before = titles(root, path)
    undo(root, root.post(f"{path}/{empty}/remove", {}))
    assert titles(root, path) == before
    assert root.post(f"{path}/999999/remove", {}).status == 404


FIELDS = (
    *("title", "label", "name", "first_name", "last_name", "email", "role", "to", "off", "new"),
    *("kind", "pipeline", "type", "probability", "limit", "color", "place", "target", "ids"),
    *("up", "owner", "options", "size", "rows", "gone", "from", "rate", "currency", "days"),
    *("language", "timezone", "host", "port", "security", "user", "password", "dialect"),
    *("members", "manager", "introduction", "tags", "responsible", "share", "stage", "fields"),
    *("notify", "return_urls", "city", "country", "title-1", "limit-1", "color-1", "sender_name"),
    *("probability-1", "image_name-1", "opportunities", "tasks", "undone", "sender_address"),
)
HOSTILE = ("\0", "9" * 4400, "²", "-1", "\ud83d", "x" * 70_000, "%s{{7*7}}<script>")


def test_no_form_of_the_settings_fails_for_what_is_typed(root: Visitor):
    """Each field holds the same hostile value, of records that are there and of others."""
    for route in SETTINGS:
        ended = ("end-sessions", "backup", "link", "currency")
        if route.method != "POST" or route.template.endswith(ended):
            continue
        path = "/" + re.sub(r"\{\w+(?::\w+)?\}", "1", route.template)
        for value in HOSTILE:
            form: dict[str, object] = dict.fromkeys(FIELDS, value.encode("utf-8", "surrogatepass"))
            answer = root.post(path, form)
            assert answer.status < 500, (path, value[:9], answer.text)
            assert "<script>" not in answer.text.replace("<script ", "")
