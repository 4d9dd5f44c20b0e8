"""The documented profile and the `fields` projection: a finished answer becomes a plain tree.

Live answers do not pass through here. `envelope` decides on the profile.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from dealwright.wire.moments import UNSET
from dealwright.wire.shape import Member, Shape, ValueKind, members

Convert = Callable[[Any], object]


def documented(value: object) -> object:
    """Any finished answer as documented: all members are present, an unset moment is null."""
    if isinstance(value, Shape):
        return {
            name: convert(getattr(value, attribute))
            for name, attribute, convert, is_optional in _plan(type(value))
            if not (is_optional and getattr(value, attribute) is None)
        }
    if isinstance(value, list | tuple):
        return [documented(item) for item in value]
    if isinstance(value, Mapping):
        return {key: documented(item) for key, item in value.items()}
    return value


@cache
def _plan(shape: type[Shape]) -> tuple[tuple[str, str, Convert, bool], ...]:
    return tuple(
        (
            member.documented,
            member.attribute,
            _conversion(member),
            member.attribute in shape.documented_optional,
        )
        for member in documented_members(shape)
    )


@cache
def documented_members(shape: type[Shape]) -> tuple[Member, ...]:
    """The members in the order of the documentation. Raises TypeError if that order forgets one."""
    if not shape.documented_order:
        return members(shape)
    known = {member.attribute: member for member in members(shape)}
    if sorted(known) != sorted(shape.documented_order):
        raise TypeError(f"{shape.__name__}.documented_order must name every member once")
    return tuple(known[attribute] for attribute in shape.documented_order)


def _conversion(member: Member) -> Convert:
    match member.form.kind:
        case ValueKind.MOMENT:
            return lambda value: None if value == UNSET else value
        case ValueKind.LIST:
            return lambda value: [] if value is None else documented(value)
        case ValueKind.SHAPE | ValueKind.MAP | ValueKind.ANY:
            return documented
    absent = _absent(member)
    return lambda value: absent if value is None else value


def _absent(member: Member) -> object:
    """What replaces None: an empty text, zero for an optional number, else null."""
    if member.form.kind is ValueKind.TEXT:
        return ""
    return None if member.required else _ZEROS.get(member.form.kind)


_ZEROS: Mapping[ValueKind, object] = {
    ValueKind.WHOLE: 0,
    ValueKind.NUMBER: 0.0,
    ValueKind.FLAG: False,
}


def project(value: object, fields: tuple[str, ...], *, as_documented: bool = False) -> object:
    """Only the members of these lower-case names, of a shape or of each shape of a list.

    Nested shapes stay whole; a name that the shape does not have is ignored.
    """
    if isinstance(value, list | tuple):
        return [project(item, fields, as_documented=as_documented) for item in value]
    if not isinstance(value, Shape):
        return documented(value) if as_documented else value
    kept = [member for member in members(type(value)) if member.live.lower() in fields]
    if not as_documented:
        given = ((member, getattr(value, member.attribute)) for member in kept)
        return {member.live: item for member, item in given if not member.omits(item)}
    names = {member.documented for member in kept}
    whole: Any = documented(value)
    return {name: item for name, item in whole.items() if name in names}
