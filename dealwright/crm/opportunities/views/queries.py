"""SQL about saved views of opportunities."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Integer, case, select, update

from dealwright import access
from dealwright.crm.opportunities.views.rules import View
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant, rows_of
from dealwright.storage.statements.record_statements import ONE, ZERO
from dealwright.storage.statements.statement import Statement, shape

v = schema.saved_view
ENTITY = "opportunity"
MOST = 300  # views that one user sees


@shape
def visible(is_admin: bool) -> Statement:
    """The views that the actor sees: first their own, then those that others share; each in its
    order."""
    rights = access.saved_view(v, is_admin=is_admin)
    return Statement(
        select(
            v.c.id,
            v.c.person_id,
            v.c.title,
            v.c.icon,
            v.c.sort_order,
            v.c.is_shared,
            v.c.filter,
            v.c.created_on,
            v.c.version,
            rights.edit,
        )
        .where(v.c.entity == constant(ENTITY), rights.see)
        .order_by(case((v.c.person_id == access.ACTOR, ZERO), else_=ONE), v.c.sort_order, v.c.id)
        .limit(constant(MOST))
    )


def views_of(rows: Sequence[Any]) -> list[View]:
    """Rows of `visible` as views."""
    return [
        View(
            id=row[0],
            person_id=row[1],
            title=row[2],
            icon=row[3],
            sort_order=row[4],
            is_shared=bool(row[5]),
            filter=msgspec.json.decode(row[6], type=dict[str, str]),
            created_on=row[7],
            version=row[8],
            can_edit=bool(row[9]),
        )
        for row in rows
    ]


_placed = rows_of("placed", id=Integer(), place=Integer())
# Gives the views of `placed` (id, place) their sort orders.
PLACE = Statement(update(v).where(v.c.id == _placed.c.id).values(sort_order=_placed.c.place))
