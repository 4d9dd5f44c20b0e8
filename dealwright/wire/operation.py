"""One route as an OpenAPI operation: its parameters, body and answers.

The document around it is `openapi`'s, the schemas of types are `schema`'s.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, get_args, get_origin

from dealwright.wire.envelope import Answer
from dealwright.wire.paging import PARAMETERS as LIST_PARAMETERS
from dealwright.wire.paging import Listing
from dealwright.wire.router import PREFIX
from dealwright.wire.routes import Route
from dealwright.wire.schema import Schema, Schemas, required
from dealwright.wire.shape import form

ANSWER_TYPES = ("application/json", "text/xml")
_BODY_TYPES = ("application/json", "application/x-www-form-urlencoded")
_FORM_WITH_FILES, _FILE = "multipart/form-data", "application/octet-stream"
ERRORS = {
    "400": (
        "Invalid",
        "A value is missing, cannot be read or breaks a rule; the message names it.",
    ),
    "401": ("Unauthenticated", "Nobody is signed in, or not any more."),
    "403": ("Forbidden", "The caller may not do this, or not now."),
    "404": ("NotFound", "It does not exist, or the caller may not know that it does."),
    "default": ("Failure", "Any other refusal, in the same envelope."),
}


class SaidOfParameters(NamedTuple):
    """Descriptions and examples by the names of parameters, for those that declare none."""

    meanings: Mapping[str, str] = {}
    examples: Mapping[str, object] = {}


NOTHING_SAID = SaidOfParameters()
_ID = re.compile(r"(\w*?)s?(ids?)", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]?[a-z]+")


class Path(NamedTuple):
    """A template as OpenAPI writes it, the names in it, and the route's own segments."""

    text: str
    names: tuple[str, ...]
    segments: tuple[str, ...]


def operation(
    route: Route, path: Path, schemas: Schemas, said: SaidOfParameters = NOTHING_SAID
) -> Schema:
    taken = schemas.input(route.input) if route.input else {}
    taken = {name: _explained(name, schema, said) for name, schema in taken.items()}
    in_path = {name: schema for name, schema in taken.items() if name.lower() in route.path_names}
    rest = {name: schema for name, schema in taken.items() if name not in in_path}
    has_body = route.method in ("POST", "PUT")
    parameters = _path_parameters(path, in_path, said) + _headers(route)
    parameters += [] if has_body else _query(route, rest)
    parameters += _list_parameters(route, rest)
    described: Schema = {
        "operationId": _operation_id(route.method, path),
        "summary": route.summary,
        "parameters": parameters,
        "responses": _responses(route, schemas),
    }
    if route.description:
        described["description"] = " ".join(route.description.split())
    if has_body and rest:
        described["requestBody"] = _body(route, rest)
    if route.gate is None:
        described["security"] = []
    return described


def _explained(name: str, schema: Schema, said: SaidOfParameters) -> Schema:
    """With a description: its own, that of the name, or for ids whose id it is."""
    example = said.examples.get(name)
    kind = {str: "string", float: "number"}.get(type(example), "")
    if schema.get("type") == kind and "enum" not in schema and "examples" not in schema:
        schema = schema | {"examples": [example]}
    if "description" in schema:
        return schema
    text = said.meanings.get(name)
    if text is None and said.meanings and (noun := _ID.fullmatch(name)):
        many = noun[2].lower() == "ids"
        record = " ".join(word.lower() for word in _WORDS.findall(noun[1])) or "record"
        text = f"The ids of the {record}s." if many else f"The id of the {record}."
    return schema | ({"description": text} if text else {})


def _path_parameters(
    path: Path, declared: dict[str, Schema], said: SaidOfParameters
) -> list[Schema]:
    own = [segment for segment in path.segments if segment.startswith("{")]
    by_name = {name.lower(): schema for name, schema in declared.items()}
    found = []
    for name, segment in zip(path.names, own, strict=True):
        schema = by_name.get(segment_name(segment).lower(), {})
        schema = _explained(name, _segment_schema(segment, schema), said)
        found.append(parameter(name, "path", schema) | {"required": True})
    return found


def _segment_schema(segment: str, declared: Schema) -> Schema:
    if choices := alternatives(segment):
        return {"type": "string", "enum": choices}
    match segment[1:-1].partition(":")[2]:
        case "id":
            return {"type": "integer", "minimum": 0} | _only(declared, "description")
        case "word":
            return {"type": "string", "pattern": r"^\w+$"} | _only(declared, "description")
    return declared or {"type": "string"}


def _only(schema: Schema, key: str) -> Schema:
    return {key: schema[key]} if key in schema else {}


def _query(route: Route, rest: dict[str, Schema]) -> list[Schema]:
    needed = required(route.input) if route.input else []
    return [
        parameter(name, "query", schema) | ({"required": True} if name in needed else {})
        for name, schema in rest.items()
    ]


def _list_parameters(route: Route, rest: dict[str, Schema]) -> list[Schema]:
    declared = {name.lower() for name in rest}
    if not route.paged:
        return []
    return [
        {"$ref": f"#/components/parameters/{name}"}
        for name in LIST_PARAMETERS
        if name.lower() not in declared
    ]


def _headers(route: Route) -> list[Schema]:
    if route.method == "POST" and route.idempotent:
        return [{"$ref": "#/components/parameters/Idempotency-Key"}]
    if route.method in ("PUT", "DELETE") and ":id}" in route.template:
        return [{"$ref": "#/components/parameters/If-Match"}]
    return []


def parameter(name: str, place: str, schema: Schema) -> Schema:
    described = _only(schema, "description")
    bare = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": place, **described, "schema": bare}


def _body(route: Route, rest: dict[str, Schema]) -> Schema:
    schema: Schema = {"type": "object", "properties": rest}
    needed = [name for name in required(route.input) if name in rest] if route.input else []
    if needed:
        schema["required"] = needed
    types = (_FORM_WITH_FILES, *_BODY_TYPES) if route.takes_files else _BODY_TYPES
    content: Schema = {kind: {"schema": schema} for kind in types}
    if route.takes_raw:
        content[_FILE] = {"schema": {"type": "string", "format": "binary"}}
    return {"content": content}


def _responses(route: Route, schemas: Schemas) -> Schema:
    schema = _envelope(route.output, schemas)
    answer = {
        "description": "The answer in its envelope.",
        "content": {kind: {"schema": schema} for kind in ANSWER_TYPES},
    }
    refusals = {
        status: {"$ref": f"#/components/responses/{name}"} for status, (name, _) in ERRORS.items()
    }
    return {str(status): answer for status in (route.status, *route.also)} | refusals


def _envelope(output: Any, schemas: Schemas) -> Schema:
    """The envelope around an answer; around a named shape, or a list of one, it has a name too."""
    response = _response(output, schemas)
    one = response.get("$ref", "")
    many = response.get("items", {}).get("$ref", "")
    if not (one or many):
        return _around(response)
    name = (one or many).rpartition("/")[2] + ("Answer" if one else "ListAnswer")
    schemas.components.setdefault(name, _around(response))
    return {"$ref": f"#/components/schemas/{name}"}


def _response(output: Any, schemas: Schemas) -> Schema:
    """What stands in `response`: nothing is an empty object."""
    if get_origin(output) is Answer:
        return _response(get_args(output)[0], schemas)
    if get_origin(output) is Listing:
        return {"type": "array", "items": schemas.output(get_args(output)[0])}
    if output is type(None):
        return dict(_NOTHING)
    declared = form(output)
    schema = schemas.of_form(declared._replace(nullable=False))
    return {"anyOf": [schema, _NOTHING]} if declared.nullable and schema else schema


def _around(response: Schema) -> Schema:
    hidden = {"nextIndex", "nextCursor", "total"} if response.get("type") != "array" else set()
    keys = {name: schema for name, schema in _ENVELOPE.items() if name not in hidden}
    return {
        "type": "object",
        "properties": keys | {"response": response},
        "required": ["status", "statusCode", "response"],
        "xml": {"name": "result"},
    }


_NOTHING: Schema = {"type": "object", "maxProperties": 0}
_ENVELOPE: Schema = {
    "count": {"type": "integer", "description": "Items in `response`; left out when 0."},
    "startIndex": {"type": "integer", "description": "Rows skipped; left out when 0."},
    "nextIndex": {"type": "integer", "description": "Where the next page starts, if any."},
    "nextCursor": {"type": "string", "description": "The next page, when `cursor` was sent."},
    "total": {"type": "integer", "description": "Rows of the whole list, when counted."},
    "status": {"type": "integer", "const": 0},
    "statusCode": {"type": "integer", "description": "The HTTP status."},
}


def segment_name(segment: str) -> str:
    return segment[1:-1].partition(":")[0]


def alternatives(segment: str) -> list[str]:
    kind = segment[1:-1].partition(":")[2] if segment.startswith("{") else ""
    return kind[1:-1].split("|") if kind.startswith("(") else []


def _operation_id(method: str, path: Path) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path.text.removeprefix(f"/{PREFIX}"))
    return method.lower() + "".join(word[:1].upper() + word[1:] for word in words)
