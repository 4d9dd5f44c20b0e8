"""The OpenAPI document and the endpoint table, read from the same declarations that route and bind.

Whatever a slice does not declare is not documented; nothing here is written by hand for one route.
"""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import product
from typing import get_type_hints

from dealwright.wire.casing import folded
from dealwright.wire.operation import (
    ANSWER_TYPES,
    ERRORS,
    NOTHING_SAID,
    Path,
    SaidOfParameters,
    alternatives,
    operation,
    parameter,
    segment_name,
)
from dealwright.wire.paging import PARAMETERS as LIST_PARAMETERS
from dealwright.wire.router import PREFIX
from dealwright.wire.routes import Route, resolved
from dealwright.wire.schema import Schema, Schemas


def document(
    routes: Iterable[Route],
    *,
    title: str,
    version: str,
    description: str = "",
    first: Sequence[str] = (),
    said: SaidOfParameters = NOTHING_SAID,
) -> Schema:
    """The OpenAPI 3.1 document of `routes`; `said` holds descriptions and examples of
    parameters by name.

    `description` is Markdown, `first` the nouns that a reader should meet first.
    """
    listed = [resolved(route) for route in routes]
    nouns = tags(listed)
    schemas = Schemas({"Failure": _FAILURE})
    paths: dict[str, Schema] = {}
    spelled: dict[tuple[str, ...], Path] = {}
    shared = _shared(listed)
    for route, noun in zip(listed, nouns, strict=True):
        for path in _paths(route, shared, spelled):
            described = operation(route, path, schemas, said) | {"tags": [noun]}
            paths.setdefault(path.text, {})[route.method.lower()] = described
    _number_operations(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        # Relative: right behind every proxy and under every name.
        "servers": [{"url": "/"}],
        "security": [{scheme: []} for scheme in _SECURITY],
        "tags": _nouns(listed, nouns, first),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": {name: _refusal(text) for name, text in ERRORS.values()},
            "parameters": _COMMON,
            "securitySchemes": _SECURITY,
        },
    }


def _nouns(routes: Sequence[Route], nouns: Sequence[str], first: Sequence[str]) -> list[Schema]:
    """The nouns in the order of a reader: what is not built yet comes last."""
    built = {noun for route, noun in zip(routes, nouns, strict=True) if not route.is_pending}
    ranks = {noun: rank for rank, noun in enumerate(first)}
    ordered = sorted(set(nouns), key=lambda noun: (noun not in built, ranks.get(noun, 99), noun))
    waiting = {"description": "Not built yet: answers 501."}
    return [{"name": noun} | ({} if noun in built else waiting) for noun in ordered]


def tags(routes: Sequence[Route]) -> list[str]:
    """The noun of each route: its own tag, else its path's first word that is no mere folder."""
    paths = [_words(route.template) for route in routes]
    entered = {route.template for route in routes}
    below: dict[str, set[str]] = {}
    for words in paths:
        below.setdefault(words[0], set()).update(words[1:2])
    folders = {first for first, inner in below.items() if inner and first not in entered}
    return [
        words[1] if route.tag == words[0] in folders and len(words) > 1 else route.tag
        for words, route in zip(paths, routes, strict=True)
    ]


def table(routes: Iterable[Route]) -> str:
    """All endpoints as a Markdown table, by path; those that only answer 501 say so."""
    lines = ["| Method | Path | What it does |", "|---|---|---|"]
    for path, method, words in sorted(_row(resolved(route)) for route in routes):
        lines.append(f"| {method} | `{path}` | {words} |")
    return "\n".join(lines) + "\n"


def _row(route: Route) -> tuple[str, str, str]:
    path = re.sub(r"\{(\w+):(?:id|word)\}", r"{\1}", route.template)
    return path.replace("|", "\\|"), route.method, route.summary.replace("|", "\\|")


def _words(template: str) -> list[str]:
    return [part for part in template.split("/") if not part.startswith("{")] or [template]


def _shared(routes: Iterable[Route]) -> set[tuple[str, ...]]:
    """The shapes of paths where one route has a choice of words and another a number or any word:
    OpenAPI takes them for the same path."""
    kinds: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for route in routes:
        segments = route.template.split("/")
        parted = tuple(part.partition(":")[2] for part in segments if part.startswith("{"))
        kinds.setdefault(_shape(segments), set()).add(parted)
    return {shape for shape, found in kinds.items() if len(found) > 1}


def _paths(
    route: Route, shared: set[tuple[str, ...]], spelled: dict[tuple[str, ...], Path]
) -> list[Path]:
    """The path of a route, or one for each word that it may have where another has the path too."""
    segments = route.template.split("/")
    if _shape(segments) not in shared:
        return [_path(segments, spelled)]
    choices = [
        alternatives(segment) or _members(route, segment) or [segment] for segment in segments
    ]
    return [_path(chosen, spelled) for chosen in product(*choices)]


def _members(route: Route, segment: str) -> list[str]:
    """The words that a segment of any word may be, where they are an enumeration's."""
    if not segment.startswith("{") or ":" in segment or route.input is None:
        return []
    wanted = segment[1:-1].lower()
    hints = get_type_hints(route.input)
    return [
        member.name.replace("_", "").lower()
        for name, kind in hints.items()
        if folded(name) == wanted and isinstance(kind, type) and issubclass(kind, Enum)
        for member in kind
    ]


def _shape(segments: Sequence[str]) -> tuple[str, ...]:
    return tuple("{}" if segment.startswith("{") else segment for segment in segments)


def _path(segments: Sequence[str], spelled: dict[tuple[str, ...], Path]) -> Path:
    """Routes that differ only in the names of path parameters share the first one's spelling."""
    parts = [f"{{{segment_name(part)}}}" if part.startswith("{") else part for part in segments]
    names = tuple(segment_name(part) for part in segments if part.startswith("{"))
    path = Path(f"/{PREFIX}" + "/".join(parts), names, tuple(segments))
    return spelled.setdefault(_shape(segments), path)._replace(segments=tuple(segments))


def _number_operations(paths: dict[str, Schema]) -> None:
    """`a-b` and `a/b` give the same id: the second gets a number."""
    seen: dict[str, int] = {}
    for item in paths.values():
        for described in item.values():
            name = described["operationId"]
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                described["operationId"] = f"{name}{seen[name]}"


def _refusal(text: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Failure"}
    return {"description": text, "content": {kind: {"schema": schema} for kind in ANSWER_TYPES}}


_FAILURE: Schema = {
    "type": "object",
    "properties": {
        "startIndex": {"type": "integer"},
        "status": {"type": "integer", "const": 1},
        "statusCode": {"type": "integer", "description": "The HTTP status."},
        "error": {
            "type": "object",
            "properties": {
                "message": {"type": "string"},
                "hresult": {"type": "integer", "description": "The kind of error as a number."},
                "data": {"type": "object"},
            },
            "required": ["message", "hresult", "data"],
        },
    },
    "required": ["status", "statusCode", "error"],
    "xml": {"name": "result"},
}


_COMMON: Schema = {
    name: parameter(name, "query", {"type": kind, "description": text})
    for name, (kind, text) in LIST_PARAMETERS.items()
} | {
    "Idempotency-Key": parameter(
        "Idempotency-Key",
        "header",
        {
            "type": "string",
            "description": "The same request with the same key answers what the first one did.",
        },
    ),
    "If-Match": parameter(
        "If-Match",
        "header",
        {
            "type": "string",
            "description": "The ETag that was read: newer changes are not overwritten (412).",
        },
    ),
}
_SECURITY: Schema = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The token of POST /api/2.0/authentication, bare.",
    },
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic", "description": "E-mail and password."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "asc_auth_key"},
}
