"""Moments: microseconds since 1970 UTC inside, text with the portal's offset outside.

Knows no clock and no parameter names.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from dealwright.wire.conversion import ConversionError

UNSET = "0001-01-01T00:00:00.0000000Z"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_UNSET = _NAIVE_EPOCH.replace(year=1)
_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE
_FIRST = -2_208_988_800_000_000  # 1900-01-01
_AFTER_LAST = 7_289_654_400_000_000  # 2201-01-01
_KEPT = 20_000  # entries of a cache: a day each
_MINUTES = tuple(f"{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60))
_SECONDS = tuple(f"{second:02d}." for second in range(60))

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[Tt ](\d\d)[:-](\d\d)(?:[:-](\d\d)(?:\.(\d{0,7}))?)?"
    # A plus sign that nobody escaped arrives from a query string as a space.
    r"([Zz]|[+\- ]\d\d:?\d\d)?)?",
    re.ASCII,
)


def read_moment(value: object, zone: tzinfo | None = None) -> int | None:
    """Microseconds UTC; text without an offset is local time of `zone`.

    Reads every date form of the contract, `2008-04-10T06-30-00.000Z` and `04/10/2008` included.
    Midnight of 0001-01-01 is the wire's "unset" and gives None. Refuses years outside 1900-2200,
    where they are outside in UTC and in `zone`.
    """
    found = _parts(value)
    if not found:
        raise _unreadable()
    zone = zone or UTC
    year, month, day, hour, minute, second, fraction, written = found.groups("")
    try:
        local = datetime(  # noqa: DTZ001
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        raise _unreadable() from None
    if local == _UNSET and not fraction.strip("0"):
        return None
    offset = _written(written) if written else _offset(local, zone)
    since = local - _NAIVE_EPOCH
    moment = since.days * _DAY + since.seconds * 1_000_000 + int(f"{fraction:0<6.6}") - offset
    if not (_FIRST <= moment < _AFTER_LAST or _is_in_range_at(zone, moment)):
        raise ConversionError("must be between 1900-01-01 and 2200-12-31", readable=True)
    return moment


def read_last_moment(value: object, zone: tzinfo | None = None) -> int | None:
    """The last microsecond that an end date includes: a date without a time of day means that whole
    day of `zone`, a date with a time means that moment.

    # differs: the reference means the first second of the day, or adds a day less a minute to every
    end date, also to one with a time.
    """
    moment = read_moment(value, zone)
    found = _parts(value)
    if moment is None or found is None or found[4]:
        return moment
    year, month, day = (int(part) for part in found.groups()[:3])
    midnight = datetime(year, month, day) + timedelta(days=1)  # noqa: DTZ001
    return (midnight - _NAIVE_EPOCH).days * _DAY - _offset(midnight, zone or UTC) - 1


class Moments:
    """Prints moments in one zone: `2024-06-15T13:00:00.0000000+03:00`, `Z` for an offset of zero.

    A list prints hundreds of dates, so the text and the offset of a day are cached: a moment then
    costs less than a microsecond.
    """

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self._days: dict[int, tuple[int, str, tuple[str, str, str]]] = {}  # by day in UTC
        self._whole: dict[int | None, str] = {None: UNSET}  # midnights: a date without a time

    def __call__(self, moment: int | None) -> str:
        """The text of `moment`; None prints as the unset date."""
        known = self._whole.get(moment)
        if known is not None:
            return known
        assert moment is not None
        day, rest = divmod(moment, _DAY)
        offset, suffix, dates = self._days.get(day) or self._day(day, moment)
        further, rest = divmod(rest + offset, _DAY)
        if not rest:
            return self._midnight(moment, f"{dates[further]}00:00:00.0000000{suffix}")
        seconds, rest = divmod(rest, 1_000_000)
        minute, second = divmod(seconds, 60)
        return f"{dates[further]}{_MINUTES[minute]}{_SECONDS[second]}{rest:06}0{suffix}"

    def _midnight(self, moment: int, text: str) -> str:
        if len(self._whole) >= _KEPT:
            self._whole = {None: UNSET}
        self._whole[moment] = text
        return text

    def with_offset(self, moment: int) -> str:
        """The text of `moment` with a numeric offset always: `+00:00` instead of `Z`."""
        return self(moment).replace("Z", "+00:00")

    def _day(self, day: int, moment: int) -> tuple[int, str, tuple[str, str, str]]:
        """Offset, its text, and the dates of this day, the next one and the one before."""
        start, end = self._computed(day * _DAY), self._computed((day + 1) * _DAY - 1)
        dates = (_date(day), _date(day + 1), _date(day - 1))
        if start != end:
            # The clocks change on this day. No zone ever changed them twice within two days, so a
            # day that ends as it began has one offset.
            return *self._computed(moment), dates
        if len(self._days) >= _KEPT:
            self._days.clear()
        found = self._days[day] = (*start, dates)
        return found

    def _computed(self, moment: int) -> tuple[int, str]:
        offset = _offset((_EPOCH + timedelta(microseconds=moment)).astimezone(self.zone), self.zone)
        minutes = abs(offset) // _MINUTE
        sign = "-" if offset < 0 else "+"
        return offset, f"{sign}{minutes // 60:02d}:{minutes % 60:02d}" if offset else "Z"


def _date(day: int) -> str:
    return (_NAIVE_EPOCH + timedelta(days=day)).strftime("%Y-%m-%dT")


@lru_cache(maxsize=64)
def moments(zone: tzinfo) -> Moments:
    """The one printer of `zone`, with its cache."""
    return Moments(zone)


def _parts(value: object) -> re.Match[str] | None:
    text = value.strip() if isinstance(value, str) else ""
    return _ISO.fullmatch(text) or _ISO.fullmatch(_american(text))


def _american(text: str) -> str:
    """`4/10/2008 06:30:00` -> `2008-04-10 06:30:00`; other text comes back as nothing readable."""
    month, _, rest = text.partition("/")
    day, _, rest = rest.partition("/")
    return f"{rest[:4]}-{month:0>2}-{day:0>2}{rest[4:]}"


def _offset(local: datetime, zone: tzinfo) -> int:
    """Microseconds that `zone` is ahead of UTC, in whole minutes.

    The wire has no seconds in an offset, and what is printed must read back to the same moment.
    """
    ahead = zone.utcoffset(local) or timedelta()
    return (ahead.days * 86_400 + ahead.seconds) // 60 * _MINUTE


def _written(offset: str) -> int:
    if offset in ("Z", "z"):
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 14 or minutes > 59:
        raise _unreadable()
    return (hours * 60 + minutes) * (-_MINUTE if offset[0] == "-" else _MINUTE)


def _is_in_range_at(zone: tzinfo, moment: int) -> bool:
    """Whether the local date is in range: 1900-01-01 in Moscow is still 1899 in UTC."""
    if not _FIRST - _DAY < moment < _AFTER_LAST + _DAY:
        return False
    return 1900 <= (_EPOCH + timedelta(microseconds=moment)).astimezone(zone).year <= 2200


def _unreadable() -> ConversionError:
    return ConversionError("must look like 2024-06-15T13:00:00Z", text="invalid date time format")
