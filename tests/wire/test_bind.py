"""Trees become typed inputs, and every refusal names its parameter."""

from enum import IntEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import pytest

from dealwright.errors import Invalid, Malformed, NotFound
from dealwright.wire import parse
from dealwright.wire.bind import Binder, binder
from dealwright.wire.multipart import Upload
from dealwright.wire.values import EMPTY_GUID, Between, Guid, Id, Length, Moment, Money

BERLIN = ZoneInfo("Europe/Berlin")
ANN = "12345678-9abc-4def-8123-456789abcdef"


class BidType(IntEnum):
    FIXED_BID = 0
    PER_HOUR = 1

    @classmethod
    def captions(cls) -> dict[str, "BidType"]:
        return {"paid by the hour": cls.PER_HOUR}


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    key: int = 0
    value: str = ""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    street: str = ""
    is_primary: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    opportunity_id: Id = 0
    title: Annotated[str, Length(10)] = ""
    description: str | None = None
    responsible_id: Guid = EMPTY_GUID
    bid_type: BidType = BidType.FIXED_BID
    bid_value: Money = 0
    success_probability: Annotated[int, Between(0, 100)] | None = None
    expected_close_date: Moment | None = None
    custom_field_list: list[Pair] = []
    is_private: bool | None = None
    members: tuple[int, ...] = ()
    tags: list[str] = []
    address: Address | None = None
    note: str | msgspec.UnsetType = msgspec.UNSET


def bind(**tree: object) -> Change:
    return binder(Change).bind({name.lower(): value for name, value in tree.items()}, zone=BERLIN)


def refusal(**tree: object) -> str:
    with pytest.raises(Invalid) as refused:
        bind(**tree)
    return refused.value.text


def test_nothing_gives_the_defaults() -> None:
    assert bind() == Change()


def test_names_bind_in_any_case_and_unknown_ones_are_ignored() -> None:
    assert bind(OPPORTUNITYID="7", bidType="PerHour", nonsense="x") == Change(
        opportunity_id=7, bid_type=BidType.PER_HOUR
    )


def test_empty_and_null_mean_the_default_but_empty_text_is_text() -> None:
    for nothing in ("", None, [], [""], [None]):
        assert bind(responsibleid=nothing, successprobability=nothing, members=nothing) == Change()
    assert bind(bidtype=None, bidvalue="", isprivate="", address=None) == Change()
    assert bind(description="").description == ""
    assert bind(description=None).description == ""
    assert bind(note="").note == ""


def test_one_value_is_a_list_of_one_and_a_list_gives_its_first_value() -> None:
    assert bind(members="5").members == (5,)
    assert bind(tags="a,b").tags == ["a,b"]
    assert bind(title=["a", "b"]).title == "a"
    assert bind(bidvalue=[[["1.5"]]]).bid_value == 15000


def test_pairs_bind_from_one_object_or_several_in_any_case() -> None:
    several = [{"Key": 1, "Value": "x"}, {"key": "2", "VALUE": None}, {"other": 1}, {}, None]
    assert bind(customfieldlist=several).custom_field_list == [
        Pair(key=1, value="x"),
        Pair(key=2, value=""),
    ]
    assert bind(customfieldlist={"Key": 1}).custom_field_list == [Pair(key=1)]
    assert bind(customfieldlist={"1": "x"}).custom_field_list == []


def test_an_object_binds_its_members() -> None:
    address = {"Street": "Main", "isprimary": "true"}
    assert bind(address=address).address == Address(street="Main", is_primary=True)


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"bidvalue": "x"}, "bidValue must be a number"),
        ({"members": ["1", "x"]}, "members[1] must be a whole number"),
        ({"members": "1,2"}, "members[0] must be a whole number"),
        ({"members": [1, None]}, "members[1] must be a whole number"),
        ({"customfieldlist": [{"key": 1}, {"key": "x"}]}, "customFieldList[1].key must be a"),
        ({"customfieldlist": ["5"]}, "customFieldList[0] must be an object with key, value"),
        ({"address": {"isprimary": "1"}}, "address.isPrimary must be true or false"),
        ({"title": "12345678901"}, "title must have at most 10 characters, not 11"),
        ({"title": {"a": 1}}, "title must be text"),
        ({"title": "a\0b"}, "title must not contain the character U+0000"),
        ({"successprobability": 101}, "successProbability must be between 0 and 100, not 101"),
        ({"bidtype": "Barter"}, "Requested value 'Barter' was not found.: bidType"),
        ({"members": ["1"] * 10_001}, "members must have at most 10000 items, not 10001"),
    ],
)
def test_a_refusal_names_the_parameter(tree: dict[str, object], place: str) -> None:
    assert place in refusal(**tree)


def test_what_cannot_be_read_and_what_breaks_a_rule_differ() -> None:
    with pytest.raises(Malformed):
        bind(members="x")
    with pytest.raises(Invalid) as refused:
        bind(members="99999999999")
    assert not isinstance(refused.value, Malformed)


def test_an_impossible_id_is_not_found_in_the_path_and_invalid_elsewhere() -> None:
    change = binder(Change)
    for impossible in ("2147483648", "9" * 39):
        with pytest.raises(NotFound):
            tree = {"opportunityid": impossible}
            change.bind(tree, zone=BERLIN, path_names={"opportunityid"})
        assert "opportunityid must be between" in refusal(opportunityid=impossible)


def test_a_field_without_default_is_required() -> None:
    class Needed(msgspec.Struct, frozen=True, kw_only=True):
        task_id: Id

    with pytest.raises(Invalid, match="taskid is required"):
        binder(Needed).bind({}, zone=BERLIN)
    assert binder(Needed).bind({"taskid": "3"}, zone=BERLIN) == Needed(task_id=3)


def test_all_missing_fields_are_named_at_once() -> None:
    class Needed(msgspec.Struct, frozen=True, kw_only=True):
        task_id: Id
        from_currency: str
        note: str = ""
        user_id: Id

    with pytest.raises(Invalid, match="taskid, fromCurrency, userid are required"):
        binder(Needed).bind({"note": "x"}, zone=BERLIN)
    with pytest.raises(Invalid, match="taskid, userid are required"):
        binder(Needed).bind({"fromcurrency": "EUR"}, zone=BERLIN)


def test_a_renamed_field_binds_under_its_wire_name() -> None:
    class Odd(msgspec.Struct, frozen=True, kw_only=True):
        stages: list[int] = msgspec.field(default_factory=list, name="opportunityStagesID")

    assert binder(Odd).bind({"opportunitystagesid": "3"}, zone=BERLIN).stages == [3]
    assert binder(Odd).parameters == ("opportunityStagesID",)


def test_a_kind_that_no_request_can_say_is_refused_at_build() -> None:
    class Wrong(msgspec.Struct):
        value: int | str = 0

    with pytest.raises(TypeError):
        Binder(Wrong)


def test_an_unknown_parameter_can_be_refused() -> None:
    change = binder(Change)
    change.demand_known({"title": "", "_": "1", "asc_auth_key": "", "startindex": "", "type": ""})
    with pytest.raises(Invalid, match="stagid is not a parameter here; known are opp"):
        change.demand_known({"title": "", "stagid": "1"})


def test_a_file_binds_as_an_upload() -> None:
    class Photo(msgspec.Struct, frozen=True, kw_only=True):
        photo: Upload | None = None
        files: tuple[Upload, ...] = ()

    upload = Upload("photo", "a.png", "image/png", b"x")
    tree: parse.Tree = {"photo": upload, "files": [upload, upload]}
    bound = binder(Photo).bind(tree, zone=BERLIN)
    assert bound == Photo(photo=upload, files=(upload, upload))
    with pytest.raises(Malformed, match="photo must be a file"):
        binder(Photo).bind({"photo": "text"}, zone=BERLIN)
    assert "title must be text" in refusal(title=upload)


def test_a_date_without_zone_is_local() -> None:
    tree = parse.query(b"expectedCloseDate=2024-06-15")
    change = binder(Change).bind(tree, zone=BERLIN)
    assert change.expected_close_date == 1_718_402_400_000_000
