"""Single values: what each kind of input accepts, and the marker by which a type asks for it.

Knows no parameter names: a refusal is a `ConversionError`, to which `bind` adds the name. Numbers
and moments have their own modules; what slices need of them is exported here.
"""

import re
from dataclasses import dataclass
from datetime import tzinfo
from enum import Enum
from functools import cache
from typing import Annotated, Protocol

from dealwright.wire.conversion import ILLEGAL, ConversionError, quoted
from dealwright.wire.moments import UNSET as UNSET
from dealwright.wire.moments import Moments as Moments
from dealwright.wire.moments import moments as moments
from dealwright.wire.moments import read_last_moment, read_moment
from dealwright.wire.numbers import digits as digits
from dealwright.wire.numbers import money as money
from dealwright.wire.numbers import rate as rate
from dealwright.wire.numbers import read_id, read_int, read_long, read_money, read_rate

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"


class Read(Protocol):
    """Converts a request's value or raises ConversionError; local dates are dates of `zone`."""

    def __call__(self, value: object, zone: tzinfo | None = None, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Marks an annotated type with the reader of its text; `name` is for documents."""

    name: str
    read: Read


@dataclass(frozen=True, slots=True)
class Length:
    """At most `most` code points: `Annotated[str, Length(255)]`."""

    most: int


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int


_CANONICAL_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY_GUID = re.compile(rf"([{{(]?)({_CANONICAL_GUID.pattern})([)}}]?)|([0-9a-f]{{32}})")
_BRACKETS = ("", "{}", "()")


def read_text(value: object, zone: tzinfo | None = None) -> str:
    """Any scalar as text; characters that XML 1.0 cannot carry are refused."""
    if isinstance(value, str):
        return value if value.isprintable() else _legal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise ConversionError("must be text")


def read_bool(value: object, zone: tzinfo | None = None) -> bool:
    """`true` or `false` in any case; 1, 0 and yes are refused as in the reference."""
    if isinstance(value, bool):
        return value
    match value.strip().lower() if isinstance(value, str) else None:
        case "true":
            return True
        case "false":
            return False
    raise ConversionError("must be true or false")


def read_guid(value: object, zone: tzinfo | None = None) -> str:
    """Lower-case hyphenated text of any GUID form: also in braces, parentheses or bare digits."""
    if isinstance(value, str):
        if _CANONICAL_GUID.fullmatch(value):
            return value
        found = _ANY_GUID.fullmatch(value.strip().lower())
        if found and found[4]:
            bare = found[4]
            return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
        if found and found[1] + found[3] in _BRACKETS:
            return found[2]
    raise ConversionError(
        text=f"Guid should contain 32 digits with 4 dashes ({EMPTY_GUID.replace('0', 'x')})."
    )


@cache
def member_of(members: type[Enum]) -> Read:
    """A reader of one enumeration: by name in any case, by number, or by caption if it has them.

    An enumeration has captions when its class method `captions()` gives lower-case text -> member.
    """
    table: dict[str, Enum] = {str(member.value).lower(): member for member in members}
    table |= {name.lower().replace("_", ""): member for name, member in members.__members__.items()}
    table |= getattr(members, "captions", dict)()
    choices = f"must be one of {', '.join(names_of(members))}"

    def read(value: object, zone: tzinfo | None = None) -> Enum:
        text = str(value) if isinstance(value, str | int) else ""
        params = text.strip().lower()
        # differs: the reference takes an undefined number as it is.
        member = table.get(params, table.get(params.replace("_", "")))
        if member is None:
            raise ConversionError(choices, text=f"Requested value '{quoted(text)}' was not found.")
        return member

    return read


def names_of(members: type[Enum]) -> list[str]:
    """The documented names of an enumeration, each once: its texts, or its names for numbers."""
    return [
        member.value
        if isinstance(member.value, str)
        else "".join(word.capitalize() for word in member.name.split("_"))
        for member in members
    ]


def limited(limit: Length) -> Read:
    """A reader of text that counts code points."""

    def read(value: object, zone: tzinfo | None = None) -> str:
        text = read_text(value)
        if len(text) > limit.most:
            raise ConversionError(
                f"must have at most {limit.most} characters, not {len(text)}", readable=True
            )
        return text

    return read


def bounded(limit: Between) -> Read:
    """A reader of whole numbers within the bounds, 64 bits long where those are."""
    read_whole = read_int if limit.low >= -(2**31) and limit.high < 2**31 else read_long

    def read(value: object, zone: tzinfo | None = None) -> int:
        number = read_whole(value)
        if not limit.low <= number <= limit.high:
            raise ConversionError(
                f"must be between {limit.low} and {limit.high}, not {number}", readable=True
            )
        return number

    return read


def _legal(text: str) -> str:
    if found := ILLEGAL.search(text):
        raise ConversionError(f"must not contain the character U+{ord(found[0]):04X}")
    return text


Guid = Annotated[str, Reader("guid", read_guid)]
Money = Annotated[int, Reader("money", read_money)]
Rate = Annotated[int, Reader("rate", read_rate)]
Moment = Annotated[int, Reader("moment", read_moment)]
EndMoment = Annotated[int, Reader("end moment", read_last_moment)]  # of a filter's `toDate`
Id = Annotated[int, Reader("id", read_id)]
