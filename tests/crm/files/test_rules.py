"""Names of files: what remains of them, and how a browser gets them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from dealwright.crm.files.rules import (
    LONGEST,
    disposition,
    harmless,
    kind_of_zip,
    named_as_text,
    parts,
    safe_name,
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Отчёт за май.pdf", "Отчёт за май.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\a.docx", "a.docx"),
        ("/", "unnamed"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (" . ", "unnamed"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("invoice\u202ecod.exe", "invoicecod.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        (".htaccess", ".htaccess"),
        ('quo"ted.txt', 'quo"ted.txt'),
        ("e\u0301.txt", "é.txt"),
        ("x" * 300 + ".docx", "x" * 250 + ".docx"),
        ("x" * 300, "x" * 255),
    ],
)
def test_name_keeps_its_visible_characters(sent: str, kept: str):
    assert safe_name(sent) == kept


@given(some.text())
@example("\u202e/\\..")
def test_name_has_no_folders_and_no_invisible_characters(sent: str):
    name = safe_name(sent)
    assert 0 < len(name) <= LONGEST
    assert not {"/", "\\"} & {*name}
    assert all(unicodedata.category(each)[0] != "C" for each in name)
    assert name.strip(".")
    assert safe_name(name) == name


@given(some.text(min_size=1))
@example('a"; filename="b.html')
@example("a\r\nSet-Cookie: x=y")
@example("a%22.txt")
def test_header_contains_one_name_and_nothing_else(name: str):
    answer = disposition(safe_name(name))
    assert answer.isascii() and answer.isprintable()
    start, end = 'attachment; filename="', "\"; filename*=UTF-8''"
    assert answer.startswith(start)
    plain, found, encoded = answer.removeprefix(start).partition(end)
    assert found and '"' not in plain and ";" not in plain and "\\" not in plain
    assert set(encoded) <= set("%-_.~") | set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    )


@pytest.mark.parametrize(
    ("title", "content", "name"),
    [
        ("note", "plain words, 1 < 2 and 3 > 2", "note.txt"),
        ("note", "<p>words</p>", "note.html"),
        ("note.html", "<br/>", "note.html"),
        ("note.TXT", "words", "note.TXT"),
        ("note.html", "words", "note.html.txt"),
        ("", "words", "unnamed.txt"),
    ],
)
def test_text_file_is_named_by_its_content(title: str, content: str, name: str):
    assert named_as_text(title, content) == name


@pytest.mark.parametrize(
    "kind",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript"],
)
def test_types_that_could_run_code_become_plain_bytes(kind: str):
    assert harmless(kind) == "application/octet-stream"
    assert harmless("image/png") == "image/png"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK..[Content_Types].xml..word/document.xml", "wordprocessingml.document"),
        (b"PK..[Content_Types].xml..xl/workbook.xml", "spreadsheetml.sheet"),
        (b"PK..mimetypeapplication/vnd.oasis.opendocument.textPK", "opendocument.text"),
        (b"PK..word/", "zip"),
        (b"PK..", "zip"),
    ],
)
def test_office_document_is_recognized_by_the_names_in_the_zip(head: bytes, kind: str):
    assert kind_of_zip(head).endswith(kind)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=2-99", (2, 10)),
        ("bytes=0-1,4-5", None),
        ("bytes=", None),
        ("bytes=5-2", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
    ],
)
def test_range_header_is_parsed(header: str, found: tuple[int, int] | None):
    assert parts(header, 10) == found


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_range_after_the_end_is_refused(header: str):
    with pytest.raises(ValueError):
        parts(header, 10)
