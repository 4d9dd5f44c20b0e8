"""Declared types as JSON Schema: answers from their shapes, input from its annotations.

Both are read as the encoders and the binder read them, so the document cannot differ from the code.
"""

import types
from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from dealwright.wire.bind import MOST_ITEMS, binder
from dealwright.wire.multipart import Upload
from dealwright.wire.shape import Form, Member, Shape, ValueKind, form, members
from dealwright.wire.values import Between, Length, Reader, names_of

Schema = dict[str, Any]

_LARGEST = 2**31 - 1


class Schemas:
    """The schemas of one document; each shape becomes a component and is referred to."""

    def __init__(self, components: dict[str, Schema] | None = None) -> None:
        self.components = dict(components or {})
        self._names: dict[type, str] = {}

    def output(self, annotation: Any) -> Schema:
        """The schema of a declared answer in the live profile."""
        return self.of_form(form(annotation))

    def of_form(self, declared: Form) -> Schema:
        match declared.kind:
            case ValueKind.SHAPE:
                schema = _any_of([self._component(shape) for shape in declared.types])
            case ValueKind.LIST:
                schema = {"type": "array", "items": self.of_form(declared.item or _ANY)}
            case ValueKind.MAP:
                values = self.of_form(declared.item or _ANY)
                schema = {"type": "object", "additionalProperties": values}
            case ValueKind.WHOLE if declared.types:
                schema = _numbered(declared.types[0])
            case kind:
                schema = dict(_OUTPUTS[kind])
        return _or_null(schema) if declared.nullable and schema else schema

    def input(self, kind: type[msgspec.Struct]) -> dict[str, Schema]:
        """The documented names of an input with their schemas, in order; nested ones in live
        JSON."""
        hints = get_type_hints(kind, include_extras=True)
        fields = msgspec.structs.fields(kind)
        found = {}
        for field, name in zip(fields, binder(kind).parameters, strict=True):
            found[name] = self._taken(hints[field.name], ()) | _shown(field.default)
        return found

    def _taken(self, annotation: Any, marks: tuple[object, ...]) -> Schema:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._taken(arguments[0], arguments[1:] + marks)
        if origin in (Union, types.UnionType):
            wanted = [choice for choice in arguments if choice is not types.NoneType]
            return self._taken(wanted[0], marks)
        if origin in (list, tuple):
            items = self._taken(arguments[0], marks)
            return {"type": "array", "items": items, "maxItems": MOST_ITEMS}
        if annotation is Upload:
            return {"type": "string", "format": "binary"} | _described(marks)
        if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
            return {"type": "object", "properties": self.input(annotation)} | _described(marks)
        return _scalar(annotation, marks) | _described(marks)

    def _component(self, shape: Any) -> Schema:
        """A reference to a shape's schema, which is made at the first mention."""
        if shape not in self._names:
            name = self._names[shape] = self._free_name(shape)
            self.components[name] = {}  # reserved: a shape may contain itself
            self.components[name] = self._object(shape)
        return {"$ref": f"#/components/schemas/{self._names[shape]}"}

    def _free_name(self, shape: type[Shape]) -> str:
        """The name of the class, with its slice in front if another slice has that name."""
        name = shape.__name__
        while name in self.components:
            name = shape.__module__.split(".")[1].title().replace("_", "") + name
        return name

    def _object(self, shape: type[Shape]) -> Schema:
        listed = members(shape)
        schema: Schema = {"type": "object"}
        if shape.__doc__ and shape.__doc__ != Shape.__doc__:
            schema["description"] = " ".join(shape.__doc__.split())
        schema["properties"] = {member.live: self._printed(member) for member in listed}
        required = [member.live for member in listed if member.required]
        return schema | ({"required": required} if required else {})

    def _printed(self, member: Member) -> Schema:
        """A member that is left out when it is None is never null."""
        never_null = member.default is None
        return self.of_form(member.form._replace(nullable=member.form.nullable and not never_null))


def required(kind: type[msgspec.Struct]) -> list[str]:
    """The documented names without which an input is refused."""
    named = zip(msgspec.structs.fields(kind), binder(kind).parameters, strict=True)
    return [name for field, name in named if field.required]


_ANY = Form(ValueKind.ANY)
_OUTPUTS: Mapping[ValueKind, Schema] = {
    ValueKind.TEXT: {"type": "string"},
    ValueKind.MOMENT: {"type": "string", "format": "date-time"},
    ValueKind.GUID: {"type": "string", "format": "uuid"},
    ValueKind.WHOLE: {"type": "integer"},
    ValueKind.NUMBER: {"type": "number", "format": "double"},
    ValueKind.FLAG: {"type": "boolean"},
    ValueKind.ANY: {},
}
_INPUTS: Mapping[str, Schema] = {
    "guid": {"type": "string", "format": "uuid"},
    "id": {"type": "integer", "format": "int32", "minimum": 0, "maximum": _LARGEST},
    "moment": {"type": "string", "format": "date-time"},
    "end moment": {
        "type": "string",
        "format": "date-time",
        "description": "Included. A date without a time means that whole day in the portal's zone.",
    },
    "money": {"type": "number"},
    "rate": {"type": "number"},
}


def _scalar(annotation: Any, marks: tuple[object, ...]) -> Schema:
    for mark in marks:
        match mark:
            case Reader(name=name):
                return dict(_INPUTS.get(name, {"type": "string"}))
            case Length(most=most):
                return {"type": "string", "maxLength": most}
            case Between(low=low, high=high):
                return {"type": "integer", "minimum": low, "maximum": high}
    if isinstance(annotation, type):
        if issubclass(annotation, Enum):
            return _named(annotation)
        for root, schema in _PLAIN.items():
            if issubclass(annotation, root):
                return dict(schema)
    return {}


_PLAIN: Mapping[type, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer", "format": "int32"},
    str: {"type": "string"},
}


def _named(kind: type[Enum]) -> Schema:
    """An enumeration as input: its wire names, or its values."""
    names, values = names_of(kind), [member.value for member in kind]
    if all(isinstance(value, int) for value in values):
        numbers = {"type": "integer", "enum": values}
        return {"anyOf": [{"type": "string", "enum": names}, numbers]}
    return {"type": "string", "enum": names}


def _numbered(kind: Any) -> Schema:
    """An enumeration in an answer is a number; the description says which."""
    names = zip(kind, names_of(kind), strict=True)
    meaning = ", ".join(f"{member.value} - {name}" for member, name in names)
    return {"type": "integer", "enum": [member.value for member in kind], "description": meaning}


def _described(marks: tuple[object, ...]) -> Schema:
    for mark in marks:
        if isinstance(mark, msgspec.Meta) and mark.description:
            shown = {"examples": mark.examples} if mark.examples else {}
            return {"description": mark.description, **shown, **(mark.extra_json_schema or {})}
    return {}


def _shown(default: object) -> Schema:
    """Defaults that help readers: numbers may be in internal units."""
    if isinstance(default, Enum):
        return {"default": names_of(type(default))[list(type(default)).index(default)]}
    return {"default": default} if default is True or (default and isinstance(default, str)) else {}


def _any_of(schemas: list[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _or_null(schema: Schema) -> Schema:
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
