"""What a product may be: pure decisions on frozen values. Prices and quantities are 1/10 000 of a
unit."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from dealwright.errors import Invalid

MOST_PRICE = 99_999_999_99 * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product as it is or will be stored; moments are microseconds in UTC. `currency` is empty
    for the portal's."""

    id: int = 0
    title: str
    sku: str
    description: str
    price: int
    currency: str = ""
    stock_quantity: int
    track_inventory: bool
    tax1_id: int | None
    tax2_id: int | None
    created_by: str
    created_on: int
    version: int = 1


class ProductInput(Protocol):
    """What a caller sends to create or replace a product; a tax of 0 is none."""

    @property
    def title(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def price(self) -> int: ...
    @property
    def stock_quantity(self) -> int: ...
    @property
    def track_inventory(self) -> bool: ...
    @property
    def invoice_tax1_id(self) -> int: ...
    @property
    def invoice_tax2_id(self) -> int: ...


def require(inputs: ProductInput) -> None:
    """Raises Invalid for an empty title and for a price that is not between 0 and 99 999 999.99."""
    if not inputs.title.strip():
        raise Invalid("title", "must not be empty")
    if inputs.price <= 0:
        raise Invalid("price", "must be greater than 0")
    if inputs.price > MOST_PRICE:
        raise Invalid("price", "must be at most 99999999.99", "Max Invoice Item Price: 99999999.99")


def create(inputs: ProductInput, *, actor: str, now: int) -> Product:
    """A new product. Call `require` first."""
    return Product(**_values(inputs), created_by=actor, created_on=now)


def revise(before: Product, inputs: ProductInput) -> Product:
    """The product with every value replaced, as a PUT does."""
    return replace(before, **_values(inputs), version=before.version + 1)


def _values(inputs: ProductInput) -> dict[str, Any]:
    return {
        "title": inputs.title,
        "sku": inputs.sku,
        "description": inputs.description,
        "price": inputs.price,
        "stock_quantity": inputs.stock_quantity,
        "track_inventory": inputs.track_inventory,
        "tax1_id": inputs.invoice_tax1_id or None,
        "tax2_id": inputs.invoice_tax2_id or None,
    }


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    stock: str = ""  # tracked | untracked
    needles: int = 0

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    @property
    def as_common(self) -> "Criteria":
        """The same: its pages are read in one way."""
        return self

    @property
    def is_counted(self) -> bool:
        """Nothing keeps the number of what matches."""
        return False
