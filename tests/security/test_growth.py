"""Whatever reads a caller's text takes a time that grows with its length, not with its square.

Counted work would be the better measure, but regular expressions, normalization and the HTML
cleaner work inside C and Rust, where Python counts nothing. So this compares processor time, which
other processes on the machine hardly touch: the least of three runs, for a text and for one of four
times its length. Linear work takes four times as long, quadratic sixteen; the border is ten, and
what takes less than a few milliseconds passes, for there the clock is all that is measured. A text
that is refused before it is read costs nothing and passes too.
"""
# ruff: noqa: E501

import contextlib
import gc
import time
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dealwright.crm.contacts import infos
from dealwright.crm.contacts.infos import InfoType
from dealwright.crm.files import rules as files
from dealwright.crm.mailings import emails, placeholders
from dealwright.crm.mailings import rules as mailings
from dealwright.crm.tasks.calendars import rules as calendars
from dealwright.crm.web_forms import rules as web_forms
from dealwright.crm.web_forms import submissions
from dealwright.errors import CrmError
from dealwright.media import fetching
from dealwright.media.fetching import Address, Unreachable
from dealwright.messages.mail import rules as mail
from dealwright.people import rules as people
from dealwright.portal.categories import rules as categories
from dealwright.portal.custom_fields import rules as custom_fields
from dealwright.portal.custom_fields.rules import FieldType
from dealwright.records import phones
from dealwright.server import logs
from dealwright.storage import text
from dealwright.wire import (
    charsets,
    credentials,
    cursor,
    dispatcher,
    file_names,
    moments,
    numbers,
    parse,
    sending,
    values,
)
from dealwright.wire.envelope import negotiate
from dealwright.wire.exchange import Request
from dealwright.wire.multipart import multipart
from dealwright.wire.receiving import _filename
from dealwright.wire.router import clean

TIMES, MOST, NOTHING = 4, 10, 0.02  # seconds of processor time
FORM = "multipart/form-data; boundary=b"


class Reader(NamedTuple):
    """What reads a text, and a text of `n` parts that is bad for a careless one."""

    name: str
    read: Callable[[Any], object]
    text: Callable[[int], Any]
    n: int = 8_000


def a_part(header: str) -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {header}\r\n\r\nx\r\n--b--\r\n".encode()


def form(name: str, value: str) -> object:
    return submissions.read([(name, value), ("firstname", "A")], {})


def with_header(name: str, value: str) -> Request:
    return Request("POST", "/", headers={name.encode(): value.encode("latin-1")})


def log(value: str) -> object:
    return logs.redact(None, "", {"path": value, "exception": value})


def moment(value: str) -> object:
    return moments.read_moment(value, None)


class Nowhere:
    """A network without names."""

    def addresses(self, host: str, port: int) -> list[str]:
        return []

    def may_ask(self, address: Address, port: int) -> bool:
        return False


MARKS = "\u0301\u0316"
READERS = (
    # Texts, as what stands in them is recognized.
    Reader("tag after spaces", lambda each: files.named_as_text("t", each), lambda n: "<" + " " * n),
    Reader("tags without end", lambda each: files.named_as_text("t", each), lambda n: "<a" * n),
    Reader("slash after spaces", lambda each: files.named_as_text("t", each), lambda n: "< / " * n),
    Reader("file name of marks", files.safe_name, lambda n: "a" + MARKS * n),
    Reader("file name of folders", files.safe_name, lambda n: "a/\\" * n),
    Reader("range", lambda each: files.parts(each, 100), lambda n: "bytes=" + " " * n),
    Reader("text of a calendar", calendars._ENDS.split, lambda n: "\r" * n),
    # Public forms.
    Reader("address of dots", lambda each: form("contactinfo_email_work", each), lambda n: "a@" + "." * n + "@"),
    Reader("address of letters", lambda each: form("contactinfo_email_work", each), lambda n: "a" * n),
    Reader("name of steps", lambda each: form(each, "x"), lambda n: "contactinfo_" * n),
    Reader("people with commas", lambda each: submissions.read([("notifylist", each)], {}).guids("notifylist"), lambda n: "," * n),
    Reader("return address", lambda each: web_forms.destination(each, ["https://a.example/"]), lambda n: "https://" + "a." * n),
    # Mail.
    Reader("nested blocks", emails.clean, lambda n: "<div>" * n, 2_000),
    Reader("nested and closed", emails.clean, lambda n: "<div>" * n + "</div>" * n, 2_000),
    Reader("unclosed fonts", emails.clean, lambda n: "".join(f"<b title={i}>" for i in range(n)), 2_000),
    Reader("wrong ends", emails.clean, lambda n: "<b>" * n + "</i>" * n, 2_000),
    Reader("attributes", emails.clean, lambda n: "<p " + " ".join(f"a{i}" for i in range(n)) + ">"),
    Reader("attributes behind a quote", emails.clean, lambda n: "<p a='<'" + " ".join(f"a{i}" for i in range(n)) + ">"),
    Reader("attributes of an end", emails.clean, lambda n: "</p " + " ".join(f"a{i}=''" for i in range(n)) + ">"),
    Reader("open quotes", emails.clean, lambda n: "<a b='" * n),
    Reader("words without tags", emails.clean, lambda n: "word " * n),
    Reader("text of tags", mailings.plain, lambda n: "<" * n),
    Reader("text of breaks", mailings.plain, lambda n: "<br" + " " * n),
    Reader("placeholders", lambda each: placeholders.filled(each, {"person.a": "x"}, as_html=True), lambda n: "$(Person." * n),
    Reader("placeholders without end", lambda each: placeholders.filled(each, {"person.a)": "x"}, as_html=True), lambda n: "$(Person.))" * n),
    Reader("placeholders of references", lambda each: placeholders.filled(each, {"person.a": "x"}, as_html=True), lambda n: "$(Person.&#" + "9" * n + ")"),
    Reader("name of an extended file", file_names.extended_name, lambda n: "; filename*=''" * n),
    Reader("name of an encoded file", file_names.decoded_name, lambda n: "=?a?b?" * n),
    Reader("charset after spaces", charsets.charset_of, lambda n: "; " * n),
    Reader("parts of a title", text.title_parts, lambda n: "a" + MARKS * n),
    Reader("placeholders that grow", lambda each: placeholders.filled(each, {"person.a": "x" * 65_000}, as_html=True), lambda n: "$(Person.a)" * n),
    Reader("mail address", mail.address, lambda n: "a." * n + "@"),
    Reader("mail domain", mail.address, lambda n: "a@" + "a-." * n),
    # Bodies.
    Reader("semicolons in a name", lambda each: multipart(FORM, each), lambda n: a_part(f'name="{";" * n}"')),
    Reader("options", lambda each: multipart(FORM, each), lambda n: a_part("a=b;" * n)),
    Reader("semicolons in a type", lambda each: multipart(each, b""), lambda n: f'{FORM}; a="{";" * n}"'),
    Reader("semicolons in a disposition", lambda each: _filename(with_header("content-disposition", each)), lambda n: f'attachment; filename="{";" * n}"'),
    Reader("brackets", parse.query, lambda n: b"a" + b"[a]" * n + b"=1"),
    Reader("brackets of nothing", parse.query, lambda n: b"a" + b"[" * n + b"=1"),
    Reader("percent signs", parse.query, lambda n: b"a=" + b"%41" * n),
    Reader("XML instructions", parse.xml, lambda n: b"<?p ?>" * n + b"<r/>"),
    Reader("XML attributes", parse.xml, lambda n: b"<r " + b" ".join(b"a%d=''" % i for i in range(n)) + b"/>"),
    Reader("XML spaces", parse.xml, lambda n: b"<!---->" + b" " * n + b"<r/>"),
    Reader("digits of a decimal", lambda each: numbers.read_money(each), lambda n: "1." + "9" * n),
    Reader("digits of a number", lambda each: numbers.read_int(each), lambda n: "9" * n),
    Reader("digits of an id", lambda each: numbers.read_id(each), lambda n: "9" * n),
    Reader("guid", lambda each: values.read_guid(each), lambda n: "{" + "0" * n),
    Reader("moment", moment, lambda n: "2024-01-01T00:00:00." + "9" * n),
    # Headers.
    Reader("accept", lambda each: negotiate(each, "", False), lambda n: "a;q=" * n + "," * n),
    Reader("accepted encodings", lambda each: sending._pack(each, b"x", [(b"content-type", b"text/x")]), lambda n: ";," * n),
    Reader("cookie", lambda each: credentials.shown(with_header("cookie", each)), lambda n: "a=;" * n),
    Reader("quoted cookie", lambda each: credentials.shown(with_header("cookie", each)), lambda n: 'a="' + "\\" * n),
    Reader("token", lambda each: credentials.shown(with_header("authorization", each)), lambda n: "%25" * n),
    Reader("basic", lambda each: credentials.shown(with_header("authorization", each)), lambda n: "Basic " + "=" * n),
    Reader("entity tags", dispatcher.entity_tags, lambda n: '"a",' * n),
    Reader("entity tags of quotes", dispatcher.entity_tags, lambda n: 'W/"' * n),
    Reader("cursor", lambda each: cursor.opened("s", (), each), lambda n: "A" * n),
    Reader("slashes of a path", clean, lambda n: "/api/2.0" + "/" * n + "a/" * n),
    # The log.
    Reader("words for secrets", log, lambda n: "token" * n),
    Reader("secrets and spaces", log, lambda n: "token " + " " * n),
    Reader("users of addresses", log, lambda n: "://a:" * n),
    Reader("bearers", log, lambda n: "bearer " * n),
    # What people enter.
    Reader("mask of brackets", lambda each: custom_fields.normal_mask(FieldType.SELECT_BOX, each), lambda n: "[" * n),
    Reader("mask of digits", lambda each: custom_fields.normal_mask(FieldType.TEXT_FIELD, each), lambda n: '{"size":' + "9" * n + "}"),
    Reader("mask of options", lambda each: custom_fields.normal_mask(FieldType.SELECT_BOX, each), lambda n: "[" + ",".join(f'"{i}"' for i in range(n)) + "]"),
    Reader("colour", categories._COLOR.fullmatch, lambda n: "#" + "f" * n),
    Reader("phone of digits", lambda each: phones.key_of(each, "RU"), lambda n: "7" * n),
    Reader("phone of brackets", lambda each: phones.key_of(each, "RU"), lambda n: "+7(" * n),
    Reader("phone and extension", lambda each: phones.key_of(each, "RU"), lambda n: "84951234567 ext" * n),
    Reader("digits of all scripts", phones.digits_of, lambda n: "٣" * n),
    Reader("contact data of marks", lambda each: infos.search_key(InfoType.EMAIL, each), lambda n: "a" + MARKS * n),
    Reader("address as JSON", lambda each: infos.demand_data(InfoType.ADDRESS, each), lambda n: '{"a":' * n),
    Reader("search words", text.words, lambda n: "a b-c_d " * n),
    Reader("search words of marks", text.words, lambda n: "a" + MARKS * n),
    Reader("search words that grow", text.words, lambda n: "\ufdfa" * n, 2_000),
    Reader("phrases", text.terms, lambda n: '"' * n),
    Reader("phrase of marks", text.terms, lambda n: '"a' + MARKS * n),
    Reader("sort key", text.sort_key, lambda n: "a" + MARKS * n),
    Reader("stored words", lambda each: text.fold([each] * 11), lambda n: "\ufdfa" * n, 16_000),
    Reader("login of marks", people.folded, lambda n: "a" + MARKS * n),
    Reader("e-mail of an account", people.email, lambda n: "a@" + "." * n),
    Reader("names in an address", people.names_of, lambda n: "a." * n),
    Reader("password of marks", people.composed_password, lambda n: "a" + MARKS * n),
    Reader("picture address of a word", lambda each: fetching._checked(each, Nowhere()), lambda n: "http://" + "ä" * n),
    Reader("picture address", lambda each: fetching._checked(each, Nowhere()), lambda n: "http://" + "ä." * n),
)  # fmt: skip


def cost(reader: Reader, n: int) -> float:
    """Processor time of this thread, in seconds."""
    given = reader.text(n)
    least = float("inf")
    for _ in range(3):
        gc.collect()
        start = time.thread_time()
        with contextlib.suppress(CrmError, ValueError, Unreachable):
            reader.read(given)
        least = min(least, time.thread_time() - start)
        if least < NOTHING / 2:
            break
    return least


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_four_times_the_text_takes_no_more_than_ten_times_the_time(reader: Reader):
    small = cost(reader, reader.n)
    assert cost(reader, TIMES * reader.n) <= MOST * small + NOTHING


def test_the_measure_tells_quadratic_from_linear():
    quadratic = Reader(
        "marks", lambda each: unicodedata.normalize("NFD", each), lambda n: "a" + MARKS * n
    )
    linear = Reader("letters", str.casefold, lambda n: "Ä" * 100 * n)
    assert cost(quadratic, 4 * quadratic.n) > MOST * cost(quadratic, quadratic.n) + NOTHING
    assert cost(linear, 4 * linear.n) <= MOST * cost(linear, linear.n) + NOTHING
