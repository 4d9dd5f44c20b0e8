"""Finds the route of a method and a path: a dict of literal paths, then a tree of segments."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from dealwright.errors import CrmError, NoSuchRoute
from dealwright.wire.routes import Route, resolved

PREFIX = "api/2.0/"

_SUFFIXES = ("json", "xml")
_WORD = re.compile(r"\w+")
_KINDS = ("", "id", "word")


class MethodNotAllowed(CrmError):
    """The path is known, but not with this method; `allowed` are its methods."""

    default = "Method not found"

    def __init__(self, allowed: tuple[str, ...], text: str = "") -> None:
        super().__init__(text)
        self.allowed = allowed


class Found(NamedTuple):
    """A route, and the values of its path under folded names, in the spelling of the request."""

    route: Route
    path_values: dict[str, str]


def clean(path: str) -> tuple[str, str] | None:
    """Turns a decoded URL path into the part below `api/2.0/` and its suffix ("", "json", "xml"),
    or None.

    Slashes may be doubled and at the end; prefix and suffix match in any case.
    """
    while "//" in path:
        path = path.replace("//", "/")
    path = path.strip("/")
    if path[:8].lower() != PREFIX:
        return None
    path = path[8:]
    stem, _, ending = path.rpartition(".")
    suffix = ending.lower()
    if suffix in _SUFFIXES and stem and stem[-1] != "/":
        return stem, suffix
    return path, ""


class Router:
    """All routes. `routes` are the resolved ones, for documents."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = [resolved(route) for route in routes]
        self._literal: dict[str, dict[str, _Leaf]] = {}
        self._tree = _Node()
        for route in self.routes:
            for segments, leaf in _spellings(route):
                self._add(segments, leaf)

    def find(self, method: str, path: str) -> Found:
        """The route of a cleaned path; HEAD counts as GET. Raises NoSuchRoute or MethodNotAllowed.

        A literal segment comes before a number, a number before a word, a word before anything; a
        more general route serves the methods that the special one does not have.
        """
        method = "GET" if method == "HEAD" else method
        lowered = path.lower()
        leaves = self._literal.get(lowered)
        if leaves and (leaf := leaves.get(method)):
            return Found(leaf.route, dict(leaf.fixed))
        segments, folded = path.split("/"), lowered.split("/")
        if leaf := _straight(self._tree, folded).get(method):
            return Found(leaf.route, leaf.values(segments))
        allowed = set(leaves or ())
        for leaves in _leaves(self._tree, folded, 0):
            if leaf := leaves.get(method):
                return Found(leaf.route, leaf.values(segments))
            allowed.update(leaves)
        if allowed:
            if "GET" in allowed:
                allowed.add("HEAD")
            raise MethodNotAllowed(tuple(sorted(allowed)))
        raise NoSuchRoute

    def _add(self, segments: list[str], leaf: "_Leaf") -> None:
        if any(segment.startswith("{") for segment in segments):
            leaves = self._tree.reach(segments)
        else:
            leaves = self._literal.setdefault("/".join(segments).lower(), {})
        if leaf.route.method in leaves:
            raise ValueError(f"{leaf.route.method} {leaf.route.template} is declared twice")
        leaves[leaf.route.method] = leaf


class _Leaf(NamedTuple):
    route: Route
    places: tuple[tuple[str, int], ...]  # name and position of each segment that is a value
    fixed: tuple[tuple[str, str], ...]  # values of alternatives, in the template's spelling

    def values(self, segments: list[str]) -> dict[str, str]:
        values = {name: segments[place] for name, place in self.places}
        values.update(self.fixed)
        return values


class _Node:
    __slots__ = ("any", "id", "leaves", "literal", "word")

    def __init__(self) -> None:
        self.leaves: dict[str, _Leaf] = {}
        self.literal: dict[str, _Node] = {}
        self.id: _Node | None = None
        self.word: _Node | None = None
        self.any: _Node | None = None

    def reach(self, segments: list[str]) -> dict[str, _Leaf]:
        """The leaves at the end of a template's segments; makes missing nodes."""
        node = self
        for segment in segments:
            if segment.startswith("{"):
                kind = segment[1:-1].partition(":")[2] or "any"
                if getattr(node, kind) is None:
                    setattr(node, kind, _Node())
                node = getattr(node, kind)
            else:
                node = node.literal.setdefault(segment.lower(), _Node())
        return node.leaves


_NO_LEAVES: dict[str, _Leaf] = {}


def _straight(node: _Node, segments: list[str]) -> dict[str, _Leaf]:
    """The first end that `_leaves` would find if every first step is right: this holds for nearly
    every request and takes a third of the time."""
    for segment in segments:
        inner = node.literal.get(segment)
        if inner is None and node.id and segment.isascii() and segment.isdigit():
            inner = node.id
        if inner is None and node.word and _WORD.fullmatch(segment):
            inner = node.word
        if inner is None and segment:
            inner = node.any
        if inner is None:
            return _NO_LEAVES
        node = inner
    return node.leaves


def _leaves(node: _Node, segments: list[str], place: int) -> Iterator[dict[str, _Leaf]]:
    """Every end of the tree that the segments reach, the most special first."""
    if place == len(segments):
        if node.leaves:
            yield node.leaves
        return
    segment = segments[place]
    if inner := node.literal.get(segment):
        yield from _leaves(inner, segments, place + 1)
    if node.id and segment.isascii() and segment.isdigit():
        yield from _leaves(node.id, segments, place + 1)
    if node.word and _WORD.fullmatch(segment):
        yield from _leaves(node.word, segments, place + 1)
    if node.any and segment:
        yield from _leaves(node.any, segments, place + 1)


def _spellings(route: Route) -> Iterator[tuple[list[str], _Leaf]]:
    """One path per alternative of a template such as `{entityType:(contact|case)}/{id:id}`."""
    segments = route.template.split("/")
    for chosen in product(*(_alternatives(segment) for segment in segments)):
        placed = [(_name(segment), at) for at, segment in enumerate(chosen) if segment[:1] == "{"]
        pairs = zip(segments, chosen, strict=True)
        fixed = tuple((_name(segment), value) for segment, value in pairs if segment != value)
        yield list(chosen), _Leaf(route, tuple(placed), fixed)


def _alternatives(segment: str) -> list[str]:
    kind = segment[1:-1].partition(":")[2] if segment[:1] == "{" else ""
    if kind.startswith("("):
        return kind[1:-1].split("|")
    if kind not in _KINDS:
        raise ValueError(f"unknown kind of segment: {segment}")
    return [segment]


def _name(segment: str) -> str:
    return segment[1:-1].partition(":")[0].lower()
