"""A letter is what it says, whatever its texts hold."""

import email
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import html

from dealwright.messages.mail.emails import Attachment, Content, Email, message, printed
from dealwright.messages.mail.rules import Smtp

NOW = 1_700_000_000_000_000
SERVER = Smtp(host="mail.example.com", sender_name="Крошка CRM", sender_address="crm@example.com")
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
}
HOSTILE = [
    "A\r\nBcc: victim@example.com",
    "A\nBcc: victim@example.com",
    "A\rBcc: victim@example.com",
    "A\x0bBcc: victim@example.com",
    "A\x85Bcc: victim@example.com",
    "A\u2028Bcc: victim@example.com",
    "A\r\n\r\n<script>alert(1)</script>",
    "=?utf-8?q?A=0D=0ABcc=3A_victim=40example.com?=",
    "=\r?utf-8?q?A=0D=0ABcc=3A_victim=40example.com?=",
    "Ä =?utf-8?b?QQ0KQmNjOiB2aWN0aW1AZXhhbXBsZS5jb20=?= b",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for x in [] %}",
    "Ann <victim@example.com>, ",
    "a" * 5000,
    "Ä" * 5000,
    "",
    ".\r\n.\r\nMAIL FROM:<x@y.zz>",
]


def sent(letter: Email) -> EmailMessage:
    """The letter as it is read at the other end."""
    parsed: Any = email.message_from_bytes(
        message(letter, SERVER, now=NOW).as_bytes(), policy=default
    )
    return parsed  # type: ignore[no-any-return]


def letter(text: str, **changed: Any) -> Email:
    plain, marked = printed(
        Content(
            heading=text, sentences=(text,), facts=((text, text),), link_title=text, footer=text
        )
    )
    said: dict[str, Any] = {
        "to_name": text,
        "to_address": "ann@example.com",
        "subject": text,
        "text": plain,
        "html": marked,
        "key": "one",
    }
    return Email(**{**said, **changed})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_header_or_a_recipient(text: str):
    found = sent(letter(text))
    assert set(found.keys()) == HEADERS
    assert [each.addr_spec for each in found["To"].addresses] == ["ann@example.com"]
    assert [each.addr_spec for each in found["From"].addresses] == ["crm@example.com"]
    assert "\n" not in found["Subject"]


@given(some.text())
def test_no_text_at_all_becomes_a_header_or_a_recipient(text: str):
    test_no_text_becomes_a_header_or_a_recipient(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_tag(text: str):
    body: Any = sent(letter(text)).get_body(("html",))
    known = {"html", "head", "meta", "title", "body", "div", "h1", "p", "table", "tr", "th", "td"}
    tags = {each.tag for each in html.document_fromstring(body.get_content()).iter()}
    assert tags <= known | {"tbody"}


def test_both_texts_say_the_same():
    content = Content(
        heading="Tea & cake",
        sentences=("One <b>.", "Two."),
        facts=(("When", "today"),),
        link="https://crm.example.com/?a=1&b=2",
        link_title="Open",
        footer="Bye",
    )
    plain, marked = printed(content)
    for each in ("Tea & cake", "One <b>.", "When: today", "https://crm.example.com/?a=1&b=2"):
        assert each in plain
    assert "Tea &amp; cake" in marked
    assert "One &lt;b&gt;." in marked
    assert 'href="https://crm.example.com/?a=1&amp;b=2"' in marked


def test_a_letter_says_when_it_was_made_and_that_no_person_made_it():
    found = sent(letter("Hello"))
    assert found["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert found["Message-ID"] == "<one@example.com>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] is None


def test_one_click_ends_further_letters():
    found = sent(letter("Hello", unsubscribe="https://crm.example.com/unsubscribe?key=1"))
    assert found["List-Unsubscribe"] == "<https://crm.example.com/unsubscribe?key=1>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_file_keeps_its_name_and_its_bytes():
    name = 'Прайс "2024"\r\nX: y.pdf'
    found = sent(letter("Hello", files=(Attachment(name, "application/pdf", b"\x00\xff"),)))
    (file,) = found.iter_attachments()
    assert file.get_filename() == 'Прайс "2024" X: y.pdf'
    assert file.get_content_type() == "application/pdf"
    assert file.get_payload(decode=True) == b"\x00\xff"
