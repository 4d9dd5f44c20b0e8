"""Money, numbers, dates and durations as a person's language writes them (CLDR, by Babel)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)
from babel.support import NullTranslations

# English as the interface writes it: 7 Dec and the 24-hour clock.
_CLDR = {"en": "en_GB", "ru": "ru_RU"}
_MONTH_DAY, _MONTH_DAY_YEAR = "d MMM", "d MMM y"
_DAY = timedelta(days=1)
# Microseconds since 1970, as stored, or a moment with its zone; a day can be written too.
Moment = datetime | int
WholeDay = date  # also where `Formats.date` hides the type
Day = date | int


class Formats:
    """How one language in one time zone writes values. `now` gives the moment of writing."""

    def __init__(
        self,
        language: str,
        zone: tzinfo,
        translations: NullTranslations,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.locale = Locale.parse(_CLDR[language])
        self._money_locale = Locale.parse(language)  # $, where a British reader would get US$
        self.zone = zone
        self._say = translations
        self._now = now or (lambda: datetime.now(zone))

    def money(self, amount: Decimal | float | int, currency: str) -> str:
        """An amount in full: a whole one without decimals, another with two to four."""
        value = Decimal(str(amount))
        is_whole = value == value.to_integral_value()
        pattern = self._money_pattern.replace("0.00", "0" if is_whole else "0.00##")
        if self.currency_symbol(currency)[-1:].isalpha():
            pattern = pattern.replace("\xa4#", "\xa4\xa0#")  # CHF 24,000
        return str(
            format_currency(
                value, currency, pattern, locale=self._money_locale, currency_digits=False
            )
        )

    @cached_property
    def _money_pattern(self) -> str:
        return str(self._money_locale.currency_formats["standard"].pattern)

    def currency_symbol(self, currency: str) -> str:
        return str(get_currency_symbol(currency, locale=self._money_locale))

    def number(self, value: Decimal | float | int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def compact(self, value: Decimal | float | int) -> str:
        """25K: for the axes of charts alone."""
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=1))

    def percent(self, value: int | float) -> str:
        """75 → 75%."""
        return str(format_percent(value / 100, locale=self.locale))

    def today(self) -> date:
        return self._now().astimezone(self.zone).date()

    def date(self, value: Day) -> str:
        """7 Dec; with the year where it is not this one."""
        day = self._day(value)
        pattern = _MONTH_DAY if day.year == self.today().year else _MONTH_DAY_YEAR
        return format_date(day, pattern, locale=self.locale).replace(" ", "\xa0")

    def long_date(self, value: Day) -> str:
        """7 December 2026: for titles and accessible names."""
        return format_date(self._day(value), "long", locale=self.locale)

    def weekday(self, value: Day) -> str:
        """Mon."""
        return format_date(self._day(value), "ccc", locale=self.locale)

    def month(self, value: Day) -> str:
        """November; with the year where it is not this one."""
        day = self._day(value)
        pattern = "LLLL" if day.year == self.today().year else "LLLL y"
        return format_date(day, pattern, locale=self.locale)

    def time(self, value: Moment) -> str:
        return format_time(self._moment(value), "short", tzinfo=self.zone, locale=self.locale)

    def date_time(self, value: Moment) -> str:
        """7 Dec, 14:05."""
        return f"{self.date(value)}, {self.time(value)}"

    def full_date_time(self, value: Moment) -> str:
        return format_datetime(self._moment(value), "long", tzinfo=self.zone, locale=self.locale)

    def iso(self, value: Day) -> str:
        """For `datetime` of `<time>` and for date inputs."""
        if isinstance(value, datetime | int):
            return self._moment(value).isoformat()
        return value.isoformat()

    def days(self, count: int) -> str:
        """5 d."""
        return self._say.ngettext("%(n)s d", "%(n)s d", count) % {"n": self.number(count)}

    def days_in_words(self, count: int) -> str:
        """5 days."""
        return self._say.ngettext("%(n)s day", "%(n)s days", count) % {"n": self.number(count)}

    def ago(self, value: Moment) -> str:
        """just now, 5 min ago, 3 h ago, 2 d ago, then the date."""
        passed = self._now() - self._moment(value)
        minutes = int(passed.total_seconds() // 60)
        if minutes < 1:
            return self._say.gettext("just now")
        if minutes < 60:
            return self._say.gettext("%(n)s min ago") % {"n": minutes}
        if minutes < 24 * 60:
            return self._say.gettext("%(n)s h ago") % {"n": minutes // 60}
        if passed < 7 * _DAY:
            return self._say.ngettext("%(n)s d ago", "%(n)s d ago", passed.days) % {
                "n": passed.days
            }
        return self.date(value)

    def _moment(self, value: Moment) -> datetime:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1_000_000, self.zone)
        return value.astimezone(self.zone)

    def _day(self, value: Day) -> WholeDay:
        return self._moment(value).date() if isinstance(value, datetime | int) else value
