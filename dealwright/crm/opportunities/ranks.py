"""The place of an opportunity in the column of its stage: texts that sort as the cards stand.

A place between two others is made without touching either, so people who move cards at the same
time never write each other's rows. Digits are those of base 62, compared as code units, which both
databases do. A moment gives a place above all that came before it.
"""

from zlib import crc32

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
_BASE = len(DIGITS)
# The first digits tell the moment backwards: the later, the smaller.
_LATEST = 500_000_000_000_000_000
MOMENT_DIGITS = 15
# How many places are left between two neighbours at least before one of them is taken, so that two
# people who take one at once seldom take the same.
_ROOM = _BASE**3


def on_top(moment: int, *, salt: str) -> str:
    """Above all places that earlier moments made (microseconds since 1970). What comes in the same
    moment stands apart by its own `salt`."""
    apart = _text(_ROOM + crc32(salt.encode()) % (_BASE**5), 5)
    return f"{_LATEST - moment:0{MOMENT_DIGITS}x}{apart}"


def between(above: str, below: str, *, salt: int) -> str:
    """A place behind `above` and before `below`; an empty text stands for the end of the column.

    Two cards that are put to the same place by their own `salt` (the id) stand apart. Where the
    neighbours leave no room, because they stand alike or the wrong way round, it is right behind
    `above`.
    """
    if below and above >= below:
        below = ""
    length = max(len(above), len(below), MOMENT_DIGITS)
    while True:
        low = _number(above, length)
        high = _number(below, length) if below else _BASE**length
        if high - low > 2 * _ROOM:
            break
        length += 1
        if length > max(len(above), len(below)) + _ENOUGH:
            return between(above, "", salt=salt)
    middle = (low + high) // 2
    return _text(middle + salt % _ROOM - _ROOM // 2, length)


_ENOUGH = 8


def _number(text: str, length: int) -> int:
    number = 0
    for digit in text.ljust(length, DIGITS[0]):
        number = number * _BASE + _VALUES[digit]
    return number


def _text(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, value = divmod(number, _BASE)
        digits.append(DIGITS[value])
    # A zero at the end would leave no room before it.
    return "".join(reversed(digits)).rstrip(DIGITS[0])
