"""Random declarations of answers, and values for them: tests write a shape and read it back."""

from collections.abc import Callable
from decimal import Decimal
from enum import IntEnum
from keyword import iskeyword
from typing import Any, NamedTuple, cast

import msgspec
from hypothesis import strategies as some

from dealwright.wire.moments import UNSET
from dealwright.wire.shape import GuidText, Member, MomentText, MoneyNumber, Shape, ValueKind


class Colour(IntEnum):
    RED = 0
    GREEN = 1
    DARK_BLUE = 7


class Choice(NamedTuple):
    """A way to declare one member: its type, its default if it may be left out, and its values."""

    annotation: Any
    values: some.SearchStrategy[Any]
    default: object = msgspec.NODEFAULT


TEXT = some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda character: character >= " " or character in "\t\n\r"
    ),
    max_size=12,
) | some.sampled_from(["", " ", "&lt;", "]]>", "'\"", "{x}", "'''", "\\", "\r\n", "True", "null"])
WHOLE = some.integers(-(2**31), 2**31 - 1)
MONEY = some.integers(-(2**63), 2**63 - 1).map(
    lambda n: n / 10000 if abs(n) < 10**15 else msgspec.Raw(str(Decimal(n).scaleb(-4)).encode())
)
GUID = some.uuids().map(str)
MOMENT = some.datetimes().map(
    lambda moment: f"{moment:%Y}".zfill(4) + f"{moment:-%m-%dT%H:%M:%S.%f}0Z"
)
NAMES = some.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z]{1,5}){0,2}", fullmatch=True).filter(
    lambda name: (
        name.isidentifier()
        and not iskeyword(name)
        and name not in ("documented_names", "documented_order")
    )
)

PLAIN = [
    Choice(str, TEXT),
    Choice(str, TEXT, ""),
    Choice(str | None, some.none() | TEXT),
    Choice(str | None, some.none() | TEXT, None),
    Choice(GuidText, GUID),
    Choice(MomentText, MOMENT | some.just(UNSET)),
    Choice(MomentText | None, some.none() | MOMENT, None),
    Choice(int, WHOLE),
    Choice(int, WHOLE, 0),
    Choice(int | None, some.none() | WHOLE),
    Choice(Colour, some.sampled_from(Colour)),
    Choice(Colour, some.sampled_from(Colour), Colour.RED),
    Choice(bool, some.booleans()),
    Choice(bool, some.booleans(), False),
    Choice(MoneyNumber, MONEY),
    Choice(MoneyNumber | None, some.none() | MONEY, None),
    Choice(list[str], some.lists(TEXT, max_size=3)),
    Choice(list[int], some.lists(WHOLE, max_size=3), []),
    Choice(dict[str, int], some.dictionaries(some.sampled_from("abc"), WHOLE)),
]


def _nested(shape: type[Shape]) -> list[Choice]:
    whole: Any = shape
    values = instances(shape)
    return [
        Choice(whole, values),
        Choice(whole | None, some.none() | values),
        Choice(whole | None, some.none() | values, None),
        Choice(list[whole], some.lists(values, max_size=3)),
        Choice(list[whole] | None, some.none() | some.lists(values, max_size=3), None),
    ]


_choices: dict[type[Shape], dict[str, Choice]] = {}


@some.composite
def shapes(draw: Callable[..., Any], depth: int = 2) -> type[Shape]:
    """A random subclass of Shape, with shapes inside down to a depth."""
    choices = list(PLAIN)
    if depth and draw(some.booleans()):
        choices += _nested(draw(shapes(depth=depth - 1)))
    names = draw(
        some.lists(NAMES, max_size=6, unique_by=lambda name: name.replace("_", "").lower())
    )
    chosen = {name: draw(some.sampled_from(choices)) for name in names}
    fields = [(name, choice.annotation, _field(choice)) for name, choice in chosen.items()]
    shape: Any = msgspec.defstruct("Drawn", fields, bases=(Shape,), kw_only=True)
    _choices[shape] = chosen
    return cast(type[Shape], shape)


def _field(choice: Choice) -> Any:
    if choice.default == []:
        return msgspec.field(default_factory=list)
    return msgspec.field(default=choice.default)


def instances(shape: type[Shape]) -> some.SearchStrategy[Shape]:
    """Finished values of a shape that `shapes` has drawn."""
    return some.builds(shape, **{name: choice.values for name, choice in _choices[shape].items()})


def plain(value: Any) -> Any:
    """A value as data that can be compared: numbers exact, shapes as a dict of attributes."""
    if isinstance(value, Shape):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, msgspec.Raw):
        return Decimal(bytes(value).decode())
    return value


def if_absent(member: Member) -> object:
    """What the documented profile says where a value is missing."""
    zero = {ValueKind.WHOLE: 0, ValueKind.NUMBER: Decimal(0), ValueKind.FLAG: False}
    match member.form.kind:
        case ValueKind.TEXT:
            return ""
        case ValueKind.LIST:
            return []
        case kind:
            return None if member.required else zero.get(kind)
