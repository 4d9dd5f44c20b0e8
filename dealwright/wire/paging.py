"""The parameters that every list takes, and lists cut to a page.

Which sorts an entity knows, and how SQL cuts a page, is the slices' business.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from dealwright.errors import Invalid
from dealwright.wire.conversion import ConversionError, bounded_int
from dealwright.wire.shape import Member, Shape, ValueKind, members
from dealwright.wire.values import Length, limited

MOST_ROWS = 1000
Row = TypeVar("Row")

_LARGEST = 2**31 - 1
_read_filter = limited(Length(1000))


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared with names is lower-case; `filter_value` is as it was sent."""

    count: int = MOST_ROWS
    start_index: int = 0
    sort_by: str = ""
    descending: bool = False
    sort_order_given: bool = False
    filter_value: str = ""
    filter_by: tuple[str, ...] = ()
    filter_op: str = "equals"
    fields: tuple[str, ...] | None = None
    cursor: str | None = None


class Listing(msgspec.Struct, Generic[Row], frozen=True):
    """One page of rows; `total` counts what the whole list holds, None if nobody counted.

    A handler declares what the rows are: `-> Listing[Opportunity]`.
    """

    rows: Sequence[Row]
    total: int | None = None
    next_cursor: str | None = None


# The parameters of every list, as documented; they never limit what a destructive route changes.
PARAMETERS: Mapping[str, tuple[str, str]] = {
    "count": (
        "integer",
        "How many rows at most: 0 to 1000, 1000 when absent. 0 answers only the total.",
    ),
    "startIndex": ("integer", "How many rows to skip."),
    "sortBy": (
        "string",
        "The property to sort by, in any case. An unknown one is refused and the known are named.",
    ),
    "sortOrder": ("string", "`descending` (or `desc`) sorts downwards, anything else upwards."),
    "filterBy": (
        "string",
        "Accepted for compatibility; ignored unless the description of a route says otherwise.",
    ),
    "filterOp": ("string", "Accepted for compatibility and ignored."),
    "filterValue": ("string", "Text to search for, at most 1000 characters."),
    "fields": ("string", "Comma-separated member names: only these are answered of each row."),
    "cursor": (
        "string",
        "Empty to start paging by cursor, afterwards the `nextCursor` of the answer before.",
    ),
}


def paging(tree: Mapping[str, object]) -> Paging:
    """Reads the list parameters of a folded query; what cannot be read counts as absent.

    Raises Invalid only for a search text that is too long, holds illegal characters or is no text:
    without it more would be listed, or changed, than was asked for.
    """
    if not tree:
        return _NOTHING_ASKED
    order = _first(tree, "sortorder").lower()
    return Paging(
        count=min(_whole(_first(tree, "count"), absent=MOST_ROWS), MOST_ROWS),
        start_index=_whole(_first(tree, "startindex"), absent=0),
        sort_by=_first(tree, "sortby").lower(),
        descending=order in ("descending", "desc"),
        sort_order_given=bool(order),
        filter_value=_filter_value(tree),
        filter_by=_parts(tree, "filterby"),
        filter_op=_first(tree, "filterop").lower() or "equals",
        fields=_parts(tree, "fields") or None,
        cursor=_texts(tree, "cursor")[0] if "cursor" in tree else None,
    )


_NOTHING_ASKED = Paging()  # most requests for one record


def _filter_value(tree: Mapping[str, object]) -> Any:
    value = tree.get("filtervalue")
    while isinstance(value, list):
        value = value[0] if value else None
    # differs: the reference cuts the search text at the first comma.
    try:
        return _read_filter("" if value is None else value)
    except ConversionError as unfit:
        raise unfit.inside("filterValue").named() from None


def _texts(tree: Mapping[str, object], name: str) -> list[str]:
    """All texts given under a name, never none."""
    value = tree.get(name)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)] or [""]


def _parts(tree: Mapping[str, object], name: str) -> tuple[str, ...]:
    if name not in tree:
        return ()
    parts = (part.strip().lower() for item in _texts(tree, name) for part in item.split(","))
    return tuple(part for part in parts if part)


def _first(tree: Mapping[str, object], name: str) -> str:
    value = tree.get(name, "")
    text = value if isinstance(value, str) else _texts(tree, name)[0]
    return text.partition(",")[0].strip()


def _whole(digits: str, *, absent: int) -> int:
    """Beyond 32 bits the largest number: a huge start is an empty page, not the first one again."""
    if not (digits.isascii() and digits.isdigit()):
        return absent
    return bounded_int(digits, _LARGEST)


def arrange(rows: Sequence[Row], page: Paging) -> Listing[Row]:
    """A small list held in memory, sorted and cut as asked; `total` only if rows were cut off.

    Raises Invalid, naming what is allowed, when `sortBy` names no property of the rows.
    """
    if page.sort_by and rows and isinstance(rows[0], Shape):
        rows = _sorted(rows, type(rows[0]), page)
    cut = rows[page.start_index : page.start_index + page.count]
    return Listing(cut, len(rows) if len(cut) < len(rows) else None)


def _sorted(rows: Sequence[Any], shape: type[Shape], page: Paging) -> list[Any]:
    known = {member.live.lower(): member for member in members(shape) if member.form.kind in _KEYS}
    if page.sort_by not in known:
        allowed = ", ".join(member.live for member in known.values())
        raise Invalid("sortBy", f"must be one of: {allowed}")
    key = _sort_key(known[page.sort_by])
    tie = _sort_key(known["id"]) if "id" in known else key
    return sorted(rows, key=lambda row: (key(row), tie(row)), reverse=page.descending)


def _sort_key(member: Member) -> Callable[[Any], tuple[bool, Any]]:
    """Rows without a value come first. differs: the reference drops them from a sorted list."""
    comparable = _KEYS[member.form.kind]

    def key(row: Any) -> tuple[bool, Any]:
        value = getattr(row, member.attribute)
        return (False, 0) if value is None else (True, comparable(value))

    return key


def _number(value: float | msgspec.Raw) -> float:
    return float(bytes(value)) if isinstance(value, msgspec.Raw) else value


_KEYS: Mapping[ValueKind, Callable[[Any], Any]] = {
    ValueKind.TEXT: str.casefold,
    ValueKind.GUID: str,
    ValueKind.MOMENT: datetime.fromisoformat,
    ValueKind.WHOLE: int,
    ValueKind.NUMBER: _number,
    ValueKind.FLAG: bool,
}
