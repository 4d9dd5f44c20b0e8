"""One page of a filtered, sorted list, by `startIndex` or by `cursor`, with an exact total.

Knows no entity: a slice gives its statements, the criteria and the sort, and shows the ids that are
found.
"""

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

from dealwright.storage.statements.statement import Statement
from dealwright.storage.totals import frozen
from dealwright.wire import cursor
from dealwright.wire.paging import Paging
from dealwright.work import Work


class PageParams(Protocol):
    """The rows to list: the filters that are present, their values, and whether no row can
    match."""

    @property
    def filters(self) -> Any: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def nothing(self) -> bool: ...


class Statements(Protocol):
    """The statements of a slice. Filters are a tuple that knows whether it `is_empty`, and whether
    the number of what matches `is_counted` already, so that a page need not count it. `as_common`:
    the same filters for a page of many matching rows, which is read in the order of the list."""

    def page(
        self, is_admin: bool, filters: Any, sort: str, descending: bool, total: bool, after: bool, /
    ) -> Statement:
        """Rows of (id, total or 0, sort key); lists in parts have the part before the key."""

    def count(self, is_admin: bool, filters: Any, /) -> Statement:
        """The number of rows that match the filters."""

    def total(self, is_admin: bool, /) -> Statement:
        """The number of rows without a filter: numbers to be added."""


class Page(NamedTuple):
    """The ids in their order, the total of the list, and where the next page starts."""

    ids: Sequence[int] = ()
    total: int = 0
    next_cursor: str | None = None


async def page(
    work: Work,
    statements: Statements,
    page_params: PageParams,
    paging: Paging,
    *,
    by: tuple[str, bool],
    secret: str,
) -> Page:
    """The page that `paging` describes, sorted `by` a key, descending or not.

    `secret` signs its cursor. Raises Invalid for a cursor of another list.
    """
    if page_params.nothing:
        return Page()
    described = [page_params.filters, page_params.values, *by]
    after = cursor.opened(secret, described, paging.cursor) if paging.cursor else None
    key, totals = _key(work, statements, page_params), work.cache.totals
    is_large = totals.is_large(key)
    filters = page_params.filters.as_common if is_large else page_params.filters
    is_plain = page_params.filters.is_empty or page_params.filters.is_counted
    counts = paging.cursor is None and not is_plain and not is_large
    found: list[Any] = []
    if paging.count:
        shape = (work.actor.is_admin, filters, *by, counts, after is not None)
        binds = {"actor": work.actor.id, **page_params.values, **_place(paging, after)}
        found = await work.fetch_with(statements.page(*shape), binds)
    if counts and found:
        total = int(found[0][1])
        totals.note(key, total)
    else:
        total = await _total(work, statements, page_params, paging, len(found))
    return Page([row[0] for row in found], total, _next(found, described, paging, secret))


def _key(work: Work, statements: Statements, page_params: PageParams) -> Hashable:
    """Of what a total depends on besides what the database holds."""
    who = "" if work.actor.is_admin else work.actor.id
    return statements, who, page_params.filters, frozen(page_params.values)


def _place(paging: Paging, after: list[Any] | None) -> dict[str, Any]:
    if paging.cursor is None:
        return {"limit": paging.count, "offset": paging.start_index}
    place = {"limit": paging.count, "offset": 0}
    return place if after is None else place | dict(zip(_AFTER, reversed(after), strict=False))


def _next(found: list[Any], described: object, paging: Paging, secret: str) -> str | None:
    if paging.cursor is None or not found or len(found) < paging.count:
        return None
    last_id, _, *last_keys = found[-1]
    return cursor.seal(secret, described, [*last_keys, last_id])


_AFTER = ("after_id", "after_key", "after_part")  # from the end of what a cursor holds


async def _total(
    work: Work, statements: Statements, page_params: PageParams, paging: Paging, found: int
) -> int:
    """Exact, and free if the page already shows it."""
    is_first = paging.start_index == 0 if paging.cursor is None else paging.cursor == ""
    if is_first and found < paging.count:
        return found
    if page_params.filters.is_counted:
        return await _count(work, statements, page_params)
    return await work.cache.totals.total(
        _key(work, statements, page_params),
        work.session,
        partial(_count, work, statements, page_params),
    )


async def _count(work: Work, statements: Statements, page_params: PageParams) -> int:
    if page_params.filters.is_empty:
        numbers = await work.row(statements.total(work.actor.is_admin), actor=work.actor.id)
        return sum(map(int, numbers))
    counted = statements.count(work.actor.is_admin, page_params.filters)
    values = {"actor": work.actor.id, **page_params.values}
    return int((await work.fetch_with(counted, values))[0][0])
