"""How the headers of a letter are written: folded so that every reader gets back what was said.

# differs from the standard library, which encodes long addresses and links as words that no mail
# server reads, and loses the spaces between encoded words. Knows no letter.
"""

from email.header import Header
from email.headerregistry import (
    Address,
    HeaderRegistry,
    UniqueSingleAddressHeader,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.policy import SMTP, EmailPolicy
from typing import Any

WIDTH = 78  # RFC 5322 2.1.1: a line should have no more characters, and must not have over 998
_ENCODED_WIDTH = 76  # RFC 2047 2: of a line that holds an encoded word


class _Text:
    """Words for people: ASCII folded between words, anything else as encoded words."""

    def fold(self, *, policy: EmailPolicy) -> str:
        name, value = self.name, str(self)  # type: ignore[attr-defined]
        return f"{name}: {_text(value, len(name) + 2)}\r\n"


class _Single(_Text):
    """One recipient or sender: a name for people, and an address that is never encoded."""

    def fold(self, *, policy: EmailPolicy) -> str:
        name = self.name  # type: ignore[attr-defined]
        address: Address = self.address  # type: ignore[attr-defined]
        return f"{name}: {_mailbox(address, len(name) + 2)}\r\n"


class _Token:
    """A value for programs, such as a link in brackets: plain ASCII on one line.

    RFC 2047 5 forbids encoded words in structured headers, and RFC 8058 needs the link whole.
    """

    def fold(self, *, policy: EmailPolicy) -> str:
        name, value = self.name, str(self)  # type: ignore[attr-defined]
        value.encode("ascii")
        return f"{name}: {value}\r\n"


class _Subject(_Text, UniqueUnstructuredHeader):
    pass


class _Mailbox(_Single, UniqueSingleAddressHeader):
    pass


class _Structured(_Token, UnstructuredHeader):
    max_count = 1


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    kinds: dict[str, Any] = {
        "Subject": _Subject,
        "From": _Mailbox,
        "To": _Mailbox,
        **dict.fromkeys(("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"), _Structured),
        **dict.fromkeys(("Auto-Submitted", "X-Auto-Response-Suppress"), _Structured),
    }
    for name, kind in kinds.items():
        registry.map_to_type(name.lower(), kind)
    return registry


# Bodies in seven bits too: not every server on the way takes eight.
POLICY = SMTP.clone(header_factory=_registry(), cte_type="7bit")


def _text(text: str, indent: int) -> str:
    """The text folded after `indent` characters of its first line."""
    if not text.isascii():
        return _encoded(text, indent)
    return _wrapped(text.split(" "), indent)


def _mailbox(address: Address, indent: int) -> str:
    """`"Name" <local@domain>`; the address begins a line of its own where it does not fit."""
    place = f"<{address.addr_spec}>"
    if not address.display_name:
        return address.addr_spec
    if address.display_name.isascii():
        return _wrapped([*_phrase(address), place], indent)
    name = _encoded(address.display_name, indent)
    used = len(name.rpartition("\r\n")[2]) + (0 if "\r\n" in name else indent)
    gap = " " if used + 1 + len(place) <= _ENCODED_WIDTH else "\r\n "
    return f"{name}{gap}{place}"


def _phrase(address: Address) -> list[str]:
    """The words of an ASCII name, with quotes where it has signs that mean something."""
    return str(Address(address.display_name)).removesuffix(" <>").split(" ")


def _encoded(text: str, indent: int) -> str:
    encoded = Header(text, "utf-8", maxlinelen=_ENCODED_WIDTH, header_name="x" * (indent - 2))
    return encoded.encode(linesep="\r\n")


def _wrapped(words: list[str], indent: int) -> str:
    lines, used = [""], indent
    for word in words:
        if lines[-1] and used + 1 + len(word) > WIDTH:
            lines.append(word)
            used = 1 + len(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
            used += 1 + len(word)
    return "\r\n ".join(lines)
