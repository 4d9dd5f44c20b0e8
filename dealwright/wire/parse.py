"""Turns every spelling of a request's input into one tree: query string, form, JSON and XML alike.

A tree is a dict of lower-case names; its values are text, numbers, true/false, None, uploads, lists
and dicts. Converts nothing.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_to_bytes

import msgspec
from lxml import etree

from dealwright.errors import Malformed
from dealwright.wire.charsets import UTF8, charset_of, text
from dealwright.wire.conversion import quoted
from dealwright.wire.multipart import MOST_FIELDS, multipart
from dealwright.wire.xml_reading import read_xml

Tree = dict[str, object]

DEEPEST = 20
MOST_CONTAINERS = 50_000
MOST_VALUES = 200_000  # of a JSON body: the decoder keeps all other threads until its end
_BOM = b"\xef\xbb\xbf"
_STEP = re.compile(r"\[([^\[\]]*)\]|\.([^.\[\]]+)")
# Numbers with a point stay text: money must not pass through a float, and texts keep their digits.
_JSON = msgspec.json.Decoder(float_hook=str)


def body(content_type: str, raw: bytes) -> Tree:
    """The tree of a body by its content type; an unknown type is read as an urlencoded form.

    A file of a multipart body is an `Upload` in the tree.
    """
    match content_type.partition(";")[0].strip().lower():
        case "application/json" | "text/json":
            charset = charset_of(content_type)
            return json(raw if charset == UTF8 else text(raw, charset).encode())
        case "text/xml" | "application/xml":
            return xml(raw)
        case "multipart/form-data":
            texts, uploads = multipart(content_type, raw)
            return form([*texts, *((upload.name, upload) for upload in uploads)])
    return form(pairs(raw, charset_of(content_type))) if raw else {}


def query(raw: bytes) -> Tree:
    """The tree of a query string."""
    return form(pairs(raw)) if raw else {}


def pairs(raw: bytes, charset: str = UTF8) -> list[tuple[str, str]]:
    """Names and values of a query string or an urlencoded form in order, unescaped; a name alone
    has the value ""."""
    if raw.count(b"&") >= MOST_FIELDS:
        raise Malformed("body", f"must have at most {MOST_FIELDS} fields")
    found = []
    for piece in text(raw, charset).split("&"):
        if piece:
            name, _, value = piece.partition("=")
            found.append((_unescaped(name, charset), _unescaped(value, charset)))
    return found


def form(fields: Iterable[tuple[str, object]]) -> Tree:
    """Names and values as a tree: `a=`, `a[]=`, `a[0]=`, `x[0][Key]=`, `x[0].Key=`, `x[city]=`."""
    tree: Tree = {}
    for name, value in fields:
        folded = name.lower()
        if "[" in folded:
            _place(tree, folded, value)
        elif folded in tree:
            tree[folded] = _and(tree[folded], value)
        else:
            tree[folded] = value
    return tree


def json(raw: bytes) -> Tree:
    """The tree of a JSON object; an empty body is an empty object.

    Of names that differ only in case the first wins.
    """
    raw = raw.removeprefix(_BOM).strip()
    if not raw:
        return {}
    containers = _demand_few(raw, b"{", b"[")
    if raw.count(b",") > MOST_VALUES:
        raise Malformed("body", f"must have at most {MOST_VALUES} values")
    try:
        decoded = _JSON.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed(text=f"The body is not valid JSON: {error}") from None
    if not isinstance(decoded, dict):
        raise Malformed(text="The body must be a JSON object")
    if containers > DEEPEST:
        _demand_shallow(decoded)
    return folded(decoded)


def xml(raw: bytes) -> Tree:
    """The tree of an XML document: the root's children are the parameters, repeated ones lists."""
    root = read_xml(raw)
    if root is None:
        return {}
    tree = _element(root, 0)
    return tree if isinstance(tree, dict) else {}


def merge(path: Mapping[str, object], params: Tree, sent: Tree) -> Tree:
    """One tree of all sources: for each name the path wins over the query, and the query over the
    body."""
    return {**sent, **params, **path}


def folded(members: dict[str, object]) -> Tree:
    """The members under lower-case names; the first of those that differ only in case wins."""
    tree = {name.lower(): value for name, value in members.items()}
    if len(tree) != len(members):
        tree = {name.lower(): value for name, value in reversed(members.items())}
    return tree


def _unescaped(piece: str, charset: str) -> str:
    piece = piece.replace("+", " ")
    if "%" not in piece:
        return piece
    raw = piece if charset == UTF8 else piece.encode(charset)
    return text(unquote_to_bytes(raw), charset)


def _place(tree: Tree, name: str, value: object) -> None:
    """Puts `value` where the brackets of `name` say, making lists and dicts on the way."""
    top, steps = _steps(name)
    node: Tree | list[object] = tree
    key: str | int = top
    for step in steps:
        inner = _child(node, key, name)
        wants_list = step == "" or (step.isascii() and step.isdigit())
        if inner is None:
            inner = [] if wants_list else {}
        elif wants_list and not isinstance(inner, list):
            inner = [inner]
        elif not wants_list and not isinstance(inner, dict):
            raise Malformed(quoted(name), "is given both as a value and as an object")
        _set(node, key, inner)
        node = inner  # type: ignore[assignment]
        key = _index(step, node, name) if isinstance(node, list) else step
    before = _child(node, key, name)
    _set(node, key, value if before is None else _and(before, value))


def _steps(name: str) -> tuple[str, list[str]]:
    """`x[0].key` -> `x`, [`0`, `key`]; a name with unbalanced brackets is a plain name."""
    start = name.index("[")
    steps, end = [], start
    while found := _STEP.match(name, end):
        steps.append(found[1] if found[2] is None else found[2])
        end = found.end()
    if end != len(name):
        return name, []
    if len(steps) >= DEEPEST:
        raise Malformed(quoted(name[:start]), f"must be nested at most {DEEPEST} deep")
    return name[:start], steps


def _child(node: Tree | list[object], key: str | int, name: str) -> object:
    if isinstance(node, dict):
        return node.get(str(key))
    return node[int(key)] if int(key) < len(node) else None


def _set(node: Tree | list[object], key: str | int, value: object) -> None:
    if isinstance(node, dict):
        node[str(key)] = value
    elif int(key) == len(node):
        node.append(value)
    else:
        node[int(key)] = value


def _index(step: str, items: list[object], name: str) -> int:
    """The place in `items`. A gap is refused: `a[999999999]=` would take a gigabyte for one
    line."""
    if step == "":
        return len(items)
    if len(step) > 9 or int(step) > len(items):
        raise Malformed(quoted(name), "must be numbered from 0 without gaps")
    return int(step)


def _and(before: object, value: object) -> list[object]:
    """A repeated name gives a list."""
    if isinstance(before, list):
        before.append(value)
        return before
    return [before, value]


def _demand_few(raw: bytes, *openings: bytes) -> int:
    """Limits the number of objects and lists: each takes far more memory than its bytes."""
    count = sum(raw.count(opening) for opening in openings)
    if count > MOST_CONTAINERS:
        raise Malformed("body", f"must have at most {MOST_CONTAINERS} objects and lists")
    return count


def _demand_shallow(root: dict[str, object]) -> None:
    level: list[dict[str, object] | list[object]] = [root]
    depth = 0
    while level:
        if depth > DEEPEST:
            raise Malformed("body", f"must be nested at most {DEEPEST} deep")
        inside = [node.values() if isinstance(node, dict) else node for node in level]
        level = [item for items in inside for item in items if isinstance(item, dict | list)]
        depth += 1


def _element(element: etree._Element, depth: int) -> object:
    if depth > DEEPEST:
        raise Malformed("body", f"must be nested at most {DEEPEST} deep")
    if len(element) == 0:
        return element.text or ""
    tree: Tree = {}
    for child in element:
        name = etree.QName(child).localname.lower()
        value = _element(child, depth + 1)
        if name in tree:
            tree[name] = _and(tree[name], value)
        else:
            tree[name] = value
    return tree
