"""What the OpenAPI document says about one answer, as a separate schema."""

import json
import re
from copy import deepcopy
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator

from dealwright.errors import CrmError
from dealwright.wire import openapi
from dealwright.wire.router import Router, clean

Schema = dict[str, Any]


def answer_schema(document: Schema, method: str, path: str, status: int) -> Schema:
    """The schema of a JSON answer; `path` is a template of the document or the path of a request.

    It is stricter than the document: a member that is not documented does not fit.
    """
    responses = operation(document, method, path)["responses"]
    answer = responses.get(str(status)) or responses["default"]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema: Schema = deepcopy(answer["content"]["application/json"]["schema"])
    _close(schema)
    return {**schema, "components": {"schemas": _closed_components(document)}}


def assert_documented(
    document: Schema, method: str, path: str, status: int, answer: object
) -> None:
    """Fails, naming the place in the answer, if it differs from the document."""
    errors = misfits(Draft202012Validator(answer_schema(document, method, path, status)), answer)
    assert not errors, f"{method} {path} {status}: {errors}"


def misfits(validator: Draft202012Validator, answer: object) -> list[str]:
    """Where the answer differs from the schema, and how: `response/0/id: 1 is not of …`."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in validator.iter_errors(answer)
    ]


def operation(document: Schema, method: str, path: str) -> Schema:
    """The operation of a path: a literal path comes before one with parameters."""
    path = re.sub(r"\.(json|xml)$", "", "/" + path.partition("?")[0].strip("/"))
    best = min(_fitting(document, method, path), key=lambda template: template.count("{"))
    found: Schema = document["paths"][best][method.lower()]
    return found


def _fitting(document: Schema, method: str, path: str) -> list[str]:
    return [template for template in document["paths"] if _fits(template, path, document, method)]


def _fits(template: str, path: str, document: Schema, method: str) -> bool:
    described = document["paths"][template].get(method.lower())
    if not described or template == path:
        return bool(described)
    found = re.fullmatch(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)), path)
    named = {one["name"]: one["schema"] for one in described["parameters"] if "name" in one}
    return bool(found) and all(
        _may_be(value, named[name]) for name, value in (found.groupdict() if found else {}).items()
    )


def _may_be(value: str, schema: Schema) -> bool:
    if schema.get("type") == "integer":
        return value.isdigit()
    return value in schema.get("enum", [value])


_closed: dict[int, tuple[Schema, Schema]] = {}  # the document stays, so that its id does


def _closed_components(document: Schema) -> Schema:
    """Copied and closed only once: they are most of the document."""
    if id(document) not in _closed:
        schemas = deepcopy(document["components"]["schemas"])
        _close(schemas)
        _closed[id(document)] = document, schemas
    return _closed[id(document)][1]


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _close(item)
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for item in schema.values():
            _close(item)


MOST_ROWS = 20  # so many items of one list are checked; more would only take time


def demand_described(
    method: str, address: str, status: int, content_type: str, body: bytes
) -> None:
    """Checks a live JSON answer of the API against the document that the application publishes.

    Skips other answers: pages, XML, the documented profile, and a choice of `fields`, which leaves
    out members that the document requires.
    """
    path, _, request = address.partition("?")
    cleaned = clean(unquote(path))
    if cleaned is None or method not in ("GET", "POST", "PUT", "DELETE"):
        return
    if not content_type.startswith("application/json") or "documented" in content_type:
        return
    if "fields" in request.lower():
        return
    answer = json.loads(body)
    if isinstance(answer.get("response"), list):
        answer["response"] = answer["response"][:MOST_ROWS]
    template = _template(method, cleaned)
    errors = misfits(_validator(method, template, status), answer)
    assert not errors, f"{method} {address} {status} is not as /openapi.json says: {errors}"


@cache
def _published() -> tuple[Router, Schema]:
    from dealwright import app  # not before a test starts it: most need no application

    router = app.routes()
    return router, openapi.document(router.routes, title="Dealwright", version="0")


def _template(method: str, cleaned: tuple[str, str]) -> str:
    """The address as the document spells it; empty if there is no such route, or only with other
    words of an enumeration."""
    router, _ = _published()
    path, suffix = cleaned
    for each in (path, f"{path}.{suffix}"):
        try:
            route, values = router.find(method, each)
        except CrmError:
            continue
        parts = [
            _word(values[part[1:-1].partition(":")[0].lower()]) if part.startswith("{") else part
            for part in route.template.split("/")
        ]
        template = "/api/2.0/" + "/".join(parts)
        return template if _is_described(method, template) else ""
    return ""


def _word(value: str) -> str:
    """Any number for any other, so that what is known of one address counts for all like it."""
    return "1" if value.isdigit() else value.lower()


@cache
def _is_described(method: str, template: str) -> bool:
    """Remembered, since every request of every test asks it and it walks the whole document."""
    _, document = _published()
    return bool(_fitting(document, method, template))


@cache
def _validator(method: str, path: str, status: int) -> Draft202012Validator:
    """Remembered, since making one takes longer than the request."""
    _, document = _published()
    schema = answer_schema(document, method, path, status) if path else _failure(document)
    return Draft202012Validator(schema)


def _failure(document: Schema) -> Schema:
    """The schema of an answer without a route."""
    components = {"schemas": _closed_components(document)}
    return {"$ref": "#/components/schemas/Failure", "components": components}
