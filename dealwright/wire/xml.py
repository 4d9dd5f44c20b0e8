"""The same answers as XML: members become elements, a list repeats its element.

Live shapes are written by one list of writers per class, a writer for each member; the documented
profile is a plain tree already and is walked. No word of the trade is known here.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from dealwright.wire.conversion import ILLEGAL
from dealwright.wire.shape import Form, Member, Shape, ValueKind, members

# A page repeats the same users, stages and currencies: written texts are cached by identity.
Seen = dict[int, str]
Write = Callable[[Any, Seen], str]
Element = Callable[[str, object, Seen], str]

_exact = msgspec.json.Decoder(float_hook=Decimal)
_NOT_IN_NAMES = re.compile(r"[^\w.\-]|^[\d.\-]", re.ASCII)


def document(tree: Mapping[str, object], *, documented: bool = False) -> str:
    """One line under `<result>`. `documented`: True/False, an empty text is `<X />` like null."""
    write = _documented if documented else _live
    return f"<result>{_children(tree, write, {})}</result>"


def _live(name: str, value: object, seen: Seen) -> str:
    """The element, or elements, of one value."""
    if isinstance(value, Shape):
        return _shape(name, value, seen)
    if isinstance(value, str):
        return f"<{name}>{text(value)}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    return _common(name, value, _live, seen)


def _shape(name: str, value: Shape, seen: Seen) -> str:
    inner = seen.get(id(value))
    if inner is None:
        inner = seen[id(value)] = _body(type(value))(value, seen)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name} />"


def _documented(name: str, value: object, seen: Seen) -> str:
    if isinstance(value, str):
        return _wrapped(name, text(value))
    if isinstance(value, bool):
        return f"<{name}>{value}</{name}>"
    return _common(name, value, _documented, seen)


def _common(name: str, value: object, write: Element, seen: Seen) -> str:
    if value is None:
        return f"<{name} />"
    if isinstance(value, list | tuple):
        return "".join([_item(name, item, write, seen) for item in value])
    if isinstance(value, Mapping):
        return _wrapped(name, _children(value, write, seen))
    if isinstance(value, msgspec.Raw):
        return write(name, _exact.decode(value), seen)
    return f"<{name}>{number(value)}</{name}>"


def _item(name: str, item: object, write: Element, seen: Seen) -> str:
    inner = write(name, item, seen)
    return _wrapped(name, inner) if isinstance(item, list | tuple) else inner


def _children(tree: Mapping[Any, object], write: Element, seen: Seen) -> str:
    return "".join([write(element_name(str(key)), item, seen) for key, item in tree.items()])


def _wrapped(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else f"<{name} />"


def text(value: str) -> str:
    """Escaped content. Characters that XML 1.0 cannot carry, which input refuses, become U+FFFD."""
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    if ">" in value:
        value = value.replace(">", "&gt;")
    if value.isprintable():
        return value
    return ILLEGAL.sub("\ufffd", value).replace("\r", "&#13;")


def number(value: object) -> str:
    """Digits without needless `.0` and without exponent: 11.0 -> `11`, 1e-9 -> `0.000000001`."""
    digits = f"{value:d}" if isinstance(value, int) else str(value)
    if "e" in digits or "E" in digits:
        digits = format(Decimal(digits), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@cache
def element_name(key: str) -> str:
    """A member name as an element name; characters that XML forbids are written `_xHHHH_`."""
    return _NOT_IN_NAMES.sub(lambda found: f"_x{ord(found[0]):04X}_", key) or "_x_"


@cache
def _body(shape: type[Shape]) -> Write:
    """The writer of a shape's children."""
    plan = [(member.attribute, _member(member)) for member in members(shape)]
    return lambda value, seen: "".join(
        [write(getattr(value, attribute), seen) for attribute, write in plan]
    )


def _member(member: Member) -> Write:
    name, form = element_name(member.live), member.form
    if member.required:
        plain = None if form.nullable else _plain(form.kind, f"<{name}>", f"</{name}>")
        return plain or _writer(name, form)
    write = _writer(name, form)
    if member.default is None:
        return lambda value, seen: "" if value is None else write(value, seen)
    return lambda value, seen: "" if member.omits(value) else write(value, seen)


def _plain(kind: ValueKind, start: str, end: str) -> Write | None:
    """The writer of a value that is always there and never null, between its tags."""
    match kind:
        case ValueKind.TEXT:
            return lambda value, _: f"{start}{text(value)}{end}"
        case ValueKind.MOMENT | ValueKind.GUID:
            return lambda value, _: f"{start}{value}{end}"
        case ValueKind.WHOLE:
            return lambda value, _: f"{start}{value:d}{end}"
        case ValueKind.FLAG:
            return lambda value, _: f"{start}{'true' if value else 'false'}{end}"
        case _:
            return None


def _writer(name: str, form: Form) -> Write:
    """The writer of one member: shapes and lists of them, most of every page, are written
    directly."""
    if form.kind is ValueKind.SHAPE:
        return lambda value, seen: (
            _live(name, value, seen) if value is None else _shape(name, value, seen)
        )
    if form.kind is ValueKind.LIST and form.item and form.item.kind is ValueKind.SHAPE:
        return lambda value, seen: (
            f"<{name} />"
            if value is None
            else "".join([_shape(name, item, seen) for item in value])
        )
    return lambda value, seen: _live(name, value, seen)
