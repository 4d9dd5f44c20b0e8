"""Single values: what is accepted, what is refused, and that whatever is printed reads back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from dealwright.errors import CrmError, Malformed
from dealwright.wire.conversion import ILLEGAL, ConversionError, OutOfReach
from dealwright.wire.moments import read_last_moment, read_moment
from dealwright.wire.numbers import (
    LARGEST_MONEY,
    digits,
    money,
    rate,
    read_id,
    read_int,
    read_money,
    read_rate,
)
from dealwright.wire.values import (
    UNSET,
    Moments,
    member_of,
    moments,
    read_bool,
    read_guid,
    read_text,
)

# Half hours, quarters, negative, daylight saving on both halves of the globe, local mean times.
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "Europe/Moscow",
        "Europe/Amsterdam",
        "America/New_York",
        "America/St_Johns",
        "Africa/Monrovia",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kiritimati",
    )
]
GUID = "12345678-9abc-4def-8123-456789abcdef"
FIRST = -2_208_988_800_000_000
LAST = 7_289_654_399_999_999
zones = some.sampled_from(ZONES)
instants = some.integers(FIRST, LAST)
transitions = some.builds(
    lambda hour, micro: hour * 3_600_000_000 + micro,
    some.integers(FIRST // 3_600_000_000 + 1, LAST // 3_600_000_000 - 1),
    some.sampled_from([-1, 0, 1]),
)


def refused(read: object, value: object) -> str:
    with pytest.raises(ConversionError) as error:
        read(value, None)  # type: ignore[operator]
    return error.value.named("x").text


# Moments


@pytest.mark.parametrize(
    "text",
    [
        "2008-04-10T06:30:00.0000000Z",
        "2008-04-10T06-30-00.0000000Z",
        "2008-04-10T06-30-00.000Z",
        "2008-04-10T06:30:00.000Z",
        "2008-04-10T06-30-00Z",
        "2008-04-10T06:30:00Z",
        "2008-04-10T06:30:00.00Z",
        "2008-04-10T06:30:00.Z",
        "2008-04-10T06:30Z",
        "2008-04-10t06:30:00z",
        " 2008-04-10T06:30:00Z ",
        "2008-04-10T09:30:00+03:00",
        "2008-04-10T09-30-00.000+0300",
        "2008-04-10T09:30:00 03:00",
        "2008-04-10T08:30:00",
        "2008-04-10 08:30:00",
        "4/10/2008 08:30:00",
        "04/10/2008 08:30",
    ],
)
def test_every_date_form_means_the_same_moment(text: str) -> None:
    assert read_moment(text, ZoneInfo("Europe/Berlin")) == 1_207_809_000_000_000


@pytest.mark.parametrize("text", ["2008-04-10", "04/10/2008", "4/10/2008"])
def test_a_date_alone_is_midnight_in_the_portal(text: str) -> None:
    assert read_moment(text, ZoneInfo("Europe/Berlin")) == 1_207_778_400_000_000
    assert read_moment(text) == 1_207_785_600_000_000


@pytest.mark.parametrize(
    ("text", "zone", "next_day"),
    [
        ("2024-05-01", "UTC", "2024-05-02T00:00:00Z"),
        ("5/1/2024", "Europe/Moscow", "2024-05-02T00:00:00+03:00"),
        (" 2024-03-31 ", "Europe/Berlin", "2024-04-01T00:00:00+02:00"),
        ("2024-10-27", "Europe/Berlin", "2024-10-28T00:00:00+01:00"),
        ("2024-09-07", "America/Santiago", "2024-09-08T00:00:00-04:00"),
        ("2200-12-31", "America/New_York", "2201-01-01T00:00:00-05:00"),
    ],
)
def test_an_end_date_alone_includes_its_whole_day(text: str, zone: str, next_day: str) -> None:
    following = int(datetime.fromisoformat(next_day).timestamp()) * 1_000_000
    assert read_last_moment(text, ZoneInfo(zone)) == following - 1


@pytest.mark.parametrize("time", ["T00:00", "T00:00:00", "T12:30:00+05:00", " 00:00:00Z"])
def test_an_end_date_with_a_time_is_exact_also_at_midnight(time: str) -> None:
    zone = ZoneInfo("Europe/Moscow")
    assert read_last_moment(f"2024-05-01{time}", zone) == read_moment(f"2024-05-01{time}", zone)


def test_an_unset_end_date_stays_unset() -> None:
    assert read_last_moment(UNSET, ZoneInfo("Europe/Moscow")) is None
    assert read_last_moment("0001-01-01") is None


@pytest.mark.parametrize(
    "text",
    [UNSET, "0001-01-01", "0001-01-01T00:00:00+14:00", "0001-01-01T00-00-00", "01/01/0001"],
)
def test_midnight_of_year_one_is_unset(text: str) -> None:
    assert read_moment(text, ZoneInfo("America/New_York")) is None


@pytest.mark.parametrize(
    "text",
    [
        "1899-12-31",
        "2201-01-01",
        "1899-12-31T23:59:59.999999Z",
        "2201-01-01T00:00:00Z",
        "0001-01-01T00:00:01",
        "0001-01-01T00:00:00.1",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_moment_out_of_range_is_refused(text: str) -> None:
    assert "x must be between 1900-01-01 and 2200-12-31" in refused(read_moment, text)


def test_the_first_and_last_local_day_are_in_range_everywhere() -> None:
    for zone in ZONES:
        for text in ("1900-01-01", "1900-01-01T00:00:00Z", "2200-12-31T23:59:59"):
            moment = read_moment(text, zone)
            assert moment is not None
            assert read_moment(moments(zone)(moment), zone) == moment


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "2008",
        "2008-13-01",
        "2008-02-30",
        "0000-01-01",
        "2008-04-10T24:00:00Z",
        "2008-04-10T06:30:00.12345678Z",
        "2008-04-10T06:30:00+15:00",
        "2008-04-10T06:30:00+01:60",
        "2008-04-10Z",
        "२००८-04-10",
        "2008-04-10T06:30:00Z\0",
        "20080410",
        "2008-W15",
        "1/2",
        "//2008",
        7,
        True,
    ],
)
def test_other_text_is_no_moment(text: object) -> None:
    assert refused(read_moment, text).startswith("invalid date time format: x must look like")


@given(instants | transitions, zones, zones)
def test_a_printed_moment_reads_back_to_itself(
    moment: int, zone: ZoneInfo, other: ZoneInfo
) -> None:
    assert read_moment(moments(zone)(moment), other) == moment
    assert read_moment(moments(zone).with_offset(moment), other) == moment


@given(instants | transitions, zones)
@example(1_711_846_799_999_999, ZoneInfo("Europe/Berlin"))
@example(1_711_846_800_000_000, ZoneInfo("Europe/Berlin"))
@example(63_593_070_000_000, ZoneInfo("Africa/Monrovia"))
@example(63_593_069_999_999, ZoneInfo("Africa/Monrovia"))
def test_a_moment_prints_the_local_time_of_its_zone(moment: int, zone: ZoneInfo) -> None:
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    if offset.seconds % 60 == 0:
        suffix = local.strftime("%z")
        expected = local.replace(tzinfo=None).isoformat(timespec="microseconds")
        expected += f"0{suffix[:3]}:{suffix[3:]}"
        assert moments(zone).with_offset(moment) == expected
        assert moments(zone)(moment) == expected.replace("+00:00", "Z")


@given(some.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30)), zones)  # noqa: DTZ001
def test_a_local_time_reads_as_the_zone_says(local: datetime, zone: ZoneInfo) -> None:
    moment = read_moment(local.isoformat(), zone)
    offset = local.replace(tzinfo=zone).utcoffset()
    assert moment is not None and offset is not None
    off = offset // timedelta(minutes=1) * timedelta(minutes=1)
    assert datetime(1970, 1, 1) + timedelta(microseconds=moment) == local - off  # noqa: DTZ001


def test_the_memory_of_a_printer_is_bounded() -> None:
    printer, midnights = Moments(ZoneInfo("Europe/Berlin")), Moments(ZoneInfo("UTC"))
    day = 86_400_000_000
    for number in range(25_000):
        assert printer(number * day).endswith("0:00.0000000+01:00") or number
        assert midnights(number * day).endswith("T00:00:00.0000000Z")
    assert len(printer._days) <= 20_000 and len(midnights._whole) <= 20_000
    assert printer(0) == "1970-01-01T01:00:00.0000000+01:00"


def test_no_moment_prints_as_unset() -> None:
    assert moments(ZoneInfo("Europe/Moscow"))(None) == "0001-01-01T00:00:00.0000000Z"


# Numbers


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), ("5", 5), (" -7 ", -7), ("+7", 7), ("0x1F", 31), ("#1f", 31), ("007", 7), ("0x0", 0)],
)
def test_whole_numbers(value: object, number: int) -> None:
    assert read_int(value) == number


@pytest.mark.parametrize(
    "value", ["20.0", True, False, "1e3", "1_0", "٣", "²", "1 0", "--1", "0x", "#", "", None, 2.0]
)
def test_other_things_are_no_whole_numbers(value: object) -> None:
    assert "x must be a whole number" in refused(read_int, value)


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, "2147483648", "9" * 40, "0xFFFFFFFF"])
def test_whole_numbers_have_32_bits(value: object) -> None:
    assert "must be between -2147483648 and 2147483647" in refused(read_int, value)


def test_an_id_is_not_negative() -> None:
    assert read_id("2147483647") == 2**31 - 1
    for value in ("-1", 2**31):
        with pytest.raises(OutOfReach):
            read_id(value)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("11", b"11.0"),
        ("1.10", b"1.1"),
        ("0.0067", b"0.0067"),
        ("0.00005", b"0.0001"),
        ("-0.00005", b"-0.0001"),
        ("0.000049999999999999999999999999999999999999999999", b"0.0"),
        ("1e3", b"1000.0"),
        (".5", b"0.5"),
        ("5.", b"5.0"),
        ("-0", b"0.0"),
        ("0e999999999", b"0.0"),
        ("1e-999999999", b"0.0"),
        (" 7 ", b"7.0"),
        (7, b"7.0"),
        (Decimal("7.25"), b"7.25"),
        ("922337203685477", b"922337203685477.0"),
        ("-922337203685476.9999", b"-922337203685476.9999"),
    ],
)
def test_money_is_exact_to_four_places(value: object, printed: bytes) -> None:
    assert msgspec.json.encode(money(read_money(value))) == printed


@pytest.mark.parametrize(
    "value", ["922337203685477.0001", "-1e15", "1e400", "1e999999999", "9" * 99]
)
def test_money_has_a_range(value: str) -> None:
    assert "must be between -922337203685477 and 922337203685477" in refused(read_money, value)


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1,5", "1 000", "1_0", "0x1F", "٣", "e5", ".", "", None, True]
)
def test_other_things_are_no_money(value: object) -> None:
    assert "x must be a number" in refused(read_money, value)


def test_long_text_is_refused_as_fast_as_short() -> None:
    assert "must be a number" in refused(read_money, "9" * 1_000_000 + "x")
    assert "must be between" in refused(read_money, "9" * 1_000_000)
    assert "must be a whole number" in refused(read_int, "9" * 1_000_000)


@given(some.integers(-LARGEST_MONEY, LARGEST_MONEY))
def test_printed_money_reads_back_to_itself(amount: int) -> None:
    printed = msgspec.json.encode(money(amount)).decode()
    assert read_money(printed) == amount == read_money(digits(amount, 4))
    assert "." in printed and "e" not in printed


@given(some.fractions(-(10**15), 10**15), some.integers(0, 60))
def test_money_is_rounded_half_away_from_zero(amount: Fraction, places: int) -> None:
    sent = Fraction(round(amount * 10**places), 10**places)
    text = f"{'-' if sent < 0 else ''}{digits(int(abs(sent) * 10**places), places)}"
    ten_thousandths = int(abs(sent) * 10_000 + Fraction(1, 2))
    if ten_thousandths <= LARGEST_MONEY:
        assert read_money(text) == (-ten_thousandths if sent < 0 else ten_thousandths)


@given(some.integers(0, 10**18 - 1))
@example(1)
@example(999_999)
@example(10**15)
def test_a_printed_rate_reads_back_to_itself(amount: int) -> None:
    printed = msgspec.json.encode(rate(amount)).decode()
    assert read_rate(printed) == amount
    assert "." in printed and "e" not in printed


@pytest.mark.parametrize("value", ["-1", "1e9", "-0.1", "0.0000000001", "1e-99", "1.0000000001"])
def test_a_rate_is_exact_or_refused(value: str) -> None:
    assert "must" in refused(read_rate, value)


# Text, true and false, GUIDs, names


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ж\t\r\n\u2028\U0001f600", "Ж\t\r\n\u2028\U0001f600"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        ("1.10", "1.10"),
    ],
)
def test_scalars_are_text(value: object, text: str) -> None:
    assert read_text(value) == text


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x0b", "\ud800", "\udfff", "\ufffe", "\uffff"])
def test_text_that_xml_cannot_carry_is_refused(char: str) -> None:
    assert refused(read_text, f"a{char}b").endswith(
        f"must not contain the character U+{ord(char):04X}"
    )


@pytest.mark.parametrize(("value", "answer"), [(True, True), ("TRUE", True), (" False ", False)])
def test_true_and_false_in_any_case(value: object, answer: bool) -> None:
    assert read_bool(value) is answer


@pytest.mark.parametrize("value", ["1", 0, 1, "yes", "on", "", None, []])
def test_nothing_else_is_true_or_false(value: object) -> None:
    assert "x must be true or false" in refused(read_bool, value)


@pytest.mark.parametrize(
    "text",
    [
        GUID,
        GUID.upper(),
        f" {GUID} ",
        f"{{{GUID}}}",
        f"({GUID})",
        GUID.replace("-", ""),
        GUID.replace("-", "").upper(),
    ],
)
def test_every_form_of_a_guid_is_one(text: str) -> None:
    assert read_guid(text) == GUID


@pytest.mark.parametrize(
    "text", [f"{{{GUID})", f"({GUID}", GUID[:-1], GUID + "0", "x" * 36, "", 5, None, GUID + "\n\0"]
)
def test_other_text_is_no_guid(text: object) -> None:
    assert "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx" in refused(
        read_guid, text
    )


class Status(IntEnum):
    OPEN = 0
    CLOSED_AND_WON = 1

    @classmethod
    def captions(cls) -> dict[str, "Status"]:
        return {"successfully closed": cls.CLOSED_AND_WON}


class Entity(StrEnum):
    CASE = "case"


@pytest.mark.parametrize(
    "value",
    ["ClosedAndWon", "closedandwon", "Closed_And_Won", 1, "1", " 1 ", "Successfully closed"],
)
def test_a_member_by_name_number_or_caption(value: object) -> None:
    assert member_of(Status)(value) is Status.CLOSED_AND_WON


def test_a_member_whose_number_is_zero() -> None:
    assert member_of(Status)("OPEN") is member_of(Status)(0) is Status.OPEN
    assert member_of(Entity)("CASE") is Entity.CASE


@pytest.mark.parametrize("value", ["x", 7, "7", "-1", True, "1.0", "Open,Closed", None])
def test_an_undefined_member_is_refused(value: object) -> None:
    assert "was not found.: x" in refused(member_of(Status), value)


def test_a_refusal_repeats_only_a_little_of_what_it_was_given() -> None:
    text = refused(member_of(Status), "\0" + "z" * 1000)
    assert text.startswith(f"Requested value '?{'z' * 99}' was not found.: x must be one of ")


def test_a_refused_choice_names_those_that_there_are() -> None:
    assert refused(member_of(Entity), "firm").endswith("x must be one of case")
    assert "must be one of Open, ClosedAndWon" in refused(member_of(Status), 9)


READERS = [
    read_bool,
    read_guid,
    read_id,
    read_int,
    read_moment,
    read_money,
    read_rate,
    read_text,
    member_of(Status),
]
almost = (
    some.text() | some.text("0123456789²٣+-.eExX#:/TZ {}()") | some.integers() | some.booleans()
)


@given(some.sampled_from(READERS), almost | some.none(), zones)
def test_no_text_raises_anything_unforeseen(read: object, value: object, zone: ZoneInfo) -> None:
    try:
        read(value, zone)  # type: ignore[operator]
    except CrmError as error:
        assert isinstance(error, Malformed)
        assert not ILLEGAL.search(error.text)
