"""Custom fields, tags, categories and rates as pages of the settings."""

import re

import pytest

from tests.browser.test_shell import on_sqlite
from tests.crm.files.making import form
from tests.making import make_opportunity
from tests.running import Portal
from tests.security.test_page_routes import TOKEN, Visitor
from tests.ui.test_settings_pages import row, titles, toast, undo

DAILY = """<?xml version="1.0"?><ValCurs Date="01.11.2026"><Valute><CharCode>USD</CharCode>
<Nominal>1</Nominal><Value>81,5</Value></Valute><Valute><CharCode>EUR</CharCode>
<Nominal>1</Nominal><Value>94,25</Value></Valute></ValCurs>"""


@pytest.fixture
def root(portal: Portal) -> Visitor:
    return Visitor(portal.fresh(), "root")


@on_sqlite
@pytest.mark.parametrize(
    "path",
    ["task-categories", "history-categories", "contact-statuses", "contact-types"],
)
def test_a_list_is_changed_also_while_it_is_used_and_undone(root: Visitor, path: str):
    path = f"/settings/{path}"
    assert toast(root.post(path, {"title": "Another", "color": "#123456"}))[0] == "Added: Another"
    before = titles(root, path)
    id, first = row(root, path, "Another"), row(root, path, before[0])
    changed = root.post(f"{path}/save", {f"title-{first}": "First of all", "ids": id})
    assert titles(root, path) == ["Another", "First of all", *before[1:-1]]
    undo(root, changed)
    assert titles(root, path) == before
    undo(root, root.post(f"{path}/{id}/delete", {}))
    assert titles(root, path) == before
    for title in (before[1], ""):
        assert root.post(f"{path}/save", {f"title-{first}": title}).status == 400
    assert root.post(path, {"title": before[0]}).status == 400
    assert root.post(f"{path}/999999/delete", {}).status == 404


@on_sqlite
def test_looks_of_a_list_are_checked(root: Visitor):
    statuses, tasks = "/settings/contact-statuses", "/settings/task-categories"
    id, task = (
        row(root, statuses, titles(root, statuses)[0]),
        row(root, tasks, titles(root, tasks)[0]),
    )
    assert root.post(f"{statuses}/save", {f"color-{id}": "red"}).status == 400
    assert root.post(f"{tasks}/save", {f"image_name-{task}": "../x"}).status == 400
    changed = root.post(f"{statuses}/save", {f"color-{id}": "#010203"})
    assert "#010203" in root.get(statuses).text
    undo(root, changed)
    assert "#010203" not in root.get(statuses).text


def test_tasks_of_a_deleted_category_get_another(root: Visitor):
    path = "/settings/task-categories"
    gone, new = (row(root, path, title) for title in titles(root, path)[:2])
    sent = {"title": "Ring", "deadline": "2031-05-04", "categoryId": gone}
    sent["responsibleId"] = root.portal.id_of("ann")
    task = root.portal.call("POST", "crm/task", json=sent).response["id"]
    assert root.post(f"{path}/{gone}/delete", {}).status == 400
    assert root.post(f"{path}/merge", {"gone": gone, "new": gone}).status == 400
    assert root.post(f"{path}/merge", {"gone": gone, "new": new}).status == 303
    assert root.portal.call("GET", f"crm/task/{task}").response["category"]["id"] == new


def test_a_tag_is_renamed_and_deleted_on_its_records_and_undone(root: Visitor):
    deal = make_opportunity(root.portal)
    root.portal.call("POST", f"crm/opportunity/{deal}/tag", json={"tagName": "Old"})

    def tags() -> list[str]:
        found = root.portal.call("GET", f"crm/opportunity/tag/{deal}").response
        return [str(each) for each in found]

    renamed = root.post("/settings/tags/rename", {"title": "old", "new": "Fresh"})
    assert tags() == ["Fresh"]
    undo(root, renamed)
    deleted = root.post("/settings/tags/delete", {"title": "Old"})
    assert tags() == []
    undo(root, deleted)
    assert tags() == ["Old"]
    added = root.post("/settings/tags", {"title": "Spare"})
    assert toast(added)[0] == "Added: Spare"
    assert root.post("/settings/tags/rename", {"title": "Spare", "new": "OLD"}).status == 400
    assert root.post("/settings/tags", {"title": "spare"}).status == 400
    assert toast(root.post("/settings/tags/sweep", {}))[0] == "1 unused tag deleted"
    assert root.post("/settings/tags/rename", {"title": "Spare", "new": "x"}).status == 404


@on_sqlite
def test_a_field_is_previewed_made_changed_ordered_and_deleted(root: Visitor):
    path = "/settings/fields"
    fields: dict[str, object] = {"label": "Region", "type": 2, "options": "North\n South \n\nNorth"}
    shown = root.post(f"{path}/preview", fields).text
    assert re.findall(r"<option>(\w+)", shown) == ["North", "South"]
    assert toast(root.post(path, fields))[0] == "Added: Region"
    assert toast(root.post(path, {"label": "Note", "type": 1, "rows": 4}))[0] == "Added: Note"
    defined = root.portal.call("GET", "crm/opportunity/customfield/definitions").response
    region, note = defined[-2]["id"], defined[-1]["id"]
    assert defined[-2]["mask"] == '["North", "South"]'
    deal = make_opportunity(root.portal)
    filled = {"fieldValue": "North"}
    root.portal.call("POST", f"crm/opportunity/{deal}/customfield/{region}", json=filled)
    for options in ("South", ""):
        answer = root.post(f"{path}/{region}", {**fields, "options": options})
        assert answer.status == 400, options
    changed = root.post(
        f"{path}/{region}", {**fields, "label": "Area", "options": "North\nSouth\nEast"}
    )
    assert "Area" in root.get(path).text
    undo(root, changed)
    assert "Area" not in root.get(path).text
    ordered = root.post(f"{path}/order", {"ids": note})
    listed = root.portal.call("GET", "crm/opportunity/customfield/definitions").response
    assert listed[0]["id"] == note
    undo(root, ordered)
    undo(root, root.post(f"{path}/{note}/delete", {}))
    assert "1 record loses its value" in root.get(f"{path}/{region}/delete").text
    assert toast(root.post(f"{path}/{region}/delete", {})) == ("Deleted Region", "")
    assert root.get(f"{path}/{region}").status == 404
    for wrong in ({"label": ""}, {"label": "x", "type": 9}, {"label": "x", "type": "²"}):
        assert root.post(path, {**wrong}).status == 400, wrong


def test_rates_are_set_loaded_and_ended(root: Visitor):
    path = "/settings/rates"

    def rates() -> dict[str, float]:
        found = root.portal.call("GET", "crm/currency/rates").response
        return {f"{each['fromCurrency']}{each['toCurrency']}": each["rate"] for each in found}

    added = root.post(path, {"from": "EUR", "to": "USD", "rate": "1,25"})
    assert rates() == {"EURUSD": 1.25}
    undo(root, added)
    assert rates() == {}
    changed = root.post(f"{path}/currency", {"currency": "RUB"})
    load(root, DAILY)
    assert rates() == {"USDRUB": 81.5, "EURRUB": 94.25}
    assert "81.5" in root.get(path).text
    id = next(each["id"] for each in root.portal.call("GET", "crm/currency/rates").response)
    assert "1 November 2026" in root.get(f"{path}/{id}").text
    assert root.get(f"{path}/999999").status == 404
    ended = root.post(f"{path}/{id}/end", {})
    assert len(rates()) == 1
    undo(root, ended)
    assert len(rates()) == 2
    undo(root, changed)
    for source, rate in (("EUR", "x"), ("EUR", "-1"), ("XXX", "1")):
        sent = {"from": source, "to": "USD", "rate": rate}
        assert root.post(path, {**sent}).status == 400, sent
    for content in ("", "<x/>", "no table", "x" * 600_000):
        assert load(root, content) == 400, content[:9]


def load(root: Visitor, content: str) -> int:
    token = TOKEN.search(root.get("/more").text)
    assert token
    body, headers = form(("daily.xml", content.encode()), texts={"csrf": token[1]})
    headers |= {"Cookie": f"asc_auth_key={root.portal.ground.tokens['root']}"}
    return root.portal.call(
        "POST", "/settings/rates/load", as_=None, accept="text/html", headers=headers, body=body
    ).status
