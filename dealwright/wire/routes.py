"""Routes: one declaration gives routing, binding, the OpenAPI document and the endpoint table.

Knows nothing of what a handler does.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from inspect import cleandoc
from typing import Any, TypeVar, get_type_hints

import msgspec

from dealwright.errors import Pending
from dealwright.wire.bind import Binder, binder
from dealwright.wire.paging import Paging

_PARAMETER = re.compile(r"\{(\w+)[:}]")
_SENTENCE = re.compile(r".+?[.?!](?=\s+[A-Z`]|\s*$)", re.DOTALL)

Handler = Callable[..., Awaitable[object]]
Gate = Callable[..., object]
Declared = TypeVar("Declared", bound=Handler)


class Mode(Enum):
    """What a handler does with the database, which decides where it runs."""

    READ = auto()
    HEAVY = auto()  # a read that would always keep others waiting
    WRITE = auto()  # one save
    TRANSACTION = auto()  # several saves, all or none
    # opens the database itself, when and as often as it needs: gets a `RequestContext`
    DIRECT = auto()


@dataclass(frozen=True)
class Route:
    """One method of one path. `resolved` adds what annotations say, once all names exist."""

    method: str
    template: str
    handler: Handler
    mode: Mode
    status: int
    also: tuple[int, ...] = ()  # other statuses of success that the handler sets itself
    gate: Gate | None = None
    strict: bool = False  # refuses unknown parameters
    idempotent: bool = True  # accepts an Idempotency-Key, if the method is POST
    is_heavy: Callable[..., bool] | None = None  # for a read: decides by its arguments
    # Runs before the database is opened: gets the context and the input; its result is passed to
    # the handler after the input.
    prepare: Handler | None = None
    takes_raw: bool = False  # a body that is not a form is a file itself
    tag: str = ""
    waits_for: str = ""  # the reason why it is not built yet
    summary: str = ""
    description: str = ""
    parameters: tuple[str, ...] = ()  # names in the path, as the template spells them
    path_names: frozenset[str] = frozenset()  # the same, folded
    input: type[msgspec.Struct] | None = None
    output: Any = object
    paged: bool = False

    @cached_property
    def binder(self) -> Binder[Any] | None:
        """Made at the first request to the route, so that the start does not wait for all."""
        return binder(self.input) if self.input else None

    @cached_property
    def takes_files(self) -> bool:
        bound = self.binder
        return bound is not None and bound.takes_files

    @property
    def is_pending(self) -> bool:
        return bool(self.waits_for)


class Routes:
    """The routes of one slice, as declared: `route = Routes("crm/", gate=access.crm)`."""

    def __init__(self, prefix: str = "", gate: Gate | None = None, *, tag: str = "") -> None:
        self.list: list[Route] = []
        self._prefix = prefix
        self._gate = gate
        self._tag = tag

    def get(self, template: str, **options: Any) -> Callable[[Declared], Declared]:
        """Declare a handler; `options` are those of `declare`."""
        return self.declare("GET", template, **options)

    def post(self, template: str, **options: Any) -> Callable[[Declared], Declared]:
        return self.declare("POST", template, **options)

    def put(self, template: str, **options: Any) -> Callable[[Declared], Declared]:
        return self.declare("PUT", template, **options)

    def delete(self, template: str, **options: Any) -> Callable[[Declared], Declared]:
        return self.declare("DELETE", template, **options)

    def declare(
        self,
        method: str,
        template: str,
        *,
        mode: Mode | None = None,
        strict: bool = False,
        gate: Gate | None = None,
        status: int | None = None,
        also: tuple[int, ...] = (),
        idempotent: bool = True,
        is_heavy: Callable[..., bool] | None = None,
        prepare: Handler | None = None,
        takes_raw: bool = False,
        tag: str | None = None,
        waits_for: str = "",
    ) -> Callable[[Declared], Declared]:
        """A decorator that lists the handler and returns it unchanged.

        GET reads, the rest write; POST answers 201, the rest 200.
        """

        def add(handler: Declared) -> Declared:
            self.list.append(
                Route(
                    method=method,
                    template=self._prefix + template,
                    handler=handler,
                    mode=mode or (Mode.READ if method == "GET" else Mode.WRITE),
                    status=status or (201 if method == "POST" else 200),
                    also=also,
                    gate=gate or self._gate,
                    strict=strict,
                    idempotent=idempotent,
                    is_heavy=is_heavy,
                    prepare=prepare,
                    takes_raw=takes_raw,
                    tag=tag or self._tag or (self._prefix + template).partition("/")[0],
                    waits_for=waits_for,
                )
            )
            return handler

        return add

    def pending(self, method: str, template: str, waits_for: str) -> None:
        """Lists a route of the contract that is not built yet; only users who may use it learn
        that."""
        self.declare(method, template, waits_for=waits_for)(_pending)


def resolved(route: Route) -> Route:
    """The route with what its handler's annotations, docstring and template say."""
    hints = get_type_hints(route.handler, include_extras=True)
    output = hints.pop("return", object)
    kinds = list(hints.values())
    params = next((kind for kind in kinds if _is_input(kind)), None)
    summary, description = _parted(cleandoc(route.handler.__doc__ or ""))
    names = tuple(_PARAMETER.findall(route.template))
    return replace(
        route,
        summary=f"Not built yet: {route.waits_for}." if route.is_pending else summary,
        description=description,
        parameters=names,
        path_names=frozenset(name.lower() for name in names),
        input=params,
        output=output,
        paged=Paging in kinds,
    )


def _parted(words: str) -> tuple[str, str]:
    """The first sentence in one line, and the rest unchanged."""
    found = _SENTENCE.match(words)
    end = found.end() if found else len(words)
    return " ".join(words[:end].split()), words[end:].strip()


async def _pending(work: Any) -> object:
    raise Pending


def _is_input(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Paging
