"""A value that cannot be converted, described by a converter that knows no parameter; `bind` adds
the name."""

import re

from dealwright.errors import Invalid, Malformed

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_QUOTE = 100


class ConversionError(Malformed):
    """`readable` values break a rule and become Invalid; others cannot be read and become
    Malformed."""

    def __init__(self, expected: str = "", *, text: str = "", readable: bool = False) -> None:
        super().__init__("value", expected, text)
        self.expected = expected
        self.opening = text
        self.readable = readable
        self.place = ""

    def inside(self, place: str) -> "ConversionError":
        """The same error, one level out: `inside(".key")`, then `inside("[2]")`, gives
        `[2].key`."""
        self.place = place + self.place
        return self

    def named(self, parameter: str = "") -> Invalid:
        """The text for the caller: `parameter` and the place in it."""
        kind = Invalid if self.readable else Malformed
        return kind((parameter + self.place).removeprefix("."), self.expected, self.opening)


class OutOfReach(ConversionError):
    """An id that no record can have: in a path it is not found, elsewhere it is invalid."""


def bounded_int(digits: str | bytes, most: int) -> int:
    """The number that ASCII digits say, or `most` for a larger one: Python refuses to read
    thousands of digits."""
    significant = digits.lstrip("0") if isinstance(digits, str) else digits.lstrip(b"0")
    return most if len(significant) > len(str(most)) else min(int(significant or "0"), most)


def quoted(text: str) -> str:
    """A caller's own words for use in a refusal: short, and valid in XML."""
    return ILLEGAL.sub("?", text[:_LONGEST_QUOTE])
