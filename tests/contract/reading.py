"""The documentation pages as data, and what an answer looks like apart from its values."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

DIRECTORY = Path(__file__).parent / "pages"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}(Z|[+-]\d\d:\d\d)")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(r"-?\d+(\.\d*[1-9])?")
# Texts whatever they hold: the value of a custom field may look like a date, these may be empty.
TEXTS = {"fieldvalue", "profileurl", "mask"}
LISTED_KINDS = {
    "object": {"object"},
    "array of object": {"list"},
    "string uuid": {"guid"},
    "string": {"text", "moment"},
    "boolean": {"flag"},
    "integer int32": {"whole"},
    "enum of integer int32": {"whole"},
    "number double": {"number"},
}

Outline = Any
"""A kind (`text`, `whole`…), for an object the list of its (name, outline), for a list a tuple with
the one outline that all its items have."""


class Page(NamedTuple):
    """One page. Either `answer` and `xml` are printed, or the answer's members are listed."""

    name: str
    profile: str
    method: str
    path: str
    headers: Mapping[str, str]
    parameters: tuple[str, ...]
    body: Mapping[str, Any] | None
    answer: Any
    xml: str
    fields: tuple[tuple[str, str], ...]


def pages() -> list[Page]:
    return [_page(path) for path in sorted(DIRECTORY.glob("*.json"))]


def _page(path: Path) -> Page:
    output = json.loads(path.read_text(encoding="utf-8"))
    names = [each if isinstance(each, str) else each[0] for each in output["parameters"]]
    return Page(
        name=path.stem,
        profile=output["profile"],
        method=output["method"],
        path=output["path"],
        headers=output["headers"],
        parameters=tuple(names),
        body=output.get("body"),
        answer=output.get("answer"),
        xml="".join(line.strip() for line in output.get("xml", ())),
        fields=tuple((name, kind) for name, kind in output.get("fields", ())),
    )


def listed_members(page: Page) -> list[tuple[str, set[str]]]:
    """The members of a page that lists them, in one row: name and possible kinds.

    Its `ID` is the `id` of the pages with examples, where that of a stage stands elsewhere.
    """
    rows = [("id" if name == "ID" else name, LISTED_KINDS[kind]) for name, kind in page.fields]
    stage_id = rows.pop(rows.index(("SortOrder", {"whole"})) + 1)
    rows.insert(rows.index(("StageType", {"whole"})) + 1, stage_id)
    return rows


def in_one_row(outline: Outline) -> Iterator[tuple[str, str]]:
    """The members of an answer, each before its own members."""
    for name, inner in outline:
        kind = inner if isinstance(inner, str) else "object" if isinstance(inner, list) else "list"
        yield name, kind
        item = inner[0] if isinstance(inner, tuple) else inner
        if isinstance(item, list):
            yield from in_one_row(item)


def outline_of_json(value: object, name: str = "") -> Outline:
    match value:
        case dict():
            return [(key, outline_of_json(item, key)) for key, item in value.items()]
        case list():
            return _alike([outline_of_json(item) for item in value])
        case bool():
            return "flag"
        case int():
            return "whole"
        case float():
            return "number"
        case str():
            return _kind_of_text(value, name)
    return "null"


def outline_of_xml(text: str) -> Outline:
    """The same of XML, where a list and its one item cannot be told apart, nor 11 and 11.0."""
    return _outline_of_element(etree.fromstring(text))


def _outline_of_element(element: etree._Element) -> Outline:
    if len(element):
        outline = []
        for name, group in groupby(element, key=lambda child: str(child.tag)):
            outline.append((name, _alike([_outline_of_element(child) for child in group])[0]))
        return outline
    text = element.text or ""
    if text in ("true", "false"):
        return "flag"
    if text in ("True", "False"):
        return "Flag"
    if NUMBER.fullmatch(text):
        return "number"
    return _kind_of_text(text, str(element.tag)) if text or element.tag in TEXTS else "text"


def _kind_of_text(text: str, name: str) -> str:
    if name.lower() in TEXTS:
        return "text"
    return "moment" if MOMENT.fullmatch(text) else "guid" if GUID.fullmatch(text) else "text"


def _alike(outlines: list[Outline]) -> tuple[Outline, ...]:
    assert all(each == outlines[0] for each in outlines), "items of one list differ"
    return tuple(outlines[:1])


def xml_of(tree: Mapping[str, Any], *, documented: bool) -> str:
    """What a JSON answer is as XML, by the rule that the pages show and the reference follows."""

    def elements(name: str, value: object) -> str:
        match value:
            case list():
                return "".join(elements(name, item) for item in value)
            case None:
                return f"<{name} />"
            case dict():
                inner = "".join(elements(key, item) for key, item in value.items())
            case bool():
                inner = str(value) if documented else str(value).lower()
            case float():
                inner = f"{value:.4f}".rstrip("0").rstrip(".")
            case int():
                inner = str(value)
            case _:
                inner = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if not inner and (documented or isinstance(value, dict)):
            return f"<{name} />"
        return f"<{name}>{inner}</{name}>"

    return elements("result", tree)
