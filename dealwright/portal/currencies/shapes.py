"""How currencies look on the wire."""

from functools import cache

from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.wire.shape import Shape


class Currency(Shape, kw_only=True):
    title: str
    symbol: str
    abbreviation: str
    culture_name: str
    is_convertible: bool
    is_basic: bool


@cache
def catalogue() -> dict[str, Currency]:
    """Every currency by its abbreviation, in their order."""
    return {code: Currency(**facts._asdict()) for code, facts in CURRENCIES.items()}
