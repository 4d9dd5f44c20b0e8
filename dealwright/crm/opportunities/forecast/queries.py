"""SQL about forecasts: what months hold together, and the cards in them.

A bucket is a row of `buckets` (place, since, until, won_since), see `rules.Bucket`.
"""

from sqlalchemy import BigInteger, Integer, and_, bindparam, case, func, or_, select

from dealwright.crm.opportunities.board.queries import PERIODS, total
from dealwright.crm.opportunities.queries import conditions, o
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage.statements.dialect import AnyOf, constant, ids_of, rows_of
from dealwright.storage.statements.record_statements import LIMIT, ONE, ZERO
from dealwright.storage.statements.statement import Statement, shape

_LONG = BigInteger()
_buckets = rows_of("buckets", place=Integer(), since=_LONG, until=_LONG, won_since=_LONG)
_OPEN = AnyOf(o.c.stage_id, "open_stages", Integer())
_WON = AnyOf(o.c.stage_id, "won_stages", Integer())
# `close_on` is the expected date on an open stage and the actual date on a closed one.
_EXPECTED = and_(_OPEN, o.c.close_on >= _buckets.c.since, o.c.close_on < _buckets.c.until)
_CLOSED = and_(_WON, o.c.close_on >= _buckets.c.won_since, o.c.close_on < _buckets.c.until)


@shape
def sums(is_admin: bool, filters: Criteria) -> Statement:
    """Amounts by bucket: whether they are won (0, 1), then `board.rules.Group` with the place of
    the bucket instead of a stage."""
    billion = constant(10**9)
    is_won = case((_OPEN, ZERO), else_=ONE)
    group = (
        is_won,
        _buckets.c.place,
        o.c.bid_currency,
        PERIODS,
        o.c.success_probability,
        o.c.closing_rate,
        o.c.closing_currency,
    )
    return Statement(
        select(
            *group, func.count(), total(o.c.bid_value // billion), total(o.c.bid_value % billion)
        )
        .select_from(o.join(_buckets, or_(_EXPECTED, _CLOSED)))
        .where(*conditions(is_admin, filters))
        .group_by(*group)
    )


@shape
def first(is_admin: bool, filters: Criteria) -> Statement:
    """The first `limit` cards of each bucket, the earliest first: rows of (place, id)."""
    cards = (
        select(o.c.id)
        .where(_EXPECTED, *conditions(is_admin, filters))
        .order_by(o.c.close_on, o.c.id)
        .limit(LIMIT)
    )
    found, found_id = ids_of(cards.correlate(_buckets), name="found")
    return Statement(select(_buckets.c.place, found_id).select_from(_buckets, found))


@shape
def further(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of the next `limit` cards of the one bucket, behind the one at `after_day` with
    `after_id`."""
    day, id = bindparam("after_day", type_=_LONG), bindparam("after_id", type_=Integer())
    return Statement(
        select(o.c.id)
        .select_from(o.join(_buckets, _EXPECTED))
        .where(
            or_(o.c.close_on > day, and_(o.c.close_on == day, o.c.id > id)),
            *conditions(is_admin, filters),
        )
        .order_by(o.c.close_on, o.c.id)
        .limit(LIMIT)
    )
