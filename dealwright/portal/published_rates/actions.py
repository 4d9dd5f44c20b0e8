"""Loads the rates that a central bank has published, each for its own day, for the command line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from dealwright.errors import Invalid, Malformed
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.portal.published_rates.rules import Published, european, kept, russian, table
from dealwright.portal.rates import queries
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, PutMany
from dealwright.wire.xml_reading import read_xml
from dealwright.work import Work

AT_ONCE = 5000


class Loaded(NamedTuple):
    """How many rates of how many days were stored."""

    rates: int
    days: int


async def load(work: Work, content: bytes) -> Loaded:
    """Stores the rates of a file; those of the same pair and day are replaced. Needs a transaction.

    Reads the XML and the CSV of the European Central Bank and the XML of the Bank of Russia.
    Currencies that the catalogue does not have are skipped. Raises Invalid.
    """
    base = (await work.cached(current)).currency
    rates = kept(_read(content), base=base, known=CURRENCIES)
    if not rates:
        raise Invalid("file", "must hold at least one rate")
    pairs = sorted({pair for pair, _ in rates})
    new = [{"from_currency": source, "to_currency": target} for source, target in pairs]
    await work.save(Change(None, (PutMany(schema.currency_pair, {}, new, "nothing"),)))
    ids = await queries.ids(work)
    rows = [{"pair_id": ids[pair], "day": day, "rate": rate} for (pair, day), rate in rates.items()]
    for some in _batches(rows):
        await work.save(Change(None, (PutMany(schema.currency_rate, {}, some, "update"),)))
    loaded = Loaded(len(rates), len({day for _, day in rates}))
    audit_entry = entry(
        work, "currency_rate", "loaded", [("rates", None, loaded.rates)], entity_id=0
    )
    await work.save(Change(None, (audit_entry,)))
    return loaded


def _batches(rows: Sequence[dict[str, int]]) -> Iterator[Sequence[dict[str, int]]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _read(content: bytes) -> list[Published]:
    if content.lstrip()[:1] == b"<":
        return _xml(content)
    return [*table(content.decode("utf-8-sig", "replace"))]


def _xml(content: bytes) -> list[Published]:
    try:
        root = read_xml(content)
    except Malformed as error:
        raise Invalid("file", f"must be XML that can be read: {error.text}") from None
    if root is None:
        return []
    if root.tag == "ValCurs":
        return [russian(root.get("Date", ""), [_nominal(each) for each in root.iter("Valute")])]
    days = [each for each in root.iter("{*}Cube") if each.get("time")]
    return [european(each.get("time", ""), [_cube(cube) for cube in each]) for each in days]


def _nominal(element: etree._Element) -> tuple[str, str, str]:
    code, units, worth = (element.findtext(name, "") for name in ("CharCode", "Nominal", "Value"))
    return code, units, worth


def _cube(element: etree._Element) -> tuple[str, str]:
    return element.get("currency", ""), element.get("rate", "")
