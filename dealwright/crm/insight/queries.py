"""SQL about what became of opportunities: amounts by what they have in common, ways, durations.

The period is `since` to `until` (without it). `open_stages`, `won_stages` and `lost_stages` are
those of one pipeline.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from dealwright.crm.opportunities.board.queries import PERIODS, total
from dealwright.crm.opportunities.queries import conditions, o
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant, rows_of
from dealwright.storage.statements.record_statements import LIMIT, OFFSET, ONE, ZERO
from dealwright.storage.statements.statement import Statement, shape

_LONG = BigInteger()
SINCE, UNTIL = (bindparam(name, type_=_LONG) for name in ("since", "until"))
_WON = AnyOf(o.c.stage_id, "won_stages", Integer())
_LOST = AnyOf(o.c.stage_id, "lost_stages", Integer())
_CLOSED = and_(or_(_WON, _LOST), o.c.close_on >= SINCE, o.c.close_on < UNTIL)
_SECOND, _TWO = constant(1_000_000), constant(2)
_months = rows_of("months", place=Integer(), month_since=_LONG, month_until=_LONG)
_link, _tag, _stay = schema.opportunity_tag, schema.tag, schema.stage_stay
_REASON = func.coalesce(o.c.loss_reason_id, ZERO)


@shape
def closed(is_admin: bool, filters: Criteria, by: str) -> Statement:
    """Amounts of what closed in the period: what they have in common, whether they are won (0, 1),
    currency, periods, rate and its currency, number, billions, rest. `by`: month (its place in
    `months`), reason (0: none), person or tag (its title)."""
    source, key = _parted(by)
    billion = constant(10**9)
    is_won = case((_WON, ONE), else_=ZERO)
    group = (key, is_won, o.c.bid_currency, PERIODS, o.c.closing_rate, o.c.closing_currency)
    return Statement(
        select(
            *group, func.count(), total(o.c.bid_value // billion), total(o.c.bid_value % billion)
        )
        .select_from(source)
        .where(_CLOSED, *conditions(is_admin, filters))
        .group_by(*group)
    )


def _parted(by: str) -> tuple[FromClause, ColumnElement[Any]]:
    match by:
        case "month":
            is_in = and_(
                o.c.close_on >= _months.c.month_since, o.c.close_on < _months.c.month_until
            )
            return o.join(_months, is_in), _months.c.place
        case "tag":
            links = o.join(_link, _link.c.opportunity_id == o.c.id)
            return links.join(_tag, _tag.c.id == _link.c.tag_id), _tag.c.title
        case "reason":
            return o, _REASON
        case _:
            return o, o.c.responsible_id


@shape
def cycle(is_admin: bool, filters: Criteria) -> Statement:
    """How long what was won in the period took since it was created: number, mean and median in
    seconds."""
    took = (o.c.close_on - o.c.created_on) // _SECOND
    lasted = case((took < ZERO, ZERO), else_=took)
    rows = (
        select(
            lasted.label("lasted"),
            func.row_number().over(order_by=lasted).label("place"),
            func.count().over().label("number"),
        )
        .where(_WON, o.c.close_on >= SINCE, o.c.close_on < UNTIL, *conditions(is_admin, filters))
        .subquery("won_ones")
    )
    low, high = _middle(rows, constant(True))
    return Statement(select(func.count(), total(rows.c.lasted), low, high))


@shape
def funnel(is_admin: bool, filters: Criteria) -> Statement:
    """What came to each stage of `places` (stage, place) in the period: the stage, opportunities,
    those that went on to a later place, the stays that did, their seconds together, and the two
    in the middle of these."""
    stays = _stays(is_admin, filters).subquery("stays")
    went_on = stays.c.went_on
    part = (stays.c.stage_id, went_on)
    rows = select(
        stays,
        func.row_number().over(partition_by=part, order_by=stays.c.lasted).label("place"),
        func.count().over(partition_by=part).label("number"),
    ).subquery("ranked")
    has = rows.c.went_on == ONE
    low, high = _middle(rows, has)
    return Statement(
        select(
            rows.c.stage_id,
            func.count(rows.c.opportunity_id.distinct()),
            func.count(case((has, rows.c.opportunity_id)).distinct()),
            total(rows.c.went_on),
            total(case((has, rows.c.lasted), else_=ZERO)),
            low,
            high,
        ).group_by(rows.c.stage_id)
    )


def _stays(is_admin: bool, filters: Criteria) -> Select[Any]:
    places = rows_of("places", of_stage=Integer(), place=Integer())
    further = rows_of("places", of_stage=Integer(), place=Integer()).alias("further")
    later = _stay.alias("later")
    goes_on = exists(
        select(ONE)
        .select_from(later.join(further, further.c.of_stage == later.c.stage_id))
        .where(
            later.c.opportunity_id == _stay.c.opportunity_id,
            later.c.id > _stay.c.id,
            further.c.place > places.c.place,
        )
        .correlate(_stay, places)
    )
    return (
        select(
            _stay.c.stage_id,
            _stay.c.opportunity_id,
            (
                (func.coalesce(_stay.c.left_on, _stay.c.entered_on) - _stay.c.entered_on) // _SECOND
            ).label("lasted"),
            case((goes_on, ONE), else_=ZERO).label("went_on"),
        )
        .select_from(
            _stay.join(places, places.c.of_stage == _stay.c.stage_id).join(
                o, o.c.id == _stay.c.opportunity_id
            )
        )
        .where(*_entered(), *conditions(is_admin, filters))
    )


def _entered() -> list[ColumnElement[bool]]:
    return [_stay.c.entered_on >= SINCE, _stay.c.entered_on < UNTIL]


def _middle(rows: FromClause, counts: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """The two rows in the middle, the same one twice where their number is odd."""
    place, number = rows.c.place, rows.c.number
    places = ((number + ONE) // _TWO, (number + _TWO) // _TWO)
    return tuple(
        cast(func.max(case((and_(counts, place == each), rows.c.lasted))), BigInteger())
        for each in places
    )


@shape
def listed(is_admin: bool, filters: Criteria, by: str) -> Statement:
    """The ids behind one number, beside how many there are: what came to the stage `of` in the
    period (`by` stage), or was lost for the reason `of` (0: for none)."""
    of = bindparam("of", type_=Integer())
    if by == "stage":
        came = select(_stay.c.opportunity_id).where(_stay.c.stage_id == of, *_entered())
        which: list[ColumnElement[Any]] = [o.c.id.in_(came)]
    else:
        which = [_LOST, o.c.close_on >= SINCE, o.c.close_on < UNTIL, of == _REASON]
    return Statement(
        select(o.c.id, func.count().over())
        .where(*which, *conditions(is_admin, filters))
        .order_by(o.c.close_on.desc(), o.c.id)
        .limit(LIMIT)
        .offset(OFFSET)
    )
