"""The currencies that exist, and what a rate may be."""

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple


class CurrencyFacts(NamedTuple):
    """`culture_name` is a country of two letters."""

    title: str
    symbol: str
    abbreviation: str
    culture_name: str
    is_convertible: bool
    is_basic: bool


def _read() -> dict[str, CurrencyFacts]:
    with files(__package__).joinpath("currencies.csv").open(encoding="utf-8") as lines:
        return {
            row["abbreviation"]: CurrencyFacts(
                row["title"],
                row["symbol"],
                row["abbreviation"],
                row["culture_name"],
                row["is_convertible"] == "true",
                row["is_basic"] == "true",
            )
            for row in csv.DictReader(lines)
        }


CURRENCIES: Mapping[str, CurrencyFacts] = MappingProxyType(_read())
