"""What a tax may be: pure decisions. A rate is 1/10 000 of a percent."""

from dataclasses import dataclass
from typing import Protocol

from dealwright.errors import Invalid

HUNDRED = 100 * 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """One tax as it is or will be stored; moments are microseconds in UTC."""

    id: int = 0
    name: str
    description: str
    rate: int
    created_by: str
    created_on: int
    version: int = 1


class TaxInput(Protocol):
    """What a caller sends to create or replace a tax."""

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def rate(self) -> int: ...


def require(inputs: TaxInput) -> None:
    """Raises Invalid for an empty name, and for a rate beyond 100 percent in either direction.

    # differs: the reference checks no rate; a negative one is a withholding tax.
    """
    if not inputs.name.strip():
        raise Invalid("name", "must not be empty", "The tax name field cannot be empty")
    if not -HUNDRED <= inputs.rate <= HUNDRED:
        raise Invalid("rate", "must be a percentage between -100 and 100")
