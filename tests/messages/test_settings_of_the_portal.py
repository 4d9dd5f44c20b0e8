"""Organisation, mail server, tokens, trash, access and dialect as pages of the settings."""

import asyncio
import re
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image

from dealwright import app
from dealwright.crm.trash.actions import purge_expired
from dealwright.work import Work
from tests.browser.test_shell import on_sqlite
from tests.crm.files.making import form
from tests.making import make_opportunity
from tests.running import Answer, Portal
from tests.security.test_page_routes import TOKEN, Visitor
from tests.ui.test_settings_pages import toast, undo


@pytest.fixture
def root(portal: Portal) -> Visitor:
    return Visitor(portal.fresh(), "root")


def draw(root: Visitor, content: bytes, **texts: str) -> Answer:
    token = TOKEN.search(root.get("/more").text)
    assert token
    body, headers = form(("logo.png", content), texts={"csrf": token[1], **texts})
    headers |= {"Cookie": f"asc_auth_key={root.portal.ground.tokens['root']}"}
    path = "/settings/organisation/logo"
    return root.portal.call("POST", path, as_=None, accept="text/html", headers=headers, body=body)


@on_sqlite
def test_the_organisation_is_named_placed_and_drawn(root: Visitor):
    path = "/settings/organisation"
    changed = root.post(path, {"name": "Birchwood", "city": "Graz", "country": "AT"})
    assert 'value="Graz"' in root.get(path).text
    undo(root, changed)
    assert 'value="Graz"' not in root.get(path).text
    placed = root.post(f"{path}/locale", {"language": "ru", "timezone": "Asia/Tokyo"})
    assert root.portal.call("GET", "settings").response["culture"].startswith("ru")
    assert toast(root.post(toast(placed)[1], {}))[0] == "Отменено"  # still said in Russian
    assert root.portal.call("GET", "settings").response["culture"].startswith("en")
    picture = BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "PNG")
    assert toast(draw(root, picture.getvalue()))[0] == "Logo saved"
    assert "data:image/" in root.get(path).text
    assert draw(root, b"no picture").status == 400
    assert draw(root, b"", remove="1").status == 303
    assert "data:image/" not in root.get(path).text
    for wrong in ({"language": "xx"}, {"timezone": "Nowhere"}):
        assert root.post(f"{path}/locale", {**wrong}).status == 400


@on_sqlite
def test_the_mail_server_is_set_without_showing_its_password(root: Visitor):
    path = "/settings/mail"
    sent: dict[str, object] = {
        "host": "mail.example.com", "port": 587, "security": "starttls", "user": "crm",
        "password": "s3cret", "sender_address": "crm@example.com", "check_certificate": "on",
    }  # fmt: skip
    assert toast(root.post(path, sent))[1] == ""
    page = root.get(path).text
    assert "mail.example.com" in page
    assert "s3cret" not in page
    renamed = root.post(path, {**sent, "password": "", "sender_name": "Sales"})
    assert "s3cret" not in str(renamed.headers)
    assert 'value="Sales"' in root.get(path).text
    undo(root, renamed)
    assert 'value="Sales"' not in root.get(path).text
    assert root.portal.call("GET", "crm/settings/smtp", as_="root").response["hasPassword"] is True
    for wrong in ({"port": "x"}, {"security": "x"}, {"host": "a b"}, {"sender_address": "x"}):
        assert root.post(path, {**sent, **wrong}).status == 400, wrong
    assert root.post(f"{path}/test", {}).status == 400  # nothing listens there
    assert toast(root.post(path, {"host": ""}))[0] == "No letters are sent any more"
    assert "Send me a letter" not in root.get(path).text


@on_sqlite
def test_a_token_of_anybody_is_revoked(root: Visitor):
    wanted = {"title": "Report", "scope": "read"}
    made = root.portal.call("POST", "people/@self/tokens", json=wanted, as_="bob").response
    page = root.get("/settings/tokens").text
    assert "Report" in page
    assert "Bob" in page
    assert made["token"] not in page
    answer = root.post(f"/settings/tokens/{made['id']}/revoke", {})
    assert toast(answer)[0] == "Revoked: Report"
    headers = {"Authorization": made["token"]}
    assert root.portal.call("GET", "people/@self", as_=None, headers=headers).status == 401
    assert root.post(f"/settings/tokens/{made['id']}/revoke", {}).status == 404


def purged(root: Visitor, *, days_later: int) -> int:
    async def run(work: Work) -> int:
        now = work.now + days_later * 86_400_000_000
        return await purge_expired(work.session, now=now, limit=100, settings=work.settings)

    return asyncio.run(app.offline(root.portal.settings, run))


def test_the_trash_is_kept_as_long_as_chosen(root: Visitor):
    deal = make_opportunity(root.portal)
    root.portal.call("DELETE", f"crm/opportunity/{deal}")

    def kept() -> int:
        shown = root.portal.call("GET", "crm/trash", as_="root").response[0]
        gone, goes = (datetime.fromisoformat(shown[key]) for key in ("deletedOn", "expiresOn"))
        return (goes - gone).days

    assert kept() == 30
    changed = root.post("/settings/trash", {"days": "400"})
    assert kept() == 400
    assert purged(root, days_later=399) == 0
    undo(root, changed)
    assert kept() == 30
    root.post("/settings/trash", {"days": "2"})
    assert purged(root, days_later=3) == 1
    for wrong in ("0", "x", "36501", ""):
        assert root.post("/settings/trash", {"days": wrong}).status == 400, wrong


@on_sqlite
def test_new_opportunities_are_private_if_the_portal_says_so(root: Visitor):
    ticked = r'name="private" checked'
    assert not re.search(ticked, root.get("/opportunities/new").text)
    changed = root.post("/settings/access", {"new": "private"})
    assert re.search(ticked, root.get("/opportunities/new").text)
    stage = root.portal.call("GET", "crm/opportunity/stage").response[0]["id"]
    root.post("/opportunities/quick-add", {"stage": stage, "text": "Hidden one"})
    [made] = root.portal.call("GET", "crm/opportunity/filter", as_="root").response
    assert (made["title"], made["isPrivate"]) == ("Hidden one", True)
    undo(root, changed)
    assert not re.search(ticked, root.get("/opportunities/new").text)


@on_sqlite
def test_the_dialect_changes_at_once(root: Visitor):
    changed = root.post("/settings/wire", {"dialect": "documented"})
    answer = root.portal.call("GET", "people/@self", accept="*/*")
    assert "DisplayName" in answer.text
    undo(root, changed)
    assert "displayName" in root.portal.call("GET", "people/@self", accept="*/*").text
