"""Builds e-mails with the standard library: plain text and HTML from templates.

Text cannot become a header or a tag: headers are one line, templates escape.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from dealwright.messages.mail.headers import POLICY
from dealwright.messages.mail.rules import LONGEST_SUBJECT, Smtp, line

# What a link may hold as it stands, RFC 3986 2; everything else is escaped.
_IN_LINKS = ":/?#[]@!$&'()*+,;=%"


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail to one address. `key` is the same whenever the same e-mail is sent again;
    `unsubscribe` is an address that needs one click."""

    to_name: str = ""
    to_address: str
    subject: str
    text: str
    html: str
    key: str
    unsubscribe: str = ""
    files: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of an e-mail of the portal: a heading, sentences, named facts, a link."""

    heading: str
    sentences: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    link: str = ""
    link_title: str = ""
    footer: str = ""
    language: str = "en"


def printed(content: Content) -> tuple[str, str]:
    """The e-mail as plain text and as HTML."""
    text, html = (_letters().get_template(f"letter.{each}") for each in ("txt", "html"))
    return text.render(letter=content), html.render(letter=content)


def message(letter: Email, smtp: Smtp, *, now: int) -> EmailMessage:
    """The message as it is sent. `now` is in microseconds since 1970."""
    found = EmailMessage(policy=POLICY)
    domain = smtp.sender_address.rpartition("@")[2]
    found["From"] = _named(smtp.sender_name, smtp.sender_address)
    found["To"] = _named(letter.to_name, letter.to_address)
    found["Subject"] = line(letter.subject, LONGEST_SUBJECT)
    found["Date"] = format_datetime(datetime.fromtimestamp(now // 1_000_000, UTC))
    found["Message-ID"] = f"<{letter.key}@{domain}>"
    found["Auto-Submitted"] = "auto-generated"
    found["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe:
        found["List-Unsubscribe"] = f"<{quote(letter.unsubscribe, safe=_IN_LINKS)}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    found.set_content(letter.text)
    found.add_alternative(letter.html, subtype="html")
    for each in letter.files:
        main, _, sub = each.content_type.partition("/")
        found.add_attachment(
            each.content, maintype=main, subtype=sub or "octet-stream", filename=line(each.name)
        )
    return found


def _named(name: str, address: str) -> Address:
    return Address(display_name=line(name), addr_spec=address)


@cache
def words(package: str, language: str) -> Mapping[str, str]:
    """The sentences of a slice in a language, by their dotted names: `access.subject`."""
    text = files(package).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {
        f"{table}.{name}": str(sentence)
        for table, sentences in tomllib.loads(text).items()
        for name, sentence in sentences.items()
    }


@cache
def _letters() -> Environment:
    return Environment(
        loader=PackageLoader("dealwright.messages.mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
