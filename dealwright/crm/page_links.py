"""Where the neighbours of one page of a list are, and which rows it shows."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode


class Pages(NamedTuple):
    """`first` and `last` are numbers of rows from 1; an address is empty where there is no page."""

    first: int
    last: int
    before: str
    after: str


def address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def pages(path: str, query: Mapping[str, str], number: int, size: int, total: int) -> Pages:
    """Which rows the page `number` (from 1) shows, and where its neighbours are."""
    start = (number - 1) * size

    def of(page: int) -> str:
        return address(path, {**query, "page": str(page)} if page > 1 else query)

    return Pages(
        min(start + 1, total),
        min(start + size, total),
        of(number - 1) if number > 1 else "",
        of(number + 1) if start + size < total else "",
    )
