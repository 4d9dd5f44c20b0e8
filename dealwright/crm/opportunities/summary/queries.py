"""SQL that adds up the amounts of opportunities."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select

from dealwright.crm.opportunities.queries import conditions
from dealwright.crm.opportunities.rules import Criteria
from dealwright.crm.opportunities.sums import queries as kept
from dealwright.storage.schema import opportunity as o
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape


@shape
def sums(is_admin: bool, filters: Criteria) -> Statement:
    """Amounts for a summary, in groups fine enough for Python to add and weigh them exactly.

    Rows of (stage, currency, periods, probability, number of opportunities, billions, rest). The
    amount of a group in 1/10 000 of a unit is `billions` · 10⁹ + `rest`, because the sum of large
    amounts can exceed 64 bits.
    """
    if filters.is_counted:
        return Statement(kept.amounts(is_admin, filters))
    periods = case(
        (o.c.bid_type == constant(0), constant(1)),
        (o.c.per_period_value == constant(0), constant(1)),
        else_=o.c.per_period_value,
    )
    billion = constant(10**9)
    group = (o.c.stage_id, o.c.bid_currency, periods, o.c.success_probability)
    return Statement(
        select(
            *group, func.count(), _total(o.c.bid_value // billion), _total(o.c.bid_value % billion)
        )
        .where(*conditions(is_admin, filters))
        .group_by(*group)
    )


def _total(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """PostgreSQL sums integers into `numeric`; this casts the sum back to an integer."""
    return cast(func.sum(amount), BigInteger())
