"""Turns a tree of request input into a typed input, by a plan made once per input type.

Every refusal names its parameter. Does not know where the tree came from (`parse`) and reads no
value itself (`values`).
"""

import types
from collections.abc import Callable, Collection, Mapping
from datetime import tzinfo
from enum import Enum
from functools import cache
from typing import (
    Annotated,
    Any,
    Generic,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from dealwright.errors import Invalid, NotFound
from dealwright.wire import casing
from dealwright.wire.conversion import ConversionError, OutOfReach, quoted
from dealwright.wire.multipart import Upload
from dealwright.wire.numbers import read_int
from dealwright.wire.paging import PARAMETERS as LIST_PARAMETERS
from dealwright.wire.parse import folded
from dealwright.wire.values import (
    Between,
    Length,
    Read,
    Reader,
    bounded,
    limited,
    member_of,
    read_bool,
    read_text,
)

MOST_ITEMS = 10_000
# What clients add to any address. The list parameters never limit what a destructive route changes.
_IN_LISTS = {name.lower() for name in LIST_PARAMETERS} | {"type", "updatedsince"}
_NEVER_LIMIT = frozenset({"_", "__", "asc_auth_key"} | _IN_LISTS)

Input = TypeVar("Input", bound=msgspec.Struct)


def binder(kind: type[Input]) -> "Binder[Input]":
    """The one binder of an input type."""
    return _binder(kind)


class Binder(Generic[Input]):
    """Makes inputs of one type. `names` are the folded names that it reads; `parameters` the
    documented ones."""

    def __init__(self, kind: type[Input]) -> None:
        self._kind = kind
        self._steps = {step.parameter.lower(): step for step in _steps_of(kind)}
        self._files = tuple(step for step in self._steps.values() if step.is_many and step.is_file)
        self.takes_files = any(step.is_file for step in self._steps.values())
        self._required = tuple(step for step in self._steps.values() if step.is_required)
        self.names = frozenset(self._steps)
        self.parameters = tuple(step.parameter for step in self._steps.values())

    def bind(
        self, tree: Mapping[str, object], *, zone: tzinfo, path_names: Collection[str] = ()
    ) -> Input:
        """The values of `tree`, with defaults for the rest; dates without an offset are local to
        `zone`.

        Raises Malformed or Invalid naming the parameter, and NotFound for an id in the path that no
        record can have.
        """
        try:
            return self._kind(**self.read(tree, zone))
        except OutOfReach as error:
            if error.place.removeprefix(".").lower() in path_names:
                raise NotFound from None
            raise error.named() from None
        except ConversionError as error:
            raise error.named() from None

    def demand_known(self, tree: Mapping[str, object]) -> None:
        """Raises Invalid for a name that the input does not have."""
        # differs: the reference ignores a misspelt filter and changes more than was meant.
        for name in tree:
            if name not in self.names and name not in _NEVER_LIMIT:
                known = ", ".join(self.parameters)
                raise Invalid(quoted(name), f"is not a parameter here; known are {known}")

    def read(self, tree: Mapping[str, object], zone: tzinfo | None) -> dict[str, Any]:
        """The attributes that a tree of folded names gives; raises ConversionError with the place
        in it."""
        found: dict[str, Any] = {}
        step_of = self._steps.get
        for name, value in tree.items():
            step = step_of(name)
            if step is None:
                continue
            attribute, read, empty, is_many, _, _, _ = step
            if value.__class__ is list and (not is_many or len(value) < 2):
                value = _first(value)
            if value is None or value == "":
                given = empty
            elif value is ABSENT:
                continue
            else:
                try:
                    given = read(value, zone)
                except ConversionError as error:
                    raise error.inside(f".{step.parameter}") from None
            if given is not ABSENT:
                found[attribute] = given
        for step in self._files:
            # Files may come under any name that has no other meaning.
            if others := _uploads(tree, but=self._steps):
                found[step.attribute] = (*found.get(step.attribute, ()), *others)
        missing = [step.parameter for step in self._required if step.attribute not in found]
        if missing:
            expected = "is required" if len(missing) == 1 else "are required"
            raise ConversionError(expected, readable=True).inside(f".{', '.join(missing)}")
        return found


class _Absent:
    """Stands for an absent value: the declared default stays."""


ABSENT = _Absent()


class _Step(NamedTuple):
    attribute: str
    read: Read
    empty: object  # the value for "" and null
    is_many: bool
    is_file: bool
    parameter: str
    is_required: bool


class _Plan(NamedTuple):
    read: Read
    empty: object = ABSENT
    is_many: bool = False
    is_file: bool = False


@cache
def _binder(kind: type[Any]) -> Binder[Any]:
    return Binder(kind)


def _steps_of(kind: type[msgspec.Struct]) -> list[_Step]:
    hints = get_type_hints(kind, include_extras=True)
    steps = []
    for field in msgspec.structs.fields(kind):
        plan = _plan(hints[field.name])
        is_renamed = field.encode_name != field.name
        parameter = field.encode_name if is_renamed else casing.parameter(field.name)
        steps.append(_Step(field.name, *plan, parameter, field.required))
    return steps


def _plan(annotation: Any, markers: tuple[object, ...] = ()) -> _Plan:
    """How one annotation is read; TypeError, at start, for one that no request can be read as."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _plan(arguments[0], arguments[1:] + markers)
    if origin in (Union, types.UnionType):
        return _optional(arguments, markers)
    if origin in (list, tuple):
        item = _plan(arguments[0], markers)
        return _Plan(_many(item.read, origin), is_many=True, is_file=item.is_file)
    if annotation in (object, Any):
        return _Plan(_as_it_is, is_many=True)
    read = _reader(annotation, markers)
    is_text = annotation is str and not any(isinstance(marker, Reader) for marker in markers)
    return _Plan(read, "" if is_text else ABSENT, is_file=annotation is Upload)


def _optional(alternatives: tuple[Any, ...], markers: tuple[object, ...]) -> _Plan:
    nothing = {types.NoneType, msgspec.UnsetType}
    wanted = [alternative for alternative in alternatives if alternative not in nothing]
    if len(wanted) != 1:
        raise TypeError(f"an input cannot be one of several kinds: {alternatives}")
    plan = _plan(wanted[0], markers)
    if types.NoneType in alternatives and plan.empty is ABSENT and not plan.is_many:
        return plan._replace(empty=None)
    return plan


def _reader(kind: Any, markers: tuple[object, ...]) -> Read:
    for marker in markers:
        match marker:
            case Reader():
                return marker.read
            case Length():
                return limited(marker)
            case Between():
                return bounded(marker)
    if kind is bool:
        return read_bool
    if kind is int:
        return read_int
    if kind is str:
        return read_text
    if kind is Upload:
        return _upload
    if issubclass(kind, Enum):
        return member_of(kind)
    if issubclass(kind, msgspec.Struct):
        return _members(kind)
    raise TypeError(f"no request can be read as {kind}")


def _uploads(tree: Mapping[str, object], *, but: Collection[str]) -> list[Upload]:
    """The files at the top of a tree whose names are none of the given ones."""
    found: list[Upload] = []
    for name, value in tree.items():
        if name not in but:
            items = value if isinstance(value, list) else [value]
            found += (item for item in items if isinstance(item, Upload))
    return found


def _upload(value: object, zone: tzinfo | None = None) -> Upload:
    if not isinstance(value, Upload):
        raise ConversionError("must be a file")
    return value


def _as_it_is(value: object, zone: tzinfo | None = None) -> object:
    return value


def _many(read: Read, made: Callable[[list[object]], object]) -> Read:
    """A reader of lists; a single value is a list of one. Items without a value are left out."""

    def read_all(value: object, zone: tzinfo | None = None) -> object:
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST_ITEMS:
            raise ConversionError(
                f"must have at most {MOST_ITEMS} items, not {len(items)}", readable=True
            )
        found = []
        index = 0
        try:
            for index, item in enumerate(items):  # noqa: B007
                one = _first(item) if item.__class__ is list else item
                given = read("" if one is None or one is ABSENT else one, zone)
                if given is not ABSENT:
                    found.append(given)
        except ConversionError as error:
            raise error.inside(f"[{index}]") from None
        return made(found) if found else ABSENT

    return read_all


def _members(kind: type[msgspec.Struct]) -> Read:
    """A reader of objects; their member names match in any case, like the parameters."""
    inside = binder(kind)

    def read(value: object, zone: tzinfo | None = None) -> object:
        if value == "":
            return ABSENT
        if not isinstance(value, dict):
            raise ConversionError(f"must be an object with {', '.join(inside.parameters)}")
        members = folded(value)
        return ABSENT if inside.names.isdisjoint(members) else kind(**inside.read(members, zone))

    return read


def _first(value: object) -> object:
    """`[x]` is x; of several values the first is used where one is wanted, and `[]` is no value."""
    while isinstance(value, list):
        if not value:
            return ABSENT
        value = value[0]
    return value
