"""XML contains the same as JSON, except that null equals an empty text, and nothing equals an empty
list."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from dealwright.wire import xml
from dealwright.wire.documented import documented
from dealwright.wire.moments import UNSET
from dealwright.wire.shape import Form, Member, MoneyNumber, Shape, ValueKind, members
from tests.wire.declarations import instances, plain, shapes


class Note(Shape, kw_only=True):
    text: str
    by: str | None
    amount: MoneyNumber
    is_open: bool
    tags: list[str]
    parent: "Note | None" = None
    more: dict[str, object] | None = None


NOTE = Note(text="", by=None, amount=11.0, is_open=True, tags=[])


def live(value: object) -> str:
    return xml.document({"response": value})


def test_live_xml_tells_null_from_an_empty_text_and_prints_no_empty_list() -> None:
    assert live(NOTE) == (
        "<result><response><text></text><by /><amount>11</amount><isOpen>true</isOpen>"
        "</response></result>"
    )


def test_documented_xml_capitalises_booleans_and_closes_what_is_empty() -> None:
    assert xml.document({"response": documented(NOTE)}, documented=True) == (
        "<result><response><Text /><By /><Amount>11</Amount><IsOpen>True</IsOpen><Parent /><More />"
        "</response></result>"
    )


def test_a_list_repeats_the_element_of_its_member() -> None:
    tagged = msgspec.structs.replace(NOTE, tags=["a", ""])
    assert "<tags>a</tags><tags></tags>" in live(tagged)
    assert live([1, 2]) == "<result><response>1</response><response>2</response></result>"


def test_a_list_in_a_list_nests_an_element_of_the_same_name() -> None:
    assert live([[1, 2], []]) == (
        "<result><response><response>1</response><response>2</response></response><response />"
        "</result>"
    )


def test_an_empty_object_is_one_empty_element() -> None:
    class Empty(Shape, kw_only=True):
        title: str | None = None

    assert live({}) == live(Empty()) == "<result><response /></result>"


def test_a_shape_inside_a_map_and_a_map_inside_a_shape_are_written() -> None:
    noted = msgspec.structs.replace(NOTE, more={"a": [1], "b": {"c": NOTE}}, parent=NOTE)
    assert "<more><a>1</a><b><c><text></text>" in live({"x": noted})


def test_the_same_shape_under_two_names_is_written_under_both() -> None:
    tree = {"a": NOTE, "b": [NOTE, NOTE]}
    inner = live(NOTE).removeprefix("<result><response>").removesuffix("</response></result>")
    assert xml.document(tree) == f"<result><a>{inner}</a><b>{inner}</b><b>{inner}</b></result>"


def test_a_key_that_is_no_element_name_is_encoded() -> None:
    assert live({"1 a<b": 1, "": 2, "content-Type": 3}) == (
        "<result><response><_x0031__x0020_a_x003C_b>1</_x0031__x0020_a_x003C_b><_x_>2</_x_>"
        "<content-Type>3</content-Type></response></result>"
    )


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (0, "0"),
        (11.0, "11"),
        (1.10, "1.1"),
        (0.0067, "0.0067"),
        (1e-9, "0.000000001"),
        (-0.5, "-0.5"),
        (100, "100"),
        (1e22, "10000000000000000000000"),
        (msgspec.Raw(b"922337203685477.5807"), "922337203685477.5807"),
        (msgspec.Raw(b"922337203685477.0"), "922337203685477"),
    ],
)
def test_numbers_have_no_needless_zeros_and_no_exponent(value: object, digits: str) -> None:
    assert live(value) == f"<result><response>{digits}</response></result>"


def test_what_was_rendered_as_json_before_is_written_as_elements() -> None:
    assert live(msgspec.Raw(b'{"a":[1,null]}')) == (
        "<result><response><a>1</a><a /></response></result>"
    )


def test_characters_that_xml_cannot_carry_are_replaced() -> None:
    assert xml.text("a\x00b\x1f\ufffe") == "a\ufffdb\ufffd\ufffd"


@given(some.text())
def test_no_text_breaks_the_document(text: str) -> None:
    document = live(text).encode("utf-8", "replace")
    etree.fromstring(document)


@given(some.dictionaries(some.text(), some.text()))
def test_no_key_breaks_the_document(tree: dict[str, str]) -> None:
    etree.fromstring(live(tree).encode("utf-8", "replace"))


@given(some.data())
def test_live_xml_gives_every_value_back_save_that_empty_things_look_alike(
    data: some.DataObject,
) -> None:
    value = data.draw(shapes().flatmap(instances))
    root = etree.fromstring(live(value).encode())
    assert read(type(value), root[0], "live") == levelled(value)


@given(some.data())
def test_documented_xml_gives_every_value_back_save_that_empty_things_look_alike(
    data: some.DataObject,
) -> None:
    value = data.draw(shapes().flatmap(instances))
    document = xml.document({"response": documented(value)}, documented=True)
    assert read(type(value), etree.fromstring(document.encode())[0], "documented") == levelled(
        value
    )


def read(shape: type[Shape], element: Any, profile: str) -> dict[str, Any]:
    return {
        member.attribute: _member(member, element.findall(getattr(member, profile)), profile)
        for member in members(shape)
    }


def _member(member: Member, elements: list[Any], profile: str) -> Any:
    if member.form.kind is ValueKind.LIST:
        assert member.form.item is not None
        return [_value(member.form.item, element, profile) for element in elements]
    if not elements:
        return _level(member, member.default)
    return _level(member, _value(member.form, elements[0], profile))


def _value(form: Form, element: Any, profile: str) -> Any:
    text = element.text or ""
    if form.kind is ValueKind.SHAPE:
        return None if form.nullable and not len(element) else read(form.types[0], element, profile)
    if form.kind is ValueKind.MAP:
        return {child.tag: int(child.text) for child in element}
    if not text and form.kind is not ValueKind.TEXT:
        return None
    match form.kind:
        case ValueKind.WHOLE:
            return int(text)
        case ValueKind.NUMBER:
            return Decimal(text)
        case ValueKind.FLAG:
            return {"true": True, "false": False}[text if profile == "live" else text.lower()]
    return text


def levelled(value: Any) -> Any:
    """The comparable data of a value; values that XML cannot distinguish become equal."""
    if isinstance(value, list):
        return [levelled(item) for item in value]
    if not isinstance(value, Shape):
        return plain(value)
    return {
        member.attribute: _level(member, levelled(getattr(value, member.attribute)))
        for member in members(type(value))
    }


def _level(member: Member, value: Any) -> Any:
    zero: Any = {ValueKind.TEXT: "", ValueKind.LIST: [], ValueKind.MAP: {}}.get(member.form.kind)
    if zero is None and not member.required:
        zero = {ValueKind.WHOLE: 0, ValueKind.NUMBER: Decimal(0), ValueKind.FLAG: False}.get(
            member.form.kind
        )
    if member.form.kind is ValueKind.SHAPE and value is not None:
        return value if _says_something(member.form.types[0], value) else None
    return zero if value is None or value == UNSET else value


def _says_something(shape: Any, value: dict[str, Any]) -> bool:
    """Whether XML has an element inside: an empty list has none, also where it is required."""
    return any(
        value[member.attribute] != _level(member, None)
        or (member.required and member.form.kind is not ValueKind.LIST)
        for member in members(shape)
    )
