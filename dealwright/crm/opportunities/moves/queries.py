"""SQL about places in a column."""

from typing import Any

from sqlalchemy import Integer, ScalarSelect, bindparam, func, select

from dealwright.crm.opportunities.queries import o, seen
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement, shape

STAGE = bindparam("stage", type_=Integer())


@shape
def neighbours(is_admin: bool) -> Statement:
    """Those of the cards `ids` on `stage` that the actor sees: rows of (id, rank, rank of the card
    above, rank of the card below); an empty text where there is none."""
    return Statement(
        select(
            o.c.id,
            o.c.rank,
            func.coalesce(_next(above=True), constant("")),
            func.coalesce(_next(above=False), constant("")),
        ).where(AnyOf(o.c.id, "ids", Integer()), o.c.stage_id == STAGE, seen(is_admin=is_admin))
    )


def _next(*, above: bool) -> ScalarSelect[Any]:
    other = o.alias("above" if above else "below")
    is_next = other.c.rank < o.c.rank if above else other.c.rank > o.c.rank
    found = select(func.max(other.c.rank) if above else func.min(other.c.rank))
    return (
        found.where(other.c.stage_id == STAGE, alive(other), is_next).correlate(o).scalar_subquery()
    )
