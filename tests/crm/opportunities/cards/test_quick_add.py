"""What one typed line says."""

from datetime import date
from decimal import Decimal

import pytest

from dealwright.crm.opportunities.cards.quick_add import Line, read

MONDAY = date(2026, 11, 30)
CURRENCIES = {"EUR", "USD", "GBP", "RUB"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Acme renewal", Line("Acme renewal")),
        (
            "Acme renewal 12k eur fri",
            Line("Acme renewal", Decimal(12000), "EUR", date(2026, 12, 4)),
        ),
        ("Acme 12.5k", Line("Acme", Decimal(12500))),
        ("Acme €900 tomorrow", Line("Acme", Decimal(900), "EUR", date(2026, 12, 1))),
        ("Acme 900usd", Line("Acme", Decimal(900), "USD")),
        ("Продление 5к руб пт", Line("Продление 5к руб", None, "", date(2026, 12, 4))),
        ("Продление 5к rub пт", Line("Продление", Decimal(5000), "RUB", date(2026, 12, 4))),
        ("Top 100 firms", Line("Top 100 firms")),
        ("Windows 95 licences 300", Line("Windows 95 licences", Decimal(300))),
        ("Fair 1.2.", Line("Fair", None, "", date(2027, 2, 1))),
        ("Fair 24.12.2027 10", Line("Fair", Decimal(10), "", date(2027, 12, 24))),
        ("Fair 2027-01-05", Line("Fair", None, "", date(2027, 1, 5))),
        ("Fair 31.2.", Line("Fair 31.2.")),
        ("Meet mon", Line("Meet", None, "", date(2026, 12, 7))),
        ("12k", Line("12k")),
        ("", Line("")),
    ],
)
def test_line_is_read(text: str, line: Line):
    assert read(text, today=MONDAY, currencies=CURRENCIES) == line


def test_long_line_is_cut_before_it_is_read():
    assert len(read("x" * 100_000, today=MONDAY, currencies=CURRENCIES).title) == 300
