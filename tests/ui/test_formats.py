"""Money, numbers, dates and durations in English and Russian."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dealwright.ui.formats import Formats
from dealwright.ui.translations import translations

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def formats(language: str, zone: str = "UTC") -> Formats:
    return Formats(language, ZoneInfo(zone), translations(language), now=lambda: NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "english", "russian"),
    [
        (9500, "GBP", "£9,500", "9\xa0500\xa0£"),
        (24000, "CHF", "CHF\xa024,000", "24\xa0000\xa0CHF"),
        (Decimal("1234.5"), "USD", "$1,234.50", "1\xa0234,50\xa0$"),
        (Decimal("0.0067"), "EUR", "€0.0067", "0,0067\xa0€"),
        (0, "EUR", "€0", "0\xa0€"),
        (-1200, "EUR", "-€1,200", "-1\xa0200\xa0€"),
        (1500, "JPY", "¥1,500", "1\xa0500\xa0¥"),
    ],
)
def test_money(amount: Decimal | int, currency: str, english: str, russian: str):
    assert formats("en").money(amount, currency) == english
    assert formats("ru").money(amount, currency) == russian


def test_numbers_and_percent():
    assert (formats("en").number(1234567), formats("en").percent(75)) == ("1,234,567", "75%")
    assert (formats("ru").number(1234567), formats("ru").percent(75)) == (
        "1\xa0234\xa0567",
        "75\xa0%",
    )


def test_year_is_written_only_when_it_is_another():
    assert formats("en").date(date(2026, 12, 7)) == "7\xa0Dec"
    assert formats("en").date(date(2027, 1, 3)) == "3\xa0Jan\xa02027"
    assert formats("ru").date(date(2026, 12, 7)) == "7\xa0дек."
    assert formats("ru").date(date(2027, 1, 3)) == "3\xa0янв.\xa02027"


def test_moment_is_written_in_the_zone_of_the_portal():
    late = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)
    assert formats("en", "Europe/Berlin").date_time(late) == "7\xa0Dec, 00:30"
    assert formats("en", "Europe/Berlin").date(int(late.timestamp() * 1_000_000)) == "7\xa0Dec"


@pytest.mark.parametrize(
    ("passed", "english", "russian"),
    [
        (timedelta(seconds=20), "just now", "только что"),
        (timedelta(minutes=5), "5 min ago", "5 мин. назад"),
        (timedelta(hours=3), "3 h ago", "3 ч назад"),
        (timedelta(days=2), "2 d ago", "2 дн. назад"),
        (timedelta(days=20), "10\xa0Nov", "10\xa0нояб."),
    ],
)
def test_how_long_ago(passed: timedelta, english: str, russian: str):
    assert formats("en").ago(NOW - passed) == english
    assert formats("ru").ago(NOW - passed) == russian


def test_days_have_russian_plurals():
    assert [formats("ru").days_in_words(n) for n in (1, 2, 5, 21)] == [
        "1 день",
        "2 дня",
        "5 дней",
        "21 день",
    ]
