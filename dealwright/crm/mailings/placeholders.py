"""What stands for something of each contact in a mailing: `$(Person.First Name)` and the like.

Knows no contact and no database: the names that mean something come from the caller.
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
_SHOWN = 20  # names of those that are known, in a refusal


class Placeholder(NamedTuple):
    """One of a text: where it stands, and its name such as `person.first name`, None where no
    known name stands there."""

    start: int
    end: int
    name: str | None


def filled(
    text: str, values: Mapping[str, str], *, known: Collection[str] = (), as_html: bool
) -> str:
    """The text with the values of one contact, escaped where it is HTML.

    `values` are by names such as `person.first name`; what is known and has no value, such as
    what is of the other kind of contact, is empty. So is what is unknown: `demand_known` refuses
    it before a mailing begins, and a field may be deleted meanwhile. Raises Invalid when the
    values make the text too long.
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
    """Raises Invalid for the first placeholder with a name that is not known.

    # differs: the reference sends it as it stands.
    """
    for each in _found(text, known, as_html=as_html):
        if each.name is None:
            listed = ", ".join(f"$({name.title()})" for name in sorted(known)[:_SHOWN])
            wrong = quoted(text[each.start : each.end])
            raise Invalid(
                parameter, f"must not hold the unknown placeholder {wrong}; known are {listed} …"
            )


def _found(text: str, known: Collection[str], *, as_html: bool) -> Iterator[Placeholder]:
    """The placeholders in order; what one of them is filled with is not looked at again."""
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
    """The shortest known name wins; a label may hold `)` itself, as in `Size (cm)`. No name ends
    beyond the `most`th of them."""
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
