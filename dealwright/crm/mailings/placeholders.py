"""The placeholders of a mailing: `$(Person.First Name)` and the like stand for a value of each
contact.

Knows no contact and no database: the caller passes the known names.
"""

import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from dealwright.errors import Invalid
from dealwright.wire.conversion import quoted

KINDS = ("person", "company")
LONGEST_NAME = 255  # as the label of a custom field
LONGEST = 1_000_000  # characters of a text that is filled in
_START = re.compile(r"\$\(([A-Za-z]{1,40})\.")
_SHOWN = 20  # known names listed in an error


class Placeholder(NamedTuple):
    """One placeholder of a text: its position, and its name such as `person.first name`, None for
    an unknown name."""

    start: int
    end: int
    name: str | None


def filled(
    text: str, values: Mapping[str, str], *, known: Collection[str] = (), as_html: bool
) -> str:
    """The text with the values of one contact, escaped if it is HTML.

    `values` are by names such as `person.first name`. A known name without a value, such as one of
    the other kind of contact, becomes empty. So does an unknown name: `demand_known` refuses it
    before a mailing starts, but a field may be deleted meanwhile. Raises Invalid when the values
    make the text too long.
    """
    parts, end = [], 0
    size = len(text)
    for each in _found(text, {*known, *values}, as_html=as_html):
        value = values.get(each.name or "", "")
        size += len(value)
        if size > LONGEST:
            raise Invalid("body", f"must have at most {LONGEST} characters when it is filled in")
        parts += [text[end : each.start], html.escape(value) if as_html else value]
        end = each.end
    return "".join([*parts, text[end:]])


def demand_known(text: str, known: Collection[str], *, parameter: str, as_html: bool) -> None:
    """Raises Invalid for the first placeholder with an unknown name.

    # differs: the reference sends it unchanged.
    """
    for each in _found(text, known, as_html=as_html):
        if each.name is None:
            listed = ", ".join(f"$({name.title()})" for name in sorted(known)[:_SHOWN])
            wrong = quoted(text[each.start : each.end])
            raise Invalid(
                parameter, f"must not hold the unknown placeholder {wrong}; known are {listed} …"
            )


def _found(text: str, known: Collection[str], *, as_html: bool) -> Iterator[Placeholder]:
    """The placeholders in order; inserted values are not searched again."""
    read: Callable[[str], str] = html.unescape if as_html else str
    most = 1 + max((name.count(")") for name in known), default=0)
    start = 0
    while found := _START.search(text, start):
        start = found.end()
        placeholder = _named(text, found, known, read, most)
        yield placeholder
        start = placeholder.end


def _named(
    text: str, found: re.Match[str], known: Collection[str], read: Callable[[str], str], most: int
) -> Placeholder:
    """The shortest known name wins; a label may contain `)` itself, as in `Size (cm)`. The search
    stops after `most` of them."""
    begin, kind = found.end(), found[1].lower()
    last = begin + LONGEST_NAME * (6 if read is html.unescape else 1) + 1
    close = text.find(")", begin, last)
    first = close
    while close >= 0 and (most := most - 1) >= 0:
        name = " ".join(read(text[begin:close]).split()).lower()
        if f"{kind}.{name}" in known:
            return Placeholder(found.start(), close + 1, f"{kind}.{name}")
        close = text.find(")", close + 1, last)
    return Placeholder(found.start(), begin if first < 0 else first + 1, None)
