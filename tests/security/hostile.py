"""Requests that no well-meaning client sends: hostile values for every declared input, in every
spelling that a request can have."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from lxml import etree

from dealwright.wire.routes import Route

LARGEST = 2**31 - 1
LONGEST_ADDRESS = 60_000  # whatever is longer ends the connection: that is tested by itself
TEXTS = (
    "",
    " ",
    "\t\r\n",
    "\0",
    "\x1b[2J",
    "\ufffe",
    "\ufeff",
    "\u202egnp.exe",
    "😀" * 300,
    "a" * 256,
    "a" * 65_001,
    "'",
    '"',
    "\\",
    "%",
    "_",
    "*",
    "' OR '1'='1",
    "1; drop table opportunity --",
    'a" OR NEAR( * : ^ -',
    "${7*7}{{7*7}}%s%n",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "a\r\nSet-Cookie: a=b",
    "0",
    "-1",
    "1",
    "00000000001",
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "9" * 400,
    "0x7fffffff",
    "#ffffffffff",
    "1_000",
    "٣",
    "𝟏",
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "-Infinity",
    "922337203685478",
    "0.00005",
    "true",
    "TRUE ",
    "null",
    "[]",
    "{}",
    "[[[[",
    "00000000-0000-0000-0000-000000000000",
    "{FFFFFFFF-ffff-ffff-ffff-ffffffffffff}",
    "0000-01-01T00:00:00",
    "0001-01-01T00:00:00",
    "1899-12-31T23:59:59Z",
    "2024-02-30",
    "2200-12-31T23:59:59.9999999-14:00",
    "9999-12-31T23:59:59+14:00",
    "99999-12-31",
    "Open",
    "Person",
    "\U000e0001",
)
WHOLE = (0, 1, 2, 7, -1, 100, LARGEST, LARGEST + 1, -LARGEST - 2, 2**63, -(2**63), 2**64 - 1)
# Lone surrogates can only be said in JSON; a number beyond 64 bits too.
RAW = (b'"\\ud800"', b"1e400", b"-1e-400", b"1" * 400, b"[" * 30 + b"]" * 30, b'{"a":' * 18 + b"1")


def values(depth: int = 2) -> st.SearchStrategy[Any]:
    """Anything that JSON can say."""
    simple = (
        st.sampled_from(TEXTS)
        | st.sampled_from(WHOLE)
        | st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20)
    )
    if not depth:
        return simple
    inside = values(depth - 1)
    names = st.sampled_from(("key", "Value", "id", "entityType", "rate", "x"))
    return (
        simple
        | st.lists(inside, max_size=4)
        | st.dictionaries(names, inside, max_size=3)
        | st.builds(lambda one, many: [one] * many, simple, st.sampled_from((2, 300)))
    )


class Asked(NamedTuple):
    """One request as it goes out."""

    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]


def requests(routes: Sequence[Route]) -> st.SearchStrategy[Asked]:
    """A request of one of the routes, with something hostile about it."""
    return st.sampled_from(routes).flatmap(_request)


HEADERS = {
    "Accept": ("text/xml", 'application/json; profile="documented"', "a/b;q=x,*/*", "é", ",;="),
    "If-Match": ('"1-1"', "*", 'W/"', '"' * 50, "é"),
    "If-None-Match": ('"1-1"', "*", ","),
    "Idempotency-Key": ("once", "' --", "k" * 3000, "é", '"'),
    "X-Request-Id": ("id", "a b", "\x1f", "é" * 100),
    "Accept-Encoding": ("gzip", "zstd;q=0", "gzip;q=x", ";;,"),
    "Origin": ("null", "https://evil.example", "é"),
    "Cookie": ("asc_auth_key=x", "=", "asc_auth_key=\\", ";" * 50),
}
SPELLINGS = ("query", "form", "json", "xml", "multipart", "noise")


@st.composite
def _request(draw: st.DrawFn, route: Route) -> Asked:
    path = "/".join(draw(_segment(part)) for part in route.template.split("/"))
    named = route.binder.parameters if route.binder else ()
    names = [each for each in named if each.lower() not in route.path_names]
    names += ["count", "startIndex", "sortBy", "sortOrder", "filterValue", "fields", "cursor"]
    chosen = draw(st.lists(st.sampled_from(names), max_size=4, unique=True))
    payload = {name: draw(values()) for name in chosen}
    spelling = draw(st.sampled_from(SPELLINGS))
    headers = {
        name: draw(st.sampled_from(texts)) for name, texts in HEADERS.items() if draw(_RARELY)
    }
    if spelling == "query":
        address = f"{path}?{_form(payload)}"[:LONGEST_ADDRESS]
        return Asked(route.method, address, None, headers)
    kind, body = draw(_body(spelling, payload))
    return Asked(route.method, path, body, {"Content-Type": kind, **headers})


_RARELY = st.integers(0, 9).map(lambda number: number == 0)


def _segment(part: str) -> st.SearchStrategy[str]:
    if not part.startswith("{"):
        return st.just(part)
    kind = part[1:-1].partition(":")[2]
    if kind.startswith("("):
        return st.sampled_from(kind[1:-1].split("|"))
    if kind == "id":
        return st.sampled_from(("0", "1", "2", "3", "007", str(LARGEST), str(2**31), "9" * 40))
    return st.sampled_from([each for each in TEXTS if 0 < len(each) < 999]).map(_quoted)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _form(payload: Mapping[str, Any]) -> str:
    pairs = [pair for name, value in payload.items() for pair in _pairs(name, value)]
    return urlencode(pairs, errors="replace")


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    match value:
        case dict():
            return [pair for key, each in value.items() for pair in _pairs(f"{name}[{key}]", each)]
        case list():
            return [
                pair
                for place, each in enumerate(value[:50])
                for pair in _pairs(f"{name}[{place}]", each)
            ]
    return [(name, "" if value is None else str(value))]


def _body(spelling: str, payload: Mapping[str, Any]) -> st.SearchStrategy[tuple[str, bytes]]:
    match spelling:
        case "form":
            return st.just(("application/x-www-form-urlencoded", _form(payload).encode()))
        case "json":
            whole = json.dumps(payload).encode()
            broken = [
                whole[:-1] + (b", " if payload else b"") + b'"x": ' + raw + b"}" for raw in RAW
            ]
            kinds = st.sampled_from(("application/json", "text/json; charset=utf-16"))
            return st.tuples(kinds, st.just(whole) | st.sampled_from(broken))
        case "xml":
            return st.just(("text/xml", _xml(payload)))
        case "multipart":
            return st.just(("multipart/form-data; boundary=b", _multipart(payload)))
    kinds = ("application/json", "text/xml", "multipart/form-data; boundary=b", "a/b", "")
    return st.tuples(st.sampled_from(kinds), st.binary(max_size=60))


def _xml(payload: Mapping[str, Any]) -> bytes:
    root = etree.Element("request")
    for name, value in _flat(payload):
        child = etree.SubElement(root, name)
        try:
            child.text = value
        except ValueError:  # what XML cannot carry
            child.text = "\ufffd"
    return etree.tostring(root)


def _flat(payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(each))
        for name, value in payload.items()
        for each in (value[:50] if isinstance(value, list) else [value])
    ]


def _multipart(payload: Mapping[str, Any]) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in _flat(payload)
    ]
    return ("".join(parts) + "--b--\r\n").encode("utf-8", "surrogatepass")
