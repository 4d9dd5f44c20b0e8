"""Web forms, backups and health as pages of the settings."""

import io
import re
import time
import zipfile
from html import unescape

import pytest

from tests.browser.test_shell import on_sqlite
from tests.running import Portal
from tests.security.test_page_routes import Visitor
from tests.ui.test_settings_pages import toast, undo


@pytest.fixture
def root(portal: Portal) -> Visitor:
    return Visitor(portal.fresh(), "root")


def test_a_form_is_made_previewed_opened_and_pasted(root: Visitor):
    made = root.post("/settings/forms", {"title": "Demo <b>"})
    path = made.headers["Location"]
    assert "Made" in toast(made)[0]
    choices: dict[str, object] = {
        "title": "Demo", "introduction": "Tell <us>", "is_open": "on", "makes_opportunity": "on",
        "responsible": root.portal.id_of("bob"), "tags": "web\n\nnew", "share": "0", "stage": "0",
        "return_urls": "https://www.example.com/thanks",
    }  # fmt: skip
    shown = root.post(f"{path}/preview", choices).text
    assert "Tell &lt;us&gt;" in shown
    changed = root.post(path, choices)
    page = root.get(path).text
    found = re.search(r'<textarea class="input code"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    pasted = unescape(found[1])
    key = re.search(r'name="web_form_key" value="([^"]+)"', pasted)
    assert key
    sent = {"web_form_key": key[1], "firstname": "Pat", "contactinfo_email_1": "pat@example.com"}
    address = re.search(r'action="https?://[^/]+([^"]+)"', pasted)
    assert address
    answer = root.portal.call("POST", address[1], as_=None, form=sent)
    assert answer.status == 302, answer.text
    [deal] = root.portal.call("GET", "crm/opportunity/filter", as_="bob").response
    assert deal["responsible"]["id"] == root.portal.id_of("bob")
    undo(root, changed)
    assert root.portal.call("GET", f"/form/{key[1]}", as_=None).status == 404
    for wrong in ({"return_urls": "x"}, {"responsible": "nobody"}, {"stage": "999999"}):
        refused = root.post(path, {**choices, **wrong})
        assert refused.status == 400, wrong
    assert root.post("/settings/forms", {"title": ""}).status == 400
    root.post(path, choices)
    root.post(f"{path}/key", {})
    assert key[1] not in root.get(path).text
    root.post(f"{path}/delete", {})
    assert root.get(path).status == 404


def archives(root: Visitor) -> list[str]:
    return re.findall(r'href="(/settings/backup/archive/[^"]+)"', root.get("/settings/backup").text)


def wait_for_archive(root: Visitor) -> None:
    for _ in range(600):
        if archives(root):
            return
        time.sleep(0.1)
    raise AssertionError("no backup was made")


@on_sqlite
def test_a_backup_is_made_listed_and_given_to_the_owner_alone(root: Visitor):
    path = "/settings/backup"
    assert "No backups yet" in root.get(path).text
    assert toast(root.post(path, {}))[1] == ""
    assert root.post(path, {}).status == 400  # one is made already
    wait_for_archive(root)
    [address] = archives(root)
    answer = root.get(address)
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert "manifest.json" in archive.namelist()
    root.post(f"/settings/people/{root.portal.id_of('cid')}/role", {"role": "admin"})
    cid = Visitor(root.portal, "cid")
    assert cid.get(path).status == 200
    assert archives(cid) == []
    assert cid.get(address).status == 403
    for name in ("..%2F..%2Fportal.db", "manifest.json", "dealwright-20010101T000000Z.zip"):
        assert root.get(f"{path}/archive/{name}").status == 404, name
    root.post(f"/settings/people/{root.portal.id_of('cid')}/role", {"role": "crm_admin"})
    assert cid.get(path).status == 403
    menu = cid.get("/settings/stages").text
    assert 'href="/settings/mail"' in menu
    assert 'href="/settings/backup"' not in menu


@on_sqlite
def test_a_backup_each_day_is_switched_and_undone(root: Visitor):
    path = "/settings/backup"
    switched = root.post(f"{path}/daily", {"daily": "on"})
    assert "none is planned" not in root.get(path).text
    wait_for_archive(root)
    undo(root, switched)
    assert "none is planned" in root.get(path).text


def test_health_tells_versions_and_findings(root: Visitor):
    page = root.get("/settings/health").text
    assert "Work that waits" in page
    checked = root.post("/settings/health", {})
    assert checked.status == 200
    assert "Everything is right" in checked.text
