"""SQL about products: one, a page, totals, and the state that a change starts from."""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    case,
    exists,
    func,
    select,
    update,
)

from dealwright.crm.products.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant, rows_of
from dealwright.storage.statements.record_statements import ACTOR, NOW, ONE, ZERO
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import matches

p = schema.product
_used = exists(select(ONE).where(schema.invoice_line.c.product_id == p.c.id).correlate(p))

# The columns that `rules.Product` has under the same names.
COLUMNS = (
    "id", "title", "sku", "description", "price", "currency", "stock_quantity", "track_inventory",
    "tax1_id", "tax2_id", "created_by", "created_on", "version",
)  # fmt: skip

# The products `ids`, in no order: COLUMNS, then whether a line of an invoice has it.
ROWS = Statement(
    select(*(p.c[name] for name in COLUMNS), case((_used, ONE), else_=ZERO)).where(
        AnyOf(p.c.id, "ids", Integer())
    )
)

_TEXT, _LONG = String(), BigInteger()
SORTS: dict[str, record_statements.Key] = {
    "name": (p.c.title_key, _TEXT),
    "title": (p.c.title_key, _TEXT),
    "price": (p.c.price, _LONG),
    "quantity": (p.c.stock_quantity, _LONG),
    "stockquantity": (p.c.stock_quantity, _LONG),
    "sku": (p.c.sku, _TEXT),
    "stockkeepingunit": (p.c.sku, _TEXT),
    "created": (p.c.created_on, _LONG),
    "createon": (p.c.created_on, _LONG),
    "id": (p.c.id, Integer()),
}


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page: see `record_statements.page`."""
    met, by = _conditions(filters), SORTS[sort]
    return Statement(
        record_statements.page(p, met, by, descending=descending, total=total, after=after)
    )


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of products that match the filters."""
    return Statement(select(func.count()).select_from(p).where(*_conditions(filters)))


def total(is_admin: bool) -> Statement:
    """The number of products."""
    return count(True, Criteria())


def _conditions(filters: Criteria) -> list[ColumnElement[bool]]:
    met: list[ColumnElement[bool]] = []
    if filters.stock:
        met.append(p.c.track_inventory if filters.stock == "tracked" else ~p.c.track_inventory)
    if filters.needles:
        met.append(matches(p, schema.product_text, filters.needles, indexed=True))
    return met


@shape
def restock() -> Statement:
    """Adds to the stock of the products of `given` (id, change); the ids of the tracked ones."""
    given = rows_of("given", id=Integer(), change=BigInteger())
    return Statement(
        update(p)
        .where(p.c.id == given.c.id, p.c.track_inventory)
        .values(
            stock_quantity=p.c.stock_quantity + given.c.change,
            version=p.c.version + constant(1),
            modified_by=ACTOR,
            modified_on=NOW,
        )
        .returning(p.c.id)
    )
