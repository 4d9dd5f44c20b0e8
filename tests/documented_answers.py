"""What the OpenAPI document says about one answer, as a schema that stands alone."""

import re
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

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
    schema["components"] = {"schemas": deepcopy(document["components"]["schemas"])}
    _close(schema)
    return schema


def assert_documented(
    document: Schema, method: str, path: str, status: int, answer: object
) -> None:
    """Fails, naming the place in the answer, when the document says something else."""
    validator = Draft202012Validator(answer_schema(document, method, path, status))
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]
    assert not errors, f"{method} {path} {status}: {errors}"


def operation(document: Schema, method: str, path: str) -> Schema:
    """The operation of a path: one that says it literally goes before one with parameters."""
    path = re.sub(r"\.(json|xml)$", "", "/" + path.partition("?")[0].strip("/"))
    wanted = [template for template in document["paths"] if _fits(template, path, document, method)]
    best = min(wanted, key=lambda template: template.count("{"))
    found: Schema = document["paths"][best][method.lower()]
    return found


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


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _close(item)
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for item in schema.values():
            _close(item)
