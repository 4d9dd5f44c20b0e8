"""The place of an opportunity in the column of its stage: texts that sort like the cards.

A place between two others needs no change of either, so users who move cards at the same time never
write each other's rows. Digits are in base 62, compared as code units, as both databases do. A
moment gives a place above all earlier ones.
"""

from hashlib import blake2b

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(DIGITS)}
_BASE = len(DIGITS)
# The first digits count down with time: a later moment gives a smaller place.
_LATEST = 500_000_000_000_000_000
MOMENT_DIGITS = 15
# At least this many places stay free between two neighbours, so that two users who move cards there
# at once seldom get the same place.
_ROOM = _BASE**3


def on_top(moment: int, *, salt: str) -> str:
    """A place above all that earlier moments gave (microseconds since 1970). Equal moments differ
    by their `salt`."""
    apart = _text(
        _ROOM + int.from_bytes(blake2b(salt.encode(), digest_size=4).digest()) % (_BASE**5), 5
    )
    return f"{_LATEST - moment:0{MOMENT_DIGITS}x}{apart}"


def between(above: str, below: str, *, salt: int) -> str:
    """A place after `above` and before `below`; an empty text is the end of the column.

    Two cards moved to the same place differ by their own `salt` (the id). Where the neighbours
    leave no room, because they are equal or in the wrong order, the place is right after `above`.
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
