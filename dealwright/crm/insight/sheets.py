"""Tables of an insight as CSV."""

import csv
import io
from decimal import Decimal

from dealwright.crm.insight.charts import Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(table: Table) -> bytes:
    """UTF-8 with a mark by which spreadsheets know it. Numbers stand as numbers; a text that a
    spreadsheet would compute gets an apostrophe."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([_written(each) for each in table.heads])
    for row in table.rows:
        lines.writerow([_written(cell.value) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _written(value: str | int | Decimal | None) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else str(value)
