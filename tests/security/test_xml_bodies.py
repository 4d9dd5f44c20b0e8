"""XML bodies: a document type is refused before the parser sees it, in whatever encoding it comes,
and what is read takes time and memory in proportion to its bytes."""

from collections.abc import Iterator

import pytest
from lxml import etree

from dealwright.errors import Invalid, Malformed
from dealwright.portal.published_rates import actions as published_rates
from dealwright.wire import parse, xml_reading
from dealwright.wire.xml_reading import MOST_NODES, read_xml
from tests.running import Portal

ATTRIBUTES = "".join(f'<!ATTLIST r a{n} CDATA "x">' for n in range(50_000))
MARKED = ("utf-8-sig", "utf-16", "utf-32")
UNMARKED = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "windows-1251", "koi8-r")
BEFORE = ("", "  \r\n", "<!-- <!DOCTYPE --> ", "<?p <!DOCTYPE ?>\n<!---->", "<?p?>" * 1000)


def documents(encoding: str) -> Iterator[tuple[str, str]]:
    """What stands before a root element, and how: with and without a declaration."""
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    for before in BEFORE:
        yield declared, before
        if encoding not in ("windows-1251", "koi8-r"):
            yield "", before.lstrip()


@pytest.mark.parametrize("encoding", [*MARKED, *UNMARKED])
def test_a_document_type_is_refused_before_the_parser_reads_it(
    encoding: str, monkeypatch: pytest.MonkeyPatch
):
    def parsed(*_: object) -> None:
        raise AssertionError("The parser was given a document type")

    monkeypatch.setattr(etree, "fromstring", parsed)
    for declared, before in documents(encoding):
        for kind in ("<!DOCTYPE r>", f"<!DOCTYPE r [{ATTRIBUTES}]>", "<!doctype r>", "<!DOCTYPE"):
            sent = f"{declared}{before}{kind}<r><a>1</a></r>"
            with pytest.raises(Malformed, match="must not contain a document type"):
                parse.xml(sent.encode(encoding))


@pytest.mark.parametrize("encoding", [*MARKED, *UNMARKED])
def test_a_document_without_one_is_read_in_every_encoding(encoding: str):
    for declared, before in documents(encoding):
        sent = f"{declared}{before}<r><a>Сделка</a></r>"
        if encoding in ("windows-1251", "koi8-r") or encoding.startswith("utf"):
            assert parse.xml(sent.encode(encoding)) == {"a": "Сделка"}


@pytest.mark.parametrize("name", ["utf-7", "idna", "punycode", "unicode_escape", "rot13", "x"])
def test_an_encoding_that_is_none_of_text_is_refused(name: str):
    sent = f'<?xml version="1.0" encoding="{name}"?><r/>'
    with pytest.raises(Malformed, match="is not supported"):
        read_xml(sent.encode())


@pytest.mark.parametrize(
    "sent",
    [
        b"<r><a/><!DOCTYPE r></r>",
        b"<r/><!DOCTYPE r>",
        b"\0<r/>",
        b"<r>\xff</r>",
        b"\xff\xfe<",
        b"<\0r\0/\0",
        b"<!-- ",
        b"<?p ",
    ],
)
def test_what_is_no_document_is_refused(sent: bytes):
    with pytest.raises(Malformed):
        read_xml(sent)


def test_many_attributes_are_counted_before_they_take_memory():
    few = b"<r " + b" ".join(b"a%d = ''" % n for n in range(1000)) + b"/>"
    assert read_xml(few) is not None
    many = b"<r " + b" ".join(b"a%d = ''" % n for n in range(MOST_NODES)) + b"/>"
    with pytest.raises(Malformed, match=f"at most {MOST_NODES} elements and attributes"):
        read_xml(many)


def test_a_file_of_rates_is_read_by_the_same_rules(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_reading.etree, "fromstring", lambda *_: pytest.fail("was parsed"))
    with pytest.raises(Invalid, match="document type"):
        published_rates._read(b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "a">]><r>&a;</r>')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_anonymous_request_with_a_document_type_gets_400(portal: Portal, encoding: str):
    sent = f"<!DOCTYPE r [{ATTRIBUTES[:5000]}<!--]><r><userName>ann</userName></r>"
    answer = portal.call(
        "POST",
        "authentication",
        body=sent.encode(encoding),
        headers={"Content-Type": "text/xml"},
        as_=None,
    )
    assert answer.status == 400
    assert "must not contain a document type" in answer.json["error"]["message"]
