"""SQL about a short list of titles, whichever table keeps it: (id, title, sort_order)."""

from sqlalchemy import Integer, Table, select, update

from dealwright.portal.titles.rules import Titled
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import rows_of
from dealwright.storage.statements.statement import Statement, shape


@shape
def every(table: Table) -> Statement:
    """All titles in their order, as `rules.Titled`."""
    columns = (table.c.id, table.c.title, table.c.sort_order)
    return Statement(select(*columns).order_by(table.c.sort_order, table.c.id))


async def held(session: Session, table: Table) -> Held[int, Titled]:
    """All titles by id, in their order."""
    return Held((row[0], Titled(*row)) for row in await session.fetch(every(table)))


@shape
def lock(table: Table) -> Statement:
    """Locks the list for a change. Rows that refer to it are not blocked."""
    return Statement(select(table.c.id).order_by(table.c.id).with_for_update(key_share=True))


@shape
def place(table: Table) -> Statement:
    """Gives the rows of `placed` (id, place) their sort orders."""
    given = rows_of("placed", id=Integer(), place=Integer())
    return Statement(update(table).where(table.c.id == given.c.id).values(sort_order=given.c.place))
