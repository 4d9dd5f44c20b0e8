"""SQL about one opportunity on a page: who changed it last, why the actor sees it, and what stands
before and behind it in its list."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from dealwright import access
from dealwright.crm.opportunities.queries import conditions, o, seen
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage.statements.record_statements import ONE, ZERO
from dealwright.storage.statements.statement import Statement, shape

_ID = bindparam("id", type_=Integer())
_STAGE, _RANK = bindparam("own_stage", type_=Integer()), bindparam("own_rank", type_=String())


@shape
def head(is_admin: bool) -> Statement:
    """Of the opportunity `id` that the actor sees: who changed it last and when, whether the actor
    may edit it and may say who sees it, then the clauses of the access rule, each as 1 or 0."""
    rights = access.opportunity(o, is_admin=is_admin)
    flags = (rights.edit, rights.share, *access.opportunity_clauses(o).values())
    return Statement(
        select(
            o.c.modified_by, o.c.modified_on, *(case((each, ONE), else_=ZERO) for each in flags)
        ).where(o.c.id == _ID, seen(is_admin=is_admin))
    )


CLAUSES = tuple(access.opportunity_clauses(o))


@shape
def neighbours(is_admin: bool, filters: Criteria) -> Statement:
    """Where the opportunity `id` stands among those of its stage that the filters leave, in the
    order of the board: whether it is one of them, the ids before and behind it, how many stand
    before it and how many they are in all. Binds: `own_stage`, `own_rank`."""
    among = [o.c.stage_id == _STAGE, *conditions(is_admin, filters)]
    before = or_(o.c.rank < _RANK, and_(o.c.rank == _RANK, o.c.id < _ID))
    behind = or_(o.c.rank > _RANK, and_(o.c.rank == _RANK, o.c.id > _ID))
    nearest = (o.c.rank.desc(), o.c.id.desc()), (o.c.rank, o.c.id)
    return Statement(
        select(
            _count([*among, o.c.id == _ID]),
            *(
                select(o.c.id).where(*among, side).order_by(*order).limit(ONE).scalar_subquery()
                for side, order in zip((before, behind), nearest, strict=True)
            ),
            _count([*among, before]),
            _count(among),
        )
    )


def _count(met: list[ColumnElement[Any]]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(o).where(*met).scalar_subquery()
