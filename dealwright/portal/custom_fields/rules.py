"""What a custom field may be."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from dealwright.errors import Invalid, NotFound


class FieldType(IntEnum):
    TEXT_FIELD = 0
    TEXT_AREA = 1
    SELECT_BOX = 2
    CHECK_BOX = 3
    HEADING = 4
    DATE = 5

    @classmethod
    def captions(cls) -> dict[str, "FieldType"]:
        """The English texts that the reference accepts beside the names."""
        return {member.name.lower().replace("_", " "): member for member in cls}


class FieldOwner(IntEnum):
    """What a field belongs to. A contact's field belongs to persons and companies alike."""

    CONTACT = 0
    OPPORTUNITY = 1
    COMPANY = 4
    PERSON = 5
    CASE = 7

    @property
    def has(self) -> frozenset[int]:
        """The owners whose fields its records have."""
        if self in (FieldOwner.COMPANY, FieldOwner.PERSON):
            return frozenset((int(FieldOwner.CONTACT), int(self)))
        return frozenset((int(self),))


@dataclass(frozen=True, slots=True)
class Field:
    """The definition of a field. `mask` is JSON: sizes of a text, options of a select box."""

    id: int
    entity_type: int
    label: str
    field_type: int
    mask: str
    position: int

    @property
    def holds_values(self) -> bool:
        return self.field_type != FieldType.HEADING

    @property
    def options(self) -> list[str]:
        """The options of a select box, in their order."""
        is_box = self.field_type == FieldType.SELECT_BOX
        return [*map(str, _json(self.mask))] if is_box else []


def valid(requested: Field) -> Field:
    """The definition as it may be stored. Raises Invalid."""
    if not requested.label:
        raise Invalid("label", "must not be empty")
    return replace(requested, mask=normal_mask(requested.field_type, requested.mask))


def revise(before: Field, requested: Field, *, has_values: bool) -> Field:
    """The definition with label, type and mask replaced. Once there are values the type stays, and
    a select box keeps the options in use. Raises Invalid.

    # differs: the reference stores the new mask of a field with values as it was sent, even if it
    is empty.
    """
    field_type = before.field_type if has_values else requested.field_type
    params = valid(replace(requested, field_type=field_type))
    keeps = has_values and field_type == FieldType.SELECT_BOX
    if keeps and not _options(before.mask) <= _options(params.mask):
        raise Invalid("mask", "must keep the existing options", _INVALID)
    return replace(before, label=params.label, field_type=field_type, mask=params.mask)


def normal_mask(field_type: int, mask: str) -> str:
    """The mask as it is stored: only what the type needs. Raises Invalid."""
    match field_type:
        case FieldType.TEXT_FIELD:
            return _sizes(mask, most={"size": 150}, unread={"size": 40})
        case FieldType.TEXT_AREA:
            return _sizes(mask, most={"rows": 25, "cols": 150}, unread={"rows": 2, "cols": 40})
        case FieldType.SELECT_BOX:
            _options(mask)
            return mask
    return ""


_INVALID = "Mask is not valid"


def _sizes(mask: str, *, most: Mapping[str, int], unread: Mapping[str, int]) -> str:
    """Sizes from 1 to the largest.

    # differs: the reference lets sizes be negative.
    """
    if not mask:
        raise Invalid("mask", f"must be JSON such as {_compact(unread)}", _INVALID)
    try:
        given = _json(mask)
        sizes = {name: max(1, min(most[name], int(given.get(name) or 0))) for name in most}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return _compact(unread)
    return _compact(sizes)


def _options(mask: str) -> frozenset[str]:
    expected = 'must be a JSON list of texts such as ["red","green"]'
    try:
        given = _json(mask)
    except (ValueError, RecursionError) as unread:
        raise Invalid("mask", expected, _INVALID) from unread
    if not isinstance(given, list) or any(isinstance(each, list | dict) for each in given):
        raise Invalid("mask", expected, _INVALID)
    return frozenset(map(str, given))


def _json(mask: str) -> Any:
    return json.loads(mask, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    """Python reads NaN and Infinity, which are not JSON."""
    raise ValueError(constant)


def _compact(sizes: Mapping[str, int]) -> str:
    return json.dumps(sizes, separators=(",", ":"))


def find(fields: Mapping[int, Field], field_id: int) -> Field:
    """Raises Invalid, NotFound."""
    if field_id <= 0:
        raise Invalid("fieldid", "must be the id of a custom field")
    if field_id not in fields:
        raise NotFound
    return fields[field_id]


def find_to_fill(fields: Mapping[int, Field], field_id: int, owner: FieldOwner) -> Field:
    """A field that such a record has and that can hold a value. Raises Invalid, NotFound."""
    field = find(fields, field_id)
    if field.entity_type not in owner.has:
        raise NotFound
    if not field.holds_values:
        raise Invalid("fieldid", "must be the id of a field that holds values, not of a heading")
    return field


def reordered(fields: Mapping[int, Field], owner: FieldOwner, ids: Sequence[int]) -> list[Field]:
    """The named fields in this order, then the others of the owner, with positions from 0.

    Raises NotFound for an id that none of its fields has.
    """
    own = [each.id for each in fields.values() if each.entity_type in owner.has]
    if unknown := frozenset(ids) - frozenset(own):
        raise NotFound(f"Not found: there is no custom field {min(unknown)}")
    order = dict.fromkeys([*ids, *own])
    return [replace(fields[each], position=place) for place, each in enumerate(order)]


def merged(
    stored: Sequence[tuple[int, str]], inputs: Iterable[tuple[int, str]], *, fields: frozenset[int]
) -> tuple[tuple[int, str], ...]:
    """The custom values of a record with some of them set; unknown fields are skipped.

    # differs: an empty value clears the stored one, where the reference cannot clear at all.
    """
    values = dict(stored)
    for field, value in inputs:
        if field not in fields:
            continue
        if value.strip():
            values[field] = value
        else:
            values.pop(field, None)
    return tuple(sorted(values.items()))
