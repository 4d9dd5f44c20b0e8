"""An e-mail keeps its form, whatever its texts contain."""

import email
import re
from dataclasses import replace
from email.header import decode_header, make_header
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
    """The e-mail as its reader gets it."""
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
    payload: dict[str, Any] = {
        "to_name": text,
        "to_address": "ann@example.com",
        "subject": text,
        "text": plain,
        "html": marked,
        "key": "one",
    }
    return Email(**{**payload, **changed})


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


def test_email_has_its_date_and_is_marked_as_automatic():
    found = sent(letter("Hello"))
    assert found["Date"] == "Tue, 14 Nov 2023 22:13:20 +0000"
    assert found["Message-ID"] == "<one@example.com>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] is None


SUBJECTS = {
    "ru": "Коммерческое предложение на поставку оборудования для цеха № 5 в городе Екатеринбург",
    "de": "Angebot über die Überarbeitung der Förderanlage für größere Stückzahlen in Würzburg",
    "zh": "关于二零二六年度第三季度生产设备采购及安装调试服务的正式报价单以及相关技术附件",
    "en": "Proposal for the maintenance of all conveyor lines in the northern plant, as of May",
}
NAMES = {
    "ru": "Общество с ограниченной ответственностью «Рога и копыта» — отдел оптовых продаж",
    "de": "Müller & Söhne Förderanlagenbau GmbH, Abteilung für größere Projekte",
    "zh": "上海精密机械设备制造有限责任公司国际贸易部客户服务中心第一业务组",
    "en": 'Dr. Ann "Annie" O\'Hara-Smith, Head of Procurement (North), Acme Conveyor Systems Ltd.',
}
LONG_ADDRESS = f"{'purchasing.department.' * 2}{'a' * 20}@{'sales-' * 9}office.example.com"


@pytest.mark.parametrize("language", SUBJECTS)
def test_the_raw_headers_say_every_space_of_long_names_and_subjects(language: str):
    server = Smtp(host="mail", sender_name=NAMES[language], sender_address=LONG_ADDRESS)
    shown = letter(
        "x", to_name=NAMES[language], to_address=LONG_ADDRESS, subject=SUBJECTS[language]
    )
    raw = message(shown, server, now=NOW).as_bytes()
    raw.decode("ascii")
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    assert max(map(len, head.split("\r\n"))) <= 200
    headers = dict(each.split(": ", 1) for each in re.split(r"\r\n(?=[^ \t])", head))
    assert _read(headers["Subject"]) == SUBJECTS[language]
    for name in ("From", "To"):
        assert headers[name].endswith(f" <{LONG_ADDRESS}>")
        phrase = re.sub(r"\r\n(?=[ \t])", "", headers[name]).removesuffix(f" <{LONG_ADDRESS}>")
        payload = re.sub(r"\\(.)", r"\1", phrase[1:-1]) if phrase[0] == '"' else _read(phrase)
        assert payload == NAMES[language]
        assert all(len(line) <= 76 for line in headers[name].split("\r\n") if "=?" in line)


def _read(raw: str) -> str:
    """The text of a folded header by RFC 2047."""
    return str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", raw))))


def test_headers_for_programs_are_plain_ascii_on_one_line():
    link = f"https://crm.{'a' * 60}.example.com/unsubscribe?token={'Qk' * 200}.{'0f' * 32}"
    server = Smtp(host="mail", sender_name="Ж", sender_address=f"a@{'b' * 60}.{'c' * 60}.com")
    shown = letter("Ж", unsubscribe=link, key="mailing.2147483647.2147483647")
    lines = message(shown, server, now=NOW).as_bytes().decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{link}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    domain = server.sender_address.partition("@")[2]
    assert f"Message-ID: <mailing.2147483647.2147483647@{domain}>" in lines
    assert "Auto-Submitted: auto-generated" in lines


@pytest.mark.parametrize("body", ["Привет, мир! " * 200, "a" * 3000, "Grüße\n" * 3])
def test_email_passes_seven_bit_servers(body: str):
    shown = replace(letter("x"), text=body, html=f"<p>{body}</p>")
    raw = message(shown, SERVER, now=NOW).as_bytes()
    assert max(raw) < 128
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    plain: Any = sent(shown).get_body(("plain",))
    assert plain.get_content().splitlines() == body.splitlines()


def test_one_click_ends_further_emails():
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
