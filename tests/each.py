"""One rule for many small cases in one test: a test for each case costs more than the case does."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import update_wrapper
from typing import Any, TypeVar

import pytest

from dealwright.wire.routes import Route

SHOWN = 10  # failures of one group, in full
T = TypeVar("T")
Test = Callable[..., None]


def for_each(
    parameter: str, groups: Mapping[str, Sequence[T]], *, name: Callable[[T], str] = str
) -> Callable[[Test], Test]:
    """Calls a test once for each case, and makes one test of each group.

    `parameter` is the one that takes the case. All cases of the group are tried; failures name
    theirs.
    """

    def over(test: Test) -> Test:
        def whole(**given: Any) -> None:
            cases, failures = groups[given.pop("group")], list[Exception]()
            for case in cases:
                try:
                    test(**{parameter: case}, **given)
                except Exception as error:
                    error.add_note(f"The case: {name(case)}")
                    failures.append(error)
            if len(failures) == 1:
                raise failures[0]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(cases)} cases", failures[:SHOWN])

        update_wrapper(whole, test)
        del whole.__wrapped__  # pytest would read the parameters of the test inside
        signature = inspect.signature(test)
        taken = [
            one.replace(name="group", annotation=str) if one.name == parameter else one
            for one in signature.parameters.values()
        ]
        whole.__signature__ = signature.replace(parameters=taken)  # type: ignore[attr-defined]
        return pytest.mark.parametrize("group", groups)(whole)

    return over


def each_route(routes: Iterable[Route]) -> Callable[[Test], Test]:
    """`for_each` for a test with the parameter `route`."""
    return for_each("route", by_area(routes, lambda route: route), name=name_of)


def by_area(cases: Iterable[T], route_of: Callable[[T], Route]) -> dict[str, list[T]]:
    """Cases by the first two words of their route's address, such as `crm/opportunity`."""
    areas: dict[str, list[T]] = {}
    for case in cases:
        words = route_of(case).template.split("/")[:2]
        area = "/".join(word for word in words if not word.startswith("{"))
        areas.setdefault(area, []).append(case)
    return areas


def name_of(route: Route) -> str:
    return f"{route.method} {route.template}"
