"""An answer is declared once; live JSON and the documented profile both give its values back."""

from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.wire.documented import documented, documented_members, project
from dealwright.wire.moments import UNSET
from dealwright.wire.shape import (
    GuidText,
    MomentText,
    MoneyNumber,
    Shape,
    ValueKind,
    form,
    members,
)
from tests.wire.declarations import Colour, if_absent, instances, plain, shapes

exact = msgspec.json.Decoder(float_hook=Decimal)


class Person(Shape, kw_only=True):
    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}
    id: GuidText
    display_name: str
    title: str | None = None


class Step(Shape, kw_only=True):
    documented_order: ClassVar[tuple[str, ...]] = ("kind", "id", "title")
    kind: Colour
    title: str | None = None
    id: int


class Deal(Shape, kw_only=True):
    created_by: Person
    created: MomentText
    step: Step | None = None
    bid_value: MoneyNumber | None = None
    bid_type: Colour = Colour.RED
    closed: MomentText
    currency: Person | None
    access: list[Person] | None = None
    invoice_id: int = msgspec.field(name="invoiceID")
    id: int


ANN = Person(id="0f", display_name="Ann & Co")
DEAL = Deal(
    created_by=ANN,
    created="2020-02-02T00:00:00.0000000Z",
    closed=UNSET,
    currency=None,
    invoice_id=3,
    id=7,
)


def live(value: object) -> Any:
    return exact.decode(msgspec.json.encode(value))


def test_live_answers_leave_out_members_at_their_default_and_print_the_others_in_order() -> None:
    assert list(live(DEAL)) == ["createBy", "created", "closed", "currency", "invoiceID", "id"]


def test_documented_answers_have_every_member_under_its_documented_name() -> None:
    assert documented(DEAL) == {
        "CreateBy": {"Id": "0f", "DisplayName": "Ann & Co", "Title": ""},
        "Created": "2020-02-02T00:00:00.0000000Z",
        "Step": None,
        "BidValue": 0.0,
        "BidType": 0,
        "Closed": None,
        "Currency": None,
        "Access": [],
        "InvoiceID": 3,
        "id": 7,
    }


def test_a_documented_order_beside_the_type_decides_the_order() -> None:
    assert list(documented(Step(kind=Colour.GREEN, id=1))) == ["Kind", "id", "Title"]  # type: ignore[call-overload]


def test_a_member_of_our_own_is_documented_only_when_it_has_a_value() -> None:
    class Ours(Shape, kw_only=True):
        documented_optional: ClassVar[tuple[str, ...]] = ("external_id",)
        external_id: str | None = None
        id: int

    assert documented(Ours(id=1)) == {"id": 1}
    assert documented(Ours(id=1, external_id="")) == {"ExternalId": "", "id": 1}


def test_a_documented_order_that_forgets_a_member_is_refused() -> None:
    class Forgetful(Shape, kw_only=True):
        documented_order: ClassVar[tuple[str, ...]] = ("id",)
        id: int
        title: str

    with pytest.raises(TypeError, match="every member"):
        documented_members(Forgetful)


@pytest.mark.parametrize("default", [0.0, 1000, "text", True, -1])
def test_a_default_that_is_only_found_by_identity_is_refused(default: object) -> None:
    shape = msgspec.defstruct("Odd", [("x", object, default)], bases=(Shape,), kw_only=True)
    with pytest.raises(TypeError, match=r"Odd\.x"):
        members(shape)


def test_an_enumeration_may_have_any_of_its_members_as_default() -> None:
    class Blue(Shape, kw_only=True):
        colour: Colour = Colour.DARK_BLUE

    assert live(Blue()) == {}
    assert documented(Blue()) == {"Colour": 7}


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (str | None, ValueKind.TEXT),
        (MomentText | None, ValueKind.MOMENT),
        (GuidText, ValueKind.GUID),
        (Colour, ValueKind.WHOLE),
        (bool, ValueKind.FLAG),
        (MoneyNumber | None, ValueKind.NUMBER),
        (tuple[str, ...], ValueKind.LIST),
        (Person | Step, ValueKind.SHAPE),
        (Person | str, ValueKind.ANY),
        (dict[str, Person], ValueKind.MAP),
        (object, ValueKind.ANY),
        (msgspec.Raw, ValueKind.ANY),
    ],
)
def test_a_declared_type_is_read_as_the_wire_sees_it(annotation: Any, kind: ValueKind) -> None:
    assert form(annotation).kind is kind


def test_fields_keep_only_the_named_members_of_the_top_level() -> None:
    with_step = msgspec.structs.replace(DEAL, step=Step(kind=Colour.RED, title="x", id=1))
    expected = ("id", "step", "bidvalue", "nothing")
    assert live(project(with_step, expected)) == {
        "step": {"kind": 0, "title": "x", "id": 1},
        "id": 7,
    }
    assert project([DEAL], expected, as_documented=True) == [
        {"Step": None, "BidValue": 0.0, "id": 7}
    ]


def test_fields_leave_scalars_alone() -> None:
    assert project(["a", 1], ("id",)) == ["a", 1]


@given(some.data())
def test_live_json_gives_every_declared_value_back(data: some.DataObject) -> None:
    value = data.draw(shapes().flatmap(instances))
    assert read_live(type(value), live(value)) == plain(value)


@given(some.data())
def test_documented_json_gives_every_value_back_with_something_for_missing_ones(
    data: some.DataObject,
) -> None:
    value = data.draw(shapes().flatmap(instances))
    tree = live(documented(value))
    assert list(tree) == [member.documented for member in members(type(value))]
    assert read_documented(type(value), tree) == completed(value)


@given(some.data())
def test_all_fields_together_are_the_whole_answer(data: some.DataObject) -> None:
    value = data.draw(shapes().flatmap(instances))
    names = tuple(member.live.lower() for member in members(type(value)))
    assert msgspec.json.encode(project(value, names)) == msgspec.json.encode(value)
    assert project(value, names, as_documented=True) == documented(value)


def read_live(shape: type[Shape], tree: dict[str, Any]) -> dict[str, Any]:
    """The attributes of a shape from its live JSON; what was left out has its default."""
    return {
        member.attribute: inner(read_live, member.form, tree.get(member.live, member.default))
        for member in members(shape)
    }


def read_documented(shape: type[Shape], tree: dict[str, Any]) -> dict[str, Any]:
    return {
        member.attribute: inner(read_documented, member.form, tree[member.documented])
        for member in members(shape)
    }


def inner(read: Any, form: Any, value: Any) -> Any:
    if form.kind is ValueKind.SHAPE and value is not None:
        return read(form.types[0], value)
    if form.kind is ValueKind.LIST and value is not None:
        return [inner(read, form.item, item) for item in value]
    return value


def completed(value: Any) -> Any:
    """The comparable data of a value with the documented stand-ins for what is missing."""
    if isinstance(value, list):
        return [completed(item) for item in value]
    if not isinstance(value, Shape):
        return plain(value)
    found = {}
    for member in members(type(value)):
        item = getattr(value, member.attribute)
        missing = item is None or (member.form.kind is ValueKind.MOMENT and item == UNSET)
        found[member.attribute] = if_absent(member) if missing else completed(item)
    return found
