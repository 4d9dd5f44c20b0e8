"""SQL that adds up opportunities from the sums that triggers keep, see `schema.opportunity_sum`."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    except_,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    union_all,
)

from dealwright import access
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.record_statements import alive
from dealwright.storage.statements.statement import Statement

kept = schema.opportunity_sum
ZERO = constant(0)
GROUP = (kept.c.stage_id, kept.c.bid_currency, kept.c.periods, kept.c.success_probability)


def number(is_admin: bool, filters: Criteria) -> Select[Any]:
    """How many opportunities the filters leave."""
    found = select(cast(func.coalesce(func.sum(kept.c.number), ZERO), BigInteger()))
    return found.where(*_conditions(is_admin, filters))


def number_of_private() -> Select[Any]:
    """How many private opportunities the actor sees, who is no administrator."""
    found = select(cast(func.coalesce(func.sum(kept.c.number), ZERO), BigInteger()))
    return found.where(kept.c.audience == access.ACTOR)


def amounts(is_admin: bool, filters: Criteria, *conditions: ColumnElement[Any]) -> Select[Any]:
    """Rows of GROUP, the number, billions, rest."""
    values = (kept.c.number, kept.c.billions, kept.c.rest)
    there_are = func.sum(kept.c.number) != ZERO
    return (
        select(*GROUP, *(cast(func.sum(value), BigInteger()) for value in values))
        .where(*_conditions(is_admin, filters), *conditions)
        .group_by(*GROUP)
        .having(there_are)
    )


def _conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    met = [access.opportunity_audience(kept, is_admin=is_admin)]
    if filters.responsible:
        met.append(kept.c.responsible_id == bindparam("responsible", type_=String()))
    if filters.stages == "one":
        met.append(kept.c.stage_id == bindparam("stage", type_=Integer()))
    elif filters.stages:
        met.append(AnyOf(kept.c.stage_id, "stages", Integer()))
    return met


# ------------------------------------------------------------------------------- kept right


o, viewer, listed = schema.opportunity, schema.opportunity_viewer, schema.opportunity_access
BILLION = constant(10**9)
_PERIODS = case(
    (or_(o.c.bid_type == ZERO, o.c.per_period_value == ZERO), constant(1)),
    else_=o.c.per_period_value,
)
_SUMMED = (
    o.c.stage_id,
    o.c.responsible_id,
    o.c.bid_currency,
    _PERIODS.label("periods"),
    o.c.success_probability,
)
_KEY = ("audience", "stage_id", "responsible_id", "bid_currency", "periods", "success_probability")
_VALUES = ("number", "billions", "rest")
_is_private = and_(o.c.is_private, alive(o))
_people = union(
    select(o.c.id, o.c.responsible_id.label("person_id")).where(_is_private),
    select(listed.c.opportunity_id, listed.c.person_id),
).subquery("people")
# Who sees which private opportunity, as `opportunity_viewer` should say.
_VIEWED = (
    select(o.c.id, _people.c.person_id, *_SUMMED, o.c.bid_value)
    .join(_people, _people.c.id == o.c.id)
    .where(_is_private)
)
_VIEWER = tuple(column.name for column in viewer.c)
_STORED = select(*viewer.c)


def _difference() -> Select[Any]:
    """What is missing in the sums, by `_KEY`: the right ones minus those that are stored."""
    both = (o.c.bid_value // BILLION, o.c.bid_value % BILLION)
    of_all = case((o.c.is_private, constant("*")), else_=constant(""))
    seen = _VIEWED.subquery("viewed")
    amount = (seen.c.bid_value // BILLION, seen.c.bid_value % BILLION)
    of_viewers = (seen.c[name] for name in _KEY[1:])
    one = cast(constant(1), BigInteger())
    parts = union_all(
        select(of_all.label("audience"), *_SUMMED, one.label("number"),
               both[0].label("billions"), both[1].label("rest")).where(alive(o)),
        select(seen.c.person_id, *of_viewers, one, *amount),
        select(*(kept.c[name] for name in _KEY), *(-kept.c[name] for name in _VALUES)),
    ).subquery("parts")  # fmt: skip
    totals = [cast(func.sum(parts.c[name]), BigInteger()).label(name) for name in _VALUES]
    key = [parts.c[name] for name in _KEY]
    is_wrong = or_(*(func.sum(parts.c[name]) != ZERO for name in _VALUES))
    return select(*key, *totals).group_by(*key).having(is_wrong)


# How many sums are wrong, and how many rows about who sees what.
MISCOUNTED = Statement(select(func.count()).select_from(_difference().subquery("wrong")))
_surplus, _missing = except_(_STORED, _VIEWED), except_(_VIEWED, _STORED)
MISVIEWED = Statement(
    select(
        select(func.count()).select_from(_surplus.subquery("surplus")).scalar_subquery()
        + select(func.count()).select_from(_missing.subquery("missing")).scalar_subquery()
    )
)
# Triggers count what these two change. Then MEND_SUMS adds what is missing, in a slot of its own:
# it is right whatever others add meanwhile.
_wrong = _surplus.subquery("surplus")
MEND_SURPLUS = Statement(
    delete(viewer).where(
        exists(
            select(constant(1))
            .where(
                _wrong.c.opportunity_id == viewer.c.opportunity_id,
                _wrong.c.person_id == viewer.c.person_id,
            )
            .correlate(viewer)
        )
    )
)
_lacking = _missing.subquery("missing")
MEND_MISSING = Statement(insert(viewer).from_select([*_VIEWER], select(*_lacking.c)))
_lost = _difference().subquery("lost")
_slot = select(func.coalesce(func.min(kept.c.slot), ZERO) - constant(1)).scalar_subquery()
MEND_SUMS = Statement(
    insert(kept).from_select(
        [*_KEY, "slot", *_VALUES], select(*_lost.c[*_KEY], _slot, *_lost.c[*_VALUES])
    )
)
