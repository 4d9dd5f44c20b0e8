"""The form of answers: typed declarations in wire order, and how the encoders read them.

A `Shape` is declared once, as live servers print it; msgspec encodes it without an intermediate
tree. No word of the trade is known here.
"""

import types
from collections.abc import Mapping
from enum import Enum, auto
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, Union, get_args, get_origin

import msgspec

from dealwright.wire import casing


class Mark(Enum):
    """What a text means."""

    MOMENT = "date-time"
    GUID = "uuid"


MomentText = Annotated[str, Mark.MOMENT]
GuidText = Annotated[str, Mark.GUID]
MoneyNumber = float | msgspec.Raw
"""A float prints exactly below 10^15 of the smallest unit; beyond that the digits come as `Raw`."""


# Without `gc` the cycle collector skips answers of hundreds of shapes, which contain no cycles.
class Shape(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False, rename=casing.live):
    """Root of all output types; subclasses repeat `kw_only=True`. Members are in wire order.

    A member with a default is left out of live answers when it has that default; one without is
    always printed. Defaults are compared by identity, so a number that is left out when it is zero
    is declared `MoneyNumber | None = None`.

    The documented profile prints every member; a type may declare exceptions to the spelling of
    names and to their order, and members of our own that are printed only if they have a value.
    """

    documented_names: ClassVar[Mapping[str, str]] = {}
    documented_order: ClassVar[tuple[str, ...]] = ()
    documented_optional: ClassVar[tuple[str, ...]] = ()


class ValueKind(Enum):
    TEXT = auto()
    MOMENT = auto()
    GUID = auto()
    WHOLE = auto()
    NUMBER = auto()
    FLAG = auto()
    SHAPE = auto()
    LIST = auto()
    MAP = auto()
    ANY = auto()


class Form(NamedTuple):
    """A declared type as the wire sees it: `item` of lists, maps; `types` of shapes, enums."""

    kind: ValueKind
    nullable: bool = False
    item: "Form | None" = None
    types: tuple[type, ...] = ()


class Member(NamedTuple):
    attribute: str
    live: str
    documented: str
    form: Form
    default: object

    @property
    def required(self) -> bool:
        """Always printed, even in live answers."""
        return self.default is msgspec.NODEFAULT

    def omits(self, value: object) -> bool:
        """Whether a live answer leaves this value out; the same test as msgspec's own encoder."""
        if self.default == [] or self.default == {}:
            return value == self.default
        return value is self.default


@cache
def members(shape: type[Shape]) -> tuple[Member, ...]:
    """The members in wire order. Raises TypeError for a default that msgspec cannot recognise."""
    return tuple(_member(shape, field) for field in msgspec.structs.fields(shape))


def _member(shape: type[Shape], field: msgspec.structs.FieldInfo) -> Member:
    default: Any = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    if not _recognisable(default):
        raise TypeError(f"{shape.__name__}.{field.name}: declare `| None = None`, not {default!r}")
    documented = shape.documented_names.get(field.name) or casing.documented_of(field.encode_name)
    return Member(field.name, field.encode_name, documented, form(field.type), default)


def _recognisable(default: object) -> bool:
    if isinstance(default, Enum) or default in (None, msgspec.NODEFAULT):
        return True
    return type(default) in (bool, int, str, list, dict) and not default


@cache
def form(annotation: Any) -> Form:
    """Reads a declared type; a type that says nothing (`object`, a mixed union, `Raw`) is ANY."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _marked(annotation)
    if origin in (Union, types.UnionType):
        return _united(get_args(annotation))
    if origin in (list, tuple):
        return Form(ValueKind.LIST, item=form(get_args(annotation)[0]))
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return Form(ValueKind.MAP, item=form(get_args(annotation)[1]))
    return _plain(annotation)


def _marked(annotation: Any) -> Form:
    inner, *marks = get_args(annotation)
    plain = form(inner)
    for mark in marks:
        if isinstance(mark, Mark):
            return plain._replace(kind=ValueKind[mark.name])
    return plain


def _united(choices: tuple[Any, ...]) -> Form:
    nullable = type(None) in choices
    rest = [choice for choice in choices if choice is not type(None)]
    if float in rest:
        rest = [choice for choice in rest if choice is not msgspec.Raw]
    forms = [form(choice) for choice in rest]
    if len(forms) == 1:
        return forms[0]._replace(nullable=nullable)
    if all(choice.kind is ValueKind.SHAPE for choice in forms):
        shapes = tuple(shape for choice in forms for shape in choice.types)
        return Form(ValueKind.SHAPE, nullable, types=shapes)
    return Form(ValueKind.ANY, nullable=True)


def _plain(annotation: Any) -> Form:
    if not isinstance(annotation, type):
        return Form(ValueKind.ANY, nullable=True)
    for root, kind in _ROOTS.items():
        if issubclass(annotation, root):
            named = kind is ValueKind.SHAPE or issubclass(annotation, Enum)
            return Form(kind, types=(annotation,) if named else ())
    return Form(ValueKind.ANY, nullable=True)


_ROOTS = {
    bool: ValueKind.FLAG,
    int: ValueKind.WHOLE,
    float: ValueKind.NUMBER,
    str: ValueKind.TEXT,
    Shape: ValueKind.SHAPE,
}
