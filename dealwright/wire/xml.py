"""The same answers as XML: members become elements, a list repeats its element.

Live shapes are written by one generated function per class, twice as fast as walking a tree; the
documented profile is walked, being a plain tree already. No word of the trade is known here.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from dealwright.wire.shape import Kind, Member, Shape, members
from dealwright.wire.unfit import ILLEGAL

Write = Callable[[Any], str]

_exact = msgspec.json.Decoder(float_hook=Decimal)
_NOT_IN_NAMES = re.compile(r"[^\w.\-]|^[\d.\-]", re.ASCII)


def document(tree: Mapping[str, object], *, documented: bool = False) -> str:
    """One line under `<result>`. `documented`: True/False, an empty text is `<X />` like null."""
    write = _documented if documented else _live
    return f"<result>{_children(tree, write)}</result>"


def _live(name: str, value: object) -> str:
    """The element, or elements, of one value."""
    if isinstance(value, Shape):
        return _wrapped(name, _body(type(value))(value))
    if isinstance(value, str):
        return f"<{name}>{text(value)}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    return _common(name, value, _live)


def _documented(name: str, value: object) -> str:
    if isinstance(value, str):
        return _wrapped(name, text(value))
    if isinstance(value, bool):
        return f"<{name}>{value}</{name}>"
    return _common(name, value, _documented)


def _common(name: str, value: object, write: Callable[[str, object], str]) -> str:
    if value is None:
        return f"<{name} />"
    if isinstance(value, Mapping):
        return _wrapped(name, _children(value, write))
    if isinstance(value, list | tuple):
        return "".join(_item(name, item, write) for item in value)
    if isinstance(value, msgspec.Raw):
        return write(name, _exact.decode(value))
    return f"<{name}>{number(value)}</{name}>"


def _item(name: str, item: object, write: Callable[[str, object], str]) -> str:
    inner = write(name, item)
    return _wrapped(name, inner) if isinstance(item, list | tuple) else inner


def _children(tree: Mapping[Any, object], write: Callable[[str, object], str]) -> str:
    return "".join(write(element_name(str(key)), item) for key, item in tree.items())


def _wrapped(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else f"<{name} />"


def text(value: str) -> str:
    """Escaped content. What XML 1.0 cannot carry, and input therefore refuses, becomes U+FFFD."""
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
    """A member name as an element name; what XML forbids is written `_xHHHH_`."""
    return _NOT_IN_NAMES.sub(lambda found: f"_x{ord(found[0]):04X}_", key) or "_x_"


@cache
def _body(shape: type[Shape]) -> Write:
    """Generates the writer of a shape's children; plain members are formatted in place."""
    names: dict[str, Any] = {"text": text}
    parts = []
    for position, member in enumerate(members(shape)):
        names[f"write{position}"] = _member(member)
        parts.append(_in_place(member) or f"{{write{position}(value.{member.attribute})}}")
    # The source holds attribute names and element names of our own declarations, never data.
    source = f"lambda value: f'''{''.join(parts)}'''"
    write: Write = eval(source, names)  # noqa: S307
    return write


def _in_place(member: Member) -> str:
    """The piece of an f-string for a member that is always there, or nothing."""
    if not member.required or member.form.nullable:
        return ""
    content = {
        Kind.TEXT: "{text(value.%s)}",
        Kind.MOMENT: "{value.%s}",
        Kind.GUID: "{value.%s}",
        Kind.WHOLE: "{value.%s:d}",
        Kind.FLAG: '{"true" if value.%s else "false"}',
    }.get(member.form.kind)
    name = element_name(member.live)
    return f"<{name}>{content % member.attribute}</{name}>" if content else ""


def _member(member: Member) -> Write:
    name = element_name(member.live)
    if member.required:
        return lambda value: _live(name, value)
    return lambda value: "" if member.omits(value) else _live(name, value)
