"""Text stays text: what looks like SQL, a pattern, a search expression, XML or a header is looked
for, kept and shown as it stands, and does nothing."""

import json
import socket
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from lxml import etree
from sqlalchemy import func, select

from dealwright.storage import schema
from dealwright.storage.text import words
from tests.making import make_opportunity, make_person, stored
from tests.running import Answer, Portal

SQL = (
    "' OR '1'='1",
    "' OR 1=1 --",
    '" OR ""="',
    "') OR ('1'='1",
    "1; DROP TABLE opportunity; --",
    "'; DELETE FROM person; --",
    "' UNION SELECT password_hash FROM person --",
    "') UNION ALL SELECT 1,2,3,4,5,6,7,8,9,hash FROM token --",
    "x' AND (SELECT count(*) FROM token) > 0 --",
    "' || (SELECT secret FROM portal) || '",
    "$$; SELECT pg_sleep(30); $$",
    "'; SELECT pg_sleep(30) --",
    "' AND 1=randomblob(1000000000) --",
    "\\'; DROP TABLE tag; --",
    "%' ESCAPE '\\' OR 1=1 --",
    "/**/OR/**/1=1",
    "`id`",
    "[id]",
    "?1",
    "$1",
    ":actor",
    ":needle_0",
    "%(actor)s",
    "{actor}",
    "json_each('[1]')",
    "1 OR opportunity.is_private",
)
# What the two full-text engines, LIKE, GLOB and regular expressions take for more than a word.
PATTERNS = (
    "%",
    "_",
    "%%%",
    "*",
    "?",
    "[a-z]",
    "^",
    ".*",
    "(",
    ")",
    '"',
    '""',
    '"unclosed',
    "-",
    "+",
    ":",
    "&",
    "|",
    "!",
    "<->",
    "a:*",
    "title:",
    "words : a",
    "{words}",
    "NEAR(a b, 5)",
    'a" OR NEAR( * : ^ -',
    "AND",
    "OR NOT",
    "a AND",
    "NOT a",
    "a OR b",
    "'a' & !'b'",
    "^a",
    "a^2",
    "\\",
    "\\%",
)


@pytest.fixture
def own(place: Portal) -> Portal:
    if not place.call("GET", "crm/opportunity/filter?count=1").json["total"]:
        for _ in range(3):
            make_opportunity(place, title="Plain words", description="nothing more")
            make_person(place, firstName="Plain", lastName="Person")
    return place


VOCABULARY = ("plain", "words", "nothing", "more", "person")


def tables(portal: Portal) -> list[int]:
    """How many rows there are of what an attack would be after."""
    kinds = (schema.opportunity, schema.contact, schema.person, schema.token, schema.stage)
    return [stored(portal, select(func.count()).select_from(each))[0][0] for each in kinds]


def harmless(answer: Answer) -> Answer:
    assert answer.status < 500, answer.text
    for word in ("sqlite3", "asyncpg", "syntax error", "$argon2", "Traceback"):
        assert word not in answer.text
    return answer


SEARCHES = (
    "crm/opportunity/filter?filterValue={}",
    "crm/opportunity/summary?filterValue={}",
    "crm/opportunity/byprefix?prefix={}",
    "crm/contact/filter?filterValue={}",
    "crm/contact/simple/filter?filterValue={}",
    "crm/contact/byprefix?prefix={}",
    "crm/trash?filterValue={}",
    "people/search?query={}",
    "people/filter?filterValue={}",
    "group/search?groupName={}",
)


@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_looks_for_words_and_for_nothing_else(own: Portal, path: str):
    before = tables(own)
    for text in (*SQL, *PATTERNS):
        answer = harmless(own.call("GET", path.format(quote(text))))
        assert answer.status == 200
        request = words(text)
        # A name that is looked for by nothing is any name.
        may_be_found = bool(request) or "prefix" in path
        if not (may_be_found and all(any(a in b for b in VOCABULARY) for a in request)):
            assert "Plain" not in answer.text, text
    assert tables(own) == before


def test_a_pattern_finds_only_itself(own: Portal):
    """No character stands for any other one."""
    word = "w" + uuid4().hex[:10]
    make_opportunity(own, title=word)
    make_person(own, firstName=word, lastName=word)
    end = word[4:]
    for sign in ("_", "%", "*", "?", ".", ".*", "[a-z]", "\\w", "%_%"):
        for request in (sign + end, word[:4] + sign + word[5:], f"{sign}{sign}{end}"):
            for path in (SEARCHES[0], SEARCHES[3], SEARCHES[4]):
                assert word not in own.call("GET", path.format(quote(request))).text, (
                    path,
                    request,
                )
    for path in (SEARCHES[0], SEARCHES[2], SEARCHES[3], SEARCHES[5]):
        assert word in own.call("GET", path.format(word)).text, path


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "parameter", ["sortBy", "sortOrder", "fields", "cursor", "filterBy", "filterOp"]
)
@pytest.mark.parametrize(
    "path",
    [
        "crm/opportunity/filter",
        "crm/contact/filter",
        "crm/trash",
        "people/filter",
        "crm/opportunity/stage",
        "crm/opportunity/tag",
    ],
)
def test_what_orders_and_cuts_a_list_is_a_name_and_no_expression(
    own: Portal, path: str, parameter: str
):
    before = tables(own)
    more = (
        "id desc",
        "id;",
        "(select 1)",
        "id,(select hash from token)",
        "opportunity.id",
        "o.title",
        "created_by",
        "1",
        "random()",
        "case when 1=1 then id else title end",
        "id collate nocase",
        "password",
        "__class__",
        "title.__class__",
    )
    for text in (*SQL, *more):
        answer = harmless(own.call("GET", f"{path}?{parameter}={quote(text)}"))
        if parameter == "sortBy" and path.startswith("crm/opportunity/filter"):
            first = text.split(",")[0].strip().lower()
            assert answer.status == (200 if first == "id" else 400), text
        if parameter in ("sortOrder", "filterBy", "filterOp"):
            assert answer.status == 200, answer.text
        if parameter == "fields":
            row = answer.response[0] if answer.response else {}
            assert set(row) <= {"id"}, text
    assert tables(own) == before


@pytest.mark.parametrize("path", ["crm/opportunity/filter?tags={}", "crm/contact/filter?tags={}"])
def test_a_tag_is_compared_and_not_run(own: Portal, path: str):
    made = make_opportunity(own, title="tagged")
    person = make_person(own, firstName="Tagged", lastName="Person")
    kind, number = ("contact", person) if "contact" in path else ("opportunity", made)
    for text in (*SQL[:8], "a%", "_b", "[c]"):
        assert own.call("GET", path.format(quote(text))).response == []
        tagged = own.call("POST", f"crm/{kind}/{number}/tag", json={"tagName": text})
        assert tagged.status == 201, tagged.text
        found = own.call("GET", path.format(quote(text))).response
        assert [row["id"] for row in found] == [number]
        for path_of_tag in (f"crm/{kind}/{number}/tag", f"crm/{kind}/tag"):
            gone = own.call("DELETE", path_of_tag, json={"tagName": text}, as_="root")
            assert gone.status == 200


def test_numbers_guids_dates_and_names_take_no_sql(own: Portal):
    before = tables(own)
    for text in SQL:
        payload = quote(text)
        for path in (
            f"crm/opportunity/filter?responsibleid={payload}",
            f"crm/opportunity/filter?opportunityStagesid={payload}",
            f"crm/opportunity/filter?contactid={payload}",
            f"crm/opportunity/filter?stageType={payload}",
            f"crm/opportunity/filter?fromDate={payload}",
            f"crm/contact/filter?contactStage={payload}",
            f"crm/contact/byprefix?searchType={payload}",
            f"people/filter?groupId={payload}",
        ):
            assert harmless(own.call("GET", path)).status == 400, path
        for path in (
            f"settings/security/{payload}",
            f"people/{payload}",
            f"people/email?email={payload}",
            f"crm/currency/rates/{payload}/EUR",
            f"crm/settings/currency/convert?amount=1&fromCurrency={payload}&toCurrency=EUR",
        ):
            assert harmless(own.call("GET", path)).status in (400, 404), path
    assert tables(own) == before


def test_a_sign_in_takes_no_sql(own: Portal):
    before = tables(own)
    for number, text in enumerate(SQL[:12]):
        payload = {"userName": f"{text}{number}", "password": text}
        answer = harmless(own.call("POST", "authentication", json=payload, as_=None))
        assert answer.status in (401, 429)
        headers = {"Authorization": text.replace("\\", "")}
        assert own.call("GET", "people/@self", as_=None, headers=headers).status == 401
    assert tables(own) == before


@pytest.mark.parametrize("texts", [SQL, PATTERNS], ids=["SQL", "patterns"])
def test_a_text_that_is_kept_is_kept_as_it_stands_and_runs_nowhere_later(
    own: Portal, texts: tuple[str, ...]
):
    """Also where it comes back into a statement: as the key of a sort, of a cursor, of a record."""
    deals = {_deal(own, text) for text in texts}
    people = {
        make_person(own, firstName=text, lastName=text, jobTitle=text, about=text) for text in texts
    }
    for path, sort, made in (
        ("crm/opportunity/filter", "description", deals),
        ("crm/opportunity/filter", "title", deals),
        ("crm/contact/filter", "about", people),
        ("crm/contact/filter", "lastName", people),
    ):
        assert made <= _by_cursor(own, path, sort)
    own.call("PUT", "crm/opportunity", json={"opportunityids": [*deals]})
    own.call("PUT", "crm/contact", json={"contactids": [*people]})


def _deal(portal: Portal, text: str) -> int:
    key = f"{uuid4().hex}{text.replace('/', '')}"  # a slash would end the segment of the address
    made = make_opportunity(portal, title=text, description=text, externalId=key)
    shown = portal.call("GET", f"crm/opportunity/{made}").response
    assert (shown["title"], shown["description"]) == (text, text)
    payload = {
        "title": text,
        "description": text,
        "responsibleid": portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
    }
    upserted = portal.call("PUT", f"crm/opportunity/by-external/{quote(key)}", json=payload)
    assert (upserted.status, upserted.response["id"]) == (200, made)
    return made


def _by_cursor(portal: Portal, path: str, sort: str) -> set[int]:
    found: set[int] = set()
    cursor: str | None = ""
    while cursor is not None:
        query = f"sortBy={sort}&count=7&cursor={cursor}&fields=id"
        answer = harmless(portal.call("GET", f"{path}?{query}"))
        found |= {row["id"] for row in answer.response}
        cursor = answer.json.get("nextCursor")
    return found


def test_the_titles_of_what_administrators_keep_run_nowhere_either(own: Portal):
    before = tables(own)[:4]
    for text in SQL[:9]:
        payload = {"title": text, "label": text, "color": "#ff0000", "fieldType": "CheckBox"}
        stage = own.call("POST", "crm/opportunity/stage", json=payload, as_="root").response
        field = own.call("POST", "crm/opportunity/customfield", json=payload, as_="root").response
        status = own.call("POST", "crm/contact/status", json=payload, as_="root").response
        assert (stage["title"], field["label"], status["title"]) == (text, text, text)
        made = make_opportunity(own, stageid=stage["id"])
        path = f"crm/opportunity/{made}/customfield/{field['id']}"
        assert own.call("POST", path, json={"fieldValue": "true"}).status == 201
        assert own.call("GET", f"crm/opportunity/{made}").response["stage"]["title"] == text
        for query in ("sortBy=stage", f"opportunityStagesid={stage['id']}"):
            harmless(own.call("GET", f"crm/opportunity/filter?{query}"))
        harmless(own.call("GET", "crm/opportunity/summary"))
        harmless(own.call("GET", f"crm/opportunity/{made}/audit"))
        titles = {"titles": [text]}
        harmless(own.call("PUT", "crm/contact/status/reorder", json=titles, as_="root"))
        own.call("DELETE", f"crm/opportunity/{made}")
        own.call("DELETE", f"crm/opportunity/customfield/{field['id']}", as_="root")
        own.call("DELETE", f"crm/contact/status/{status['id']}", as_="root")
        own.call("DELETE", f"crm/opportunity/stage/{stage['id']}", as_="root")
    assert tables(own)[1:4] == before[1:4]


# ----------------------------------------------------------------------------------------- headers

BREAKS = (
    "\r\nSet-Cookie: stolen=1",
    "\nX-Injected: 1",
    "\r\n\r\n<html>",
    "\u560d\u560aX: 1",
    "\x0b",
)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_no_text_breaks_out_into_a_header(own: Portal):
    for text in BREAKS:
        made = own.call(
            "POST",
            "crm/opportunity",
            json={
                "title": text,
                "responsibleid": own.id_of("ann"),
                "stageid": 1,
                "bidCurrencyAbbr": "EUR",
                "externalId": uuid4().hex + text,
            },
        )
        assert made.status == (400 if "\x0b" in text else 201)
        for path, headers in (
            ("crm/opportunity/filter", {}),
            (f"people/{quote(text)}", {}),
            (f"crm/opportunity/filter?cursor={quote(text)}", {}),
            (f"crm/opportunity/filter.{quote(text)}", {}),
            ("people/@self", {"Accept": 'application/json; profile="documented\\0d\\0aX: 1"'}),
            ("people/@self", {"X-Request-Id": "a%0d%0aX-Injected: 1"}),
            ("people/@self", {"Origin": "https://evil.example%0d%0aX-Injected: 1"}),
            ("people/@self", {"Accept-Encoding": "gzip%0d%0aX-Injected: 1"}),
        ):
            answer = own.call("GET", path, headers=headers)
            names = {name.lower() for name, _ in answer.headers.items()}
            assert not names & {"x-injected", "x", "set-cookie"}, path
            assert all("\n" not in value for value in answer.headers.values())


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "[::1]evil", "a b", ""]
)
def test_addresses_in_answers_name_no_host_that_a_request_made_up(own: Portal, host: str):
    """Else a link in an answer, and later in a mail, would lead where the sender likes."""
    for path in ("people/@self", "crm/opportunity/filter", "/openapi.json", "portal"):
        answer = own.call("GET", path, headers={"Host": host, "X-Forwarded-Host": "evil.example"})
        assert answer.status == 200
        assert "evil" not in answer.text


# --------------------------------------------------------------------------------------------- XML

XML = {"Content-Type": "text/xml"}
BOMBS = {
    "a billion laughs": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><r><title>&c;</title></r>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY a "{"x" * 10_000}">]><r><title>{"&a;" * 200}</title></r>',
    "a file": '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r><title>&f;</title></r>',
    "an address": '<!DOCTYPE r [<!ENTITY f SYSTEM "http://127.0.0.1:PORT/x">]>'
    "<r><title>&f;</title></r>",
    "a parameter entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:PORT/x"> %p;]><r/>',
    "another document type": '<!DOCTYPE r SYSTEM "http://127.0.0.1:PORT/x.dtd"><r><title>t</title></r>',
    "a public one": '<!DOCTYPE r PUBLIC "-//W3C//DTD XHTML 1.0//EN" "file:///etc/hosts"><r/>',
    "a notation": '<!DOCTYPE r [<!NOTATION n SYSTEM "sh">]><r/>',
    "an empty one": "<!DOCTYPE r><r><title>t</title></r>",
}


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_document_type_is_refused_and_nothing_of_it_fetched(own: Portal, bomb: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        body = BOMBS[bomb].replace("PORT", str(listener.getsockname()[1]))
        for encoding in ("utf-8", "utf-16"):
            answer = own.call("POST", "crm/opportunity", body=body.encode(encoding), headers=XML)
            assert answer.status == 400
            assert "XML" in answer.text or "document type" in answer.text
            assert "root:" not in answer.text
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_what_xml_may_hold_besides_text_stays_out_of_it(own: Portal):
    title = (
        "<?php echo 1 ?><!-- comment -->A <![CDATA[<b>title</b>]]>"
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    )
    ann = f"<responsibleid>{own.id_of('ann')}</responsibleid>"
    whole = f"<stageid>1</stageid><bidCurrencyAbbr>EUR</bidCurrencyAbbr>{ann}"
    body = f"<r>{whole}<title>{title}</title></r>"
    answer = own.call("POST", "crm/opportunity", body=body.encode(), headers=XML)
    assert answer.status == 400, "an object is no title"
    plain = f"<r>{whole}<title>A <![CDATA[<b>title</b>]]>&lt;&#x26;</title></r>"
    answer = own.call("POST", "crm/opportunity", body=plain.encode(), headers=XML)
    assert answer.response["title"] == "A <b>title</b><&"


def test_no_text_breaks_out_of_an_xml_answer(own: Portal):
    texts = (
        "</title></response><response><id>1</id>",
        "]]><evil/>",
        "<!ENTITY x 'y'>&x;",
        "<?xml version='1.0'?>",
        "&lt;&amp;&#0;",
        "<![CDATA[",
        "--><script/>",
    )
    for text in texts:
        made = make_opportunity(own, title=text)
        for accept in ("text/xml", 'text/xml; profile="documented"'):
            answer = own.call("GET", f"crm/opportunity/{made}", accept=accept)
            root = etree.fromstring(answer.body)
            titles = [each.text for each in root.iter() if each.tag.lower() == "title"]
            assert text in titles
            assert root.find(".//evil") is None
            assert root.find(".//script") is None
            assert len(root.findall("response")) == 1


def test_no_text_breaks_out_of_a_json_answer(own: Portal):
    text = '","isPrivate":true,"x":"\\'
    made = make_opportunity(own, title=text)
    shown: Any = json.loads(own.call("GET", f"crm/opportunity/{made}").body)["response"]
    assert (shown["title"], shown["isPrivate"]) == (text, False)
