"""What somebody wrote comes back as data, whatever it says: no answer is a page that a browser
would run, and the pages that there are run nothing but their own files."""

import json
import re
from html import escape, unescape
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree, html

from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "javascript:alert(1)//",
    "[click](javascript:alert(1))",
    "'-alert(1)-'",
    "</script><script>alert(1)</script>",
    "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'>",
    "{{constructor.constructor('alert(1)')()}}",
    "=HYPERLINK(1)",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
ACCEPTED = (
    "text/html,application/xhtml+xml,*/*;q=0.8",  # as a browser that opens the address
    "application/json",
    "text/xml",
    'application/json; profile="documented"',
    'text/xml; profile="documented"',
)
KINDS = ("application/json; charset=utf-8", "text/xml; charset=utf-8")


def demand_data(answer: Answer) -> None:
    """No browser takes this for a page."""
    kind = re.sub(r'; profile="\w+"', "", answer.headers["Content-Type"])
    assert kind in KINDS, kind
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert len(answer.headers.get_all("Content-Type")) == 1


def texts_in(value: Any) -> set[str]:
    match value:
        case dict():
            return {text for each in value.values() for text in texts_in(each)}
        case list():
            return {text for each in value for text in texts_in(each)}
    return {str(value)}


def said_in(answer: Answer) -> set[str]:
    if answer.headers["Content-Type"].startswith("text/xml"):
        root = etree.fromstring(answer.body)
        assert not root.xpath("//processing-instruction()|//comment()")
        known = re.compile(r"[A-Za-z]+")
        assert all(known.fullmatch(str(each.tag)) for each in root.iter()), "no namespaces"
        return {each.text or "" for each in root.iter()}
    return texts_in(json.loads(answer.body))


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_comes_back_as_the_text_it_is(place: Portal, script: str):
    tagged = make_opportunity(
        place, title=script, description=script, externalId=f"{script}{len(SCRIPTS)}"
    )
    person = make_person(place, firstName=script, lastName=script, jobTitle=script, about=script)
    place.call("POST", f"crm/opportunity/{tagged}/tag", json={"tagName": script})
    kept = {"title": script, "label": script, "description": script, "color": "#ff0000"}
    kept["fieldType"] = "CheckBox"
    for path in ("opportunity/stage", "contact/status", "opportunity/customfield"):
        made = place.call("POST", f"crm/{path}", json=kept, as_="root")
        assert made.status == 201, made.text
    for accept in ACCEPTED:
        for path in (
            f"crm/opportunity/{tagged}",
            f"crm/opportunity/{tagged}/tag",
            f"crm/opportunity/{tagged}/audit",
            f"crm/contact/{person}",
            "crm/opportunity/stage",
            "crm/contact/status",
            "crm/opportunity/customfield/definitions",
            "crm/opportunity/tag",
            "crm/opportunity/filter?sortBy=created&sortOrder=descending&count=1",
        ):
            answer = place.call("GET", path, accept=accept)
            demand_data(answer)
            assert any(script in each for each in said_in(answer)), path
    place.call("DELETE", f"crm/opportunity/{tagged}")
    place.call("DELETE", f"crm/opportunity/{tagged}/tag", json={"tagName": script})
    for answer in (place.call("GET", "crm/trash"), place.call("GET", "crm/trash.xml")):
        demand_data(answer)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize("accept", ACCEPTED)
def test_a_refusal_that_repeats_what_was_sent_is_data_too(place: Portal, accept: str):
    for script in SCRIPTS:
        payload = quote(script, safe="")
        for path in (
            f"crm/opportunity/filter?sortBy={payload}",
            f"crm/opportunity/filter?stageType={payload}",
            f"crm/opportunity/filter?cursor={payload}",
            f"crm/{payload}",
            f"people/{payload}",
            f"crm/opportunity/1{payload}",
            f"crm/currency/rates/{payload}/EUR",
            f"?error={payload}",
        ):
            for who in ("ann", None):
                answer = place.call("GET", path, as_=who, accept=accept)
                assert answer.status >= 400
                demand_data(answer)
        for body, kind in ((script, "text/html"), (script, "application/json"), (script, "a/b")):
            answer = place.call(
                "POST",
                "crm/opportunity",
                body=body.encode(),
                headers={"Content-Type": kind},
                accept=accept,
            )
            demand_data(answer)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path",
    ["/index.html", "/<script>alert(1)</script>", "/static/", "/static/x.html", "/docs/x"],
)
def test_an_address_that_is_no_page_answers_data(place: Portal, path: str):
    for method in ("GET", "POST"):
        answer = place.call(method, quote(path), as_=None, accept="application/json")
        assert answer.status == 404
        demand_data(answer)
        page = place.call(method, quote(path), as_=None, accept="text/html")
        assert page.status == answer.status
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script>alert" not in page.text


PICTURES = (
    "/skins/default/images/default_user_photo_size_32-32.png",
    "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&cid=1&isc=False&ps=1",
    "/Products/CRM/HttpHandlers/filehandler.ashx?isc=True&cid=<script>alert(1)</script>",
)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_opened_by_itself_runs_nothing(place: Portal, path: str):
    answer = place.call("GET", quote(path, safe="/?&="), as_=None)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert b"script" not in answer.body


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
class TestThePages:
    """The reference is the one page that runs something: files of our own, and nothing else."""

    def test_the_reference_runs_only_its_own_files(self, place: Portal):
        page = place.call("GET", "/docs", as_=None)
        policy = dict(
            each.strip().partition(" ")[::2]
            for each in page.headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "http" not in page.headers["Content-Security-Policy"]
        tree = html.fromstring(page.text)
        scripts = tree.findall(".//script")
        assert len(scripts) >= 2
        assert [each for each in scripts if each.text or not each.get("src")] == []
        attributes = [pair for each in tree.iter(etree.Element) for pair in each.items()]
        assert [name for name, _ in attributes if name.startswith("on")] == []
        addresses = [value for name, value in attributes if name in ("src", "href")]
        assert len(addresses) >= 6
        assert [each for each in addresses if not re.match(r"/\w", each)] == []
        assert page.headers["X-Content-Type-Options"] == "nosniff"

    def test_every_file_of_it_is_what_it_says(self, place: Portal):
        page = place.call("GET", "/docs", as_=None).text
        paths = re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page)
        assert {path.rpartition(".")[2] for path in paths} >= {"js", "css"}
        for path in paths:
            answer = place.call("GET", path, as_=None)
            assert answer.status == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            kind = answer.headers["Content-Type"].partition(";")[0]
            expected = {
                "js": "application/javascript",
                "css": "text/css",
                "svg": "image/svg+xml",
                "json": "application/json",
            }
            assert kind == expected[path.rpartition(".")[2]]

    def test_the_description_holds_nothing_that_a_user_wrote(self, place: Portal):
        before = place.call("GET", "/openapi.json", as_=None).text
        for script in SCRIPTS:
            make_opportunity(place, title=script)
        assert place.call("GET", "/openapi.json", as_=None).text == before

    def test_public_pages_show_nothing_of_the_portal(self, place: Portal):
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
            answer = place.call("GET", path, as_=None)
            assert answer.status == 200
            for word in ("example.com", "Archer", place.database, "sqlite"):
                assert word not in answer.text
            assert answer.headers["Server"] is None


def test_escaping_is_done_once_and_not_in_what_is_kept(place: Portal):
    """A text that is escaped already stays so, and one that is not is kept as it is."""
    for text in (escape(SCRIPTS[0]), unescape("&amp;lt;b&amp;gt;"), "&#60;script&#62;"):
        made = make_opportunity(place, title=text)
        assert place.call("GET", f"crm/opportunity/{made}").response["title"] == text
        shown = etree.fromstring(place.call("GET", f"crm/opportunity/{made}.xml").body)
        assert shown.findtext("response/title") == text
