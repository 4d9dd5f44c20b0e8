"""However a client spells its input, the same tree comes out of it, or a refusal."""

from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.errors import CrmError, Malformed
from dealwright.wire import parse
from dealwright.wire.bind import binder
from dealwright.wire.conversion import ILLEGAL
from dealwright.wire.multipart import multipart

UTC = ZoneInfo("UTC")


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    key: int = 0
    value: str = ""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    street: str = ""
    zip: int = 0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    bid_value: int
    is_private: bool
    address: Address
    tags: tuple[str, ...]
    members: tuple[int, ...]
    custom_fields: tuple[Pair, ...]


# XML reads a carriage return as a line feed, so text with one has no one spelling.
texts = some.text(some.characters(codec="utf-8")).filter(
    lambda t: not ILLEGAL.search(t) and "\r" not in t
)
numbers = some.integers(-(2**31), 2**31 - 1)
inputs = some.builds(
    Asked,
    title=texts,
    bid_value=numbers,
    is_private=some.booleans(),
    address=some.builds(Address, street=texts, zip=numbers),
    # A list of one empty text is nothing at all.
    tags=some.lists(texts, min_size=1).filter(lambda tags: tags != [""]).map(tuple),
    members=some.lists(numbers, min_size=1).map(tuple),
    custom_fields=some.lists(some.builds(Pair, key=numbers, value=texts), min_size=1).map(tuple),
)
Spell = Callable[[str], str]
spellings = some.sampled_from([str, str.lower, str.upper, str.swapcase])


def scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def members_of(asked: Asked) -> dict[str, object]:
    return {
        "Title": asked.title,
        "BidValue": asked.bid_value,
        "IsPrivate": asked.is_private,
        "Address": {"Street": asked.address.street, "Zip": asked.address.zip},
        "Tags": list(asked.tags),
        "Members": list(asked.members),
        "CustomFields": [{"Key": pair.key, "Value": pair.value} for pair in asked.custom_fields],
    }


def respelled(value: object, spell: Spell) -> object:
    if isinstance(value, dict):
        return {spell(name): respelled(inner, spell) for name, inner in value.items()}
    return [respelled(item, spell) for item in value] if isinstance(value, list) else value


def fields(asked: Asked, spell: Spell, *, list_key: str, dotted: bool) -> list[tuple[str, str]]:
    found = []
    for name, value in members_of(asked).items():
        if isinstance(value, dict):
            found += [(f"{name}[{key}]", scalar(inner)) for key, inner in value.items()]
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    form = "{}[{}].{}" if dotted else "{}[{}][{}]"
                    found += [(form.format(name, index, key), scalar(x)) for key, x in item.items()]
                else:
                    found.append((name + list_key.format(index), scalar(item)))
        else:
            found.append((name, scalar(value)))
    return [(spell(name), value) for name, value in found]


def as_xml(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(as_xml(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(as_xml(key, inner) for key, inner in value.items())}</{name}>"
    return f"<{name}>{escape(scalar(value))}</{name}>"


def bound(tree: parse.Tree) -> Asked:
    return binder(Asked).bind(tree, zone=UTC)


@given(inputs, spellings)
def test_json_says_the_input(asked: Asked, spell: Spell) -> None:
    sent = msgspec.json.encode(respelled(members_of(asked), spell))
    assert bound(parse.json(sent)) == asked
    assert bound(parse.json(b"\xef\xbb\xbf \n" + msgspec.json.format(sent))) == asked


@given(inputs, spellings)
def test_json_of_nothing_but_text_says_the_same(asked: Asked, spell: Spell) -> None:
    def in_text(value: object) -> object:
        if isinstance(value, dict):
            return {name: in_text(inner) for name, inner in value.items()}
        return [in_text(item) for item in value] if isinstance(value, list) else scalar(value)

    sent = msgspec.json.encode(respelled(in_text(members_of(asked)), spell))
    assert bound(parse.json(sent)) == asked


@given(
    inputs,
    spellings,
    some.sampled_from(["", "[]", "[{}]"]),
    some.booleans(),
    some.sampled_from([quote, quote_plus]),
)
def test_queries_and_forms_say_the_same(
    asked: Asked, spell: Spell, list_key: str, dotted: bool, escaped: Callable[[str], str]
) -> None:
    sent = fields(asked, spell, list_key=list_key, dotted=dotted)
    raw = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in sent).encode()
    assert parse.pairs(raw) == sent
    assert bound(parse.query(raw)) == bound(parse.form(sent)) == asked
    assert bound(parse.body("application/x-www-form-urlencoded; charset=utf-8", raw)) == asked


@given(inputs, spellings)
def test_xml_says_the_same(asked: Asked, spell: Spell) -> None:
    content = as_xml("Request", respelled(members_of(asked), spell))
    assert bound(parse.xml(content.encode())) == asked
    declared = f'<?xml version="1.0" encoding="utf-16"?>{content}'
    assert bound(parse.xml(declared.encode("utf-16"))) == asked


@given(inputs, spellings)
def test_multipart_says_the_same(asked: Asked, spell: Spell) -> None:
    sent = fields(asked, spell, list_key="[{}]", dotted=False)
    lines = [f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in sent]
    body = "".join(lines).encode() + b"--b--\r\n"
    if body.count(b"\r\n--b") == len(sent):  # no text holds the boundary
        found, uploads = multipart("multipart/form-data; boundary=b", body)
        assert (found, uploads) == (sent, [])
        assert bound(parse.form(found)) == asked


def test_the_path_beats_the_query_and_the_query_the_body() -> None:
    path: parse.Tree = {"id": "1"}
    query: parse.Tree = {"id": "2", "a": "2"}
    body: parse.Tree = {"id": "3", "a": "3", "b": "3"}
    assert parse.merge(path, query, body) == {"id": "1", "a": "2", "b": "3"}


@pytest.mark.parametrize(
    ("raw", "tree"),
    [
        (b"", {}),
        (b"a", {"a": ""}),
        (b"&&a=1&", {"a": "1"}),
        (b"a=1=2", {"a": "1=2"}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a=%zz", {"a": "%zz"}),
        (b"A=1&a=2&a[]=3", {"a": ["1", "2", "3"]}),
        (b"a[0]=1&a[0]=2", {"a": [["1", "2"]]}),
        ("a=\u0416".encode(), {"a": "\u0416"}),
        (b"a[b=1", {"a[b": "1"}),
        (b"a[b]c=1", {"a[b]c": "1"}),
        (b"a.b=1", {"a.b": "1"}),
        ("a[²]=1".encode(), {"a": {"²": "1"}}),
        ("a[٣]=1".encode(), {"a": {"٣": "1"}}),
        (b"[0][relativeUrl]=x", {"": [{"relativeurl": "x"}]}),
        (b"a[x][y][]=1&a[x][y][]=2", {"a": {"x": {"y": ["1", "2"]}}}),
    ],
)
def test_odd_queries(raw: bytes, tree: parse.Tree) -> None:
    assert parse.query(raw) == tree


@pytest.mark.parametrize(
    "raw",
    [
        b"a[999999999]=1",
        b"a[1]=1",
        b"a[0]=1&a[2]=1",
        b"a=1&a[x]=2",
        b"a" + b"[x]" * 20 + b"=1",
        b"a=%ff",
        b"a=\xff",
        b"&" * 20_000,
    ],
)
def test_queries_that_are_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse.query(raw)


@pytest.mark.parametrize(
    ("raw", "tree"),
    [
        (b"", {}),
        (b" \r\n", {}),
        (b'{"A":1,"a":2,"B":3}', {"a": 1, "b": 3}),
        (b'{"a":1.10,"b":1e400}', {"a": "1.10", "b": "1e400"}),
        (b'{"a":"2024-01-15T10:00:00.000Z"}', {"a": "2024-01-15T10:00:00.000Z"}),
        (b'{"a":922337203685477.1234}', {"a": "922337203685477.1234"}),
    ],
)
def test_odd_json(raw: bytes, tree: parse.Tree) -> None:
    assert parse.json(raw) == tree


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"5",
        b"null",
        b'{"a":[' + b"[]," * 200_000 + b"[]]}",
        b"{",
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' + b"[" * 21 + b"]" * 21 + b"}",
        b'{"a":' * 22 + b"1" + b"}" * 22,
    ],
)
def test_json_that_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse.json(raw)


def test_many_repeated_elements_are_read_in_no_time() -> None:
    assert len(parse.xml(b"<r>" + b"<a/>" * 50_000 + b"</r>")["a"]) == 50_000  # type: ignore[arg-type]
    assert len(parse.query(b"a[]=1&" * 19_999)["a"]) == 19_999  # type: ignore[arg-type]


def test_twenty_levels_are_read() -> None:
    assert parse.json(b'{"a":' * 20 + b"1" + b"}" * 20)
    assert parse.json(b'{"a":[' + b",".join([b'{"b":[1]}'] * 100) + b"]}")
    assert parse.xml(b"<a>" * 20 + b"1" + b"</a>" * 20)


@pytest.mark.parametrize(
    ("raw", "tree"),
    [
        (b"", {}),
        (b"<r/>", {}),
        (b"<r>text</r>", {}),
        (b"<r><!-- a --><?p?><a><![CDATA[<b>]]></a></r>", {"a": "<b>"}),
        (b'<r xmlns="urn:x" xmlns:i="urn:i"><i:A i:nil="true"/></r>', {"a": ""}),
        (b"<r><a>1</a><A><B/></A><a>3</a></r>", {"a": ["1", {"b": ""}, "3"]}),
    ],
)
def test_odd_xml(raw: bytes, tree: parse.Tree) -> None:
    assert parse.xml(raw) == tree


@pytest.mark.parametrize(
    "raw",
    [
        b"<r>",
        b"<r>" + b"<a/>" * 200_000 + b"</r>",
        b"text",
        b"<r>&x;</r>",
        b"<r>\0</r>",
        b"<!DOCTYPE r><r/>",
        b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a>&x;</a></r>',
        b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r><a>&b;</a></r>',
        b"<a>" * 22 + b"</a>" * 22,
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
)
def test_xml_that_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse.xml(raw)


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "text/json"]
)
def test_the_content_type_decides(kind: str) -> None:
    assert parse.body(kind, b'{"a":1}') == {"a": 1}
    assert parse.body("text/xml; charset=utf-8", b"<r><a>1</a></r>") == {"a": "1"}
    assert parse.body("", b"a=1") == parse.body("text/plain", b"a=1") == {"a": "1"}


# Names and values that hold much of what the readers look for.
crooked = some.text('ab[]0129²٣.=&%+<>/!{}":, \0\ud800Ж')


@given(some.binary() | crooked.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_body_raises_anything_unforeseen(raw: bytes) -> None:
    for read in (
        parse.query,
        parse.json,
        parse.xml,
        lambda b: multipart("multipart/form-data; boundary=b", b),
    ):
        try:
            read(raw)
        except CrmError as error:
            assert not ILLEGAL.search(error.text)


@given(some.lists(some.tuples(crooked, crooked)), crooked)
def test_no_field_raises_anything_unforeseen(sent: list[tuple[str, str]], kind: str) -> None:
    try:
        parse.body(kind, b"")
        bound(parse.form(sent))
    except CrmError as error:
        assert not ILLEGAL.search(error.text)


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | crooked | some.text("0123456789-T:Z"),
    lambda inner: (
        some.lists(inner) | some.dictionaries(some.sampled_from(["Key", "value", "x"]), inner)
    ),
)


@given(some.dictionaries(some.sampled_from(sorted(binder(Asked).names)), anything))
def test_no_tree_raises_anything_unforeseen(tree: parse.Tree) -> None:
    try:
        bound(tree)
    except CrmError as error:
        assert not ILLEGAL.search(error.text)
