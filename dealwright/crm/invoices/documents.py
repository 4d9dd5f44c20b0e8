"""The texts that are printed on an invoice: what `jsondata` answers and the PDF shows.

They are made when an invoice is saved and then stay: a later change of the seller, the customer or
a product does not reach an invoice that was made before. The keys are those of the reference.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal

from dealwright.crm.invoices.rules import Invoice, Line
from dealwright.crm.invoices.totals import line_total, net_total

RUSSIAN = 1  # the reference's second template
_PLACES = 10_000


class Pair(msgspec.Struct, kw_only=True, frozen=True):
    """A label and what is printed beside it, under the names of the reference."""

    item1: str = msgspec.field(name="Item1")
    item2: str = msgspec.field(name="Item2")


class Document(msgspec.Struct, kw_only=True, frozen=True, rename="pascal"):
    """All printed texts in the language of the invoice."""

    template_type: int
    seller: Pair
    logo_base64_id: int
    logo_base64: str | None
    logo_src_format: str
    number: str
    invoice: list[Pair]
    customer: Pair
    table_header_row: list[str]
    table_body_rows: list[list[str]]
    table_footer_rows: list[Pair]
    table_total_row: Pair
    terms: Pair
    notes: Pair | None
    consignee: Pair
    delivery_address_id: int = msgspec.field(name="DeliveryAddressID")
    billing_address_id: int = msgspec.field(name="BillingAddressID")


class Facts(NamedTuple):
    """What is printed and does not stand in the invoice itself. `days`: the issue date and the due
    date in the portal's zone; addresses are lines of text."""

    seller: str
    seller_address: str
    logo_id: int
    customer: str
    customer_address: str
    consignee: str
    consignee_address: str
    products: Mapping[int, str]
    taxes: Mapping[int, str]
    days: tuple[date, date]


def printed(invoice: Invoice, facts: Facts) -> Document:
    """The document of an invoice."""
    locale = language_of(invoice.language, invoice.template_type)
    said = _labels()[locale]
    issued, due = (format_date(day, "long", locale=locale) for day in facts.days)
    heads = [Pair(item1=said["issue_date"], item2=issued)]
    if invoice.purchase_order_number:
        heads.append(Pair(item1=said["order_number"], item2=invoice.purchase_order_number))
    heads.append(Pair(item1=said["due_date"], item2=due))
    names = ("item", "quantity", "price", "discount", "tax", "tax", "amount")
    return Document(
        template_type=invoice.template_type,
        seller=Pair(item1=facts.seller, item2=facts.seller_address),
        logo_base64_id=facts.logo_id,
        logo_base64=None,
        logo_src_format="data:image/jpeg;base64,{0}",
        number=invoice.number,
        invoice=heads,
        customer=_party(said["customer"], facts.customer, facts.customer_address),
        table_header_row=[said[name] for name in names],
        table_body_rows=[_row(line, facts, locale) for line in invoice.lines],
        table_footer_rows=[*_footers(invoice.lines, facts, said, locale)],
        table_total_row=Pair(
            item1=f"{said['total']} ({invoice.currency})", item2=_money(invoice.total, locale)
        ),
        terms=Pair(item1=said["terms"], item2=invoice.terms),
        notes=Pair(item1=said["notes"], item2=invoice.description) if invoice.description else None,
        consignee=_party(said["consignee"], facts.consignee, facts.consignee_address),
        delivery_address_id=invoice.delivery_address_id,
        billing_address_id=invoice.billing_address_id,
    )


def _party(label: str, name: str, address: str) -> Pair:
    return Pair(item1=label, item2="\n".join(part for part in (name, address) if part))


def _row(line: Line, facts: Facts, locale: str) -> list[str]:
    """# differs: the reference rounds both taxes of a line together, so its rows can add up to a
    cent more or less than the total."""
    title = facts.products.get(line.product_id, "")
    return [
        "\n".join(part for part in (title, line.description) if part),
        _number(line.quantity, locale),
        _money(line.price, locale),
        f"{_number(line.discount, locale)}%" if line.discount else "",
        *(facts.taxes.get(tax, "") if tax else "" for tax in (line.tax1_id, line.tax2_id)),
        _money(line_total(line).net, locale),
    ]


def _footers(
    lines: Sequence[Line], facts: Facts, said: Mapping[str, str], locale: str
) -> Iterable[Pair]:
    """The sum before taxes, then each tax with its rate."""
    yield Pair(item1=said["subtotal"], item2=_money(net_total(lines), locale))
    for (tax, rate), amount in taxes_of(lines).items():
        name = f"{facts.taxes.get(tax, '')} ({_number(rate, locale)}%)"
        yield Pair(item1=name, item2=_money(amount, locale))


def taxes_of(lines: Iterable[Line]) -> dict[tuple[int, int], int]:
    """What the lines carry of each tax, by (tax, rate), in the order of the lines."""
    found: dict[tuple[int, int], int] = {}
    for line in lines:
        total = line_total(line)
        for tax, rate, amount in (
            (line.tax1_id, line.tax1_rate, total.tax1),
            (line.tax2_id, line.tax2_rate, total.tax2),
        ):
            if tax is not None:
                found[tax, rate] = found.get((tax, rate), 0) + amount
    return found


def language_of(language: str, template_type: int) -> str:
    """The language in which an invoice is printed: its own if there are words for it."""
    known = language.replace("_", "-").partition("-")[0].lower()
    if known not in _labels():
        return "ru" if template_type == RUSSIAN else "en"
    return known


def labels_of(language: str, template_type: int) -> Mapping[str, str]:
    """The words that are printed on an invoice, by their names in `labels.toml`."""
    return _labels()[language_of(language, template_type)]


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))


def _money(amount: int, locale: str) -> str:
    pattern = "#,##0.00##"
    return format_decimal(Decimal(amount) / _PLACES, format=pattern, locale=locale)


def _number(amount: int, locale: str) -> str:
    return format_decimal(Decimal(amount) / _PLACES, format="#,##0.####", locale=locale)


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Document).decode
