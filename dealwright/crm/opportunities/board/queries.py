"""SQL about boards: what columns hold together, and the cards in them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.opportunities.queries import conditions, o, seen
from dealwright.crm.opportunities.rules import Criteria
from dealwright.crm.opportunities.sums import queries as sums_kept
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant, ids_of, rows_as_json
from dealwright.storage.statements.record_statements import LIMIT, ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape

stage = schema.stage
NULL = constant(None)
_DAY = constant(24 * 3600 * 1_000_000)
_TODAY, _TOMORROW = (bindparam(name, type_=BigInteger()) for name in ("today", "tomorrow"))
_OPEN = AnyOf(o.c.stage_id, "open_stages", Integer())
_CLOSED = and_(
    AnyOf(o.c.stage_id, "closed_stages", Integer()),
    o.c.close_on >= bindparam("closed_from", type_=BigInteger()),
    o.c.close_on < bindparam("closed_until", type_=BigInteger()),
)
# What an opportunity is paid in all.
PERIODS = case(
    (o.c.bid_type == ZERO, ONE), (o.c.per_period_value == ZERO, ONE), else_=o.c.per_period_value
)


@shape
def sums(is_admin: bool, filters: Criteria) -> Statement:
    """Amounts by stage, as `rules.Group`: of all `open_stages`, and of the `closed_stages` what
    closed between `closed_from` and `closed_until`."""
    if not filters.is_counted:
        return Statement(_amounts(is_admin, filters, or_(_OPEN, _CLOSED)))
    return Statement(
        union_all(_open_amounts(is_admin, filters), _amounts(is_admin, filters, _CLOSED))
    )


def _open_amounts(is_admin: bool, filters: Criteria) -> Select[Any]:
    """What is open has no rate of the day on which it closed."""
    is_open = AnyOf(sums_kept.kept.c.stage_id, "open_stages", Integer())
    found = sums_kept.amounts(is_admin, filters, is_open).subquery("open_ones")
    *group, number, billions, rest = found.c
    rate = (cast(NULL, BigInteger()), cast(NULL, String()))
    return select(*group, *rate, number, billions, rest)


def _amounts(is_admin: bool, filters: Criteria, which: ColumnElement[Any]) -> Select[Any]:
    billion = constant(10**9)
    group = (
        o.c.stage_id,
        o.c.bid_currency,
        PERIODS,
        o.c.success_probability,
        o.c.closing_rate,
        o.c.closing_currency,
    )
    return (
        select(
            *group, func.count(), total(o.c.bid_value // billion), total(o.c.bid_value % billion)
        )
        .where(which, *conditions(is_admin, filters))
        .group_by(*group)
    )


def total(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """PostgreSQL sums whole numbers into a type of its own; here they stay whole numbers."""
    return cast(func.sum(amount), BigInteger())


def _open_tasks(row: FromClause, *, is_admin: bool) -> list[ColumnElement[Any]]:
    """That a task is an open one of an opportunity, and seen."""
    return [
        row.c.opportunity_id == o.c.id,
        ~row.c.is_closed,
        alive(row),
        access.task(row, is_admin=is_admin).see,
    ]


def next_deadline(*, is_admin: bool) -> ScalarSelect[Any]:
    """When the next step of an opportunity is due; null without one."""
    task = schema.task.alias("next_task")
    return (
        select(func.min(task.c.deadline))
        .where(*_open_tasks(task, is_admin=is_admin))
        .correlate(o)
        .scalar_subquery()
    )


@shape
def marks(is_admin: bool, filters: Criteria) -> Statement:
    """How many open ones of each stage need what, as `rules.Marks`."""
    rows = (
        select(
            o.c.stage_id,
            o.c.touched_on,
            o.c.expected_close_on,
            next_deadline(is_admin=is_admin).label("due"),
        )
        .where(_OPEN, *conditions(is_admin, filters))
        .cte("open_ones")
        .prefix_with("MATERIALIZED")  # else both databases look `due` up at each of its uses
    )
    due, limit = rows.c.due, stage.c.rotting_days
    counted = (
        due < _TODAY,
        and_(due >= _TODAY, due < _TOMORROW),
        due >= _TOMORROW,
        due.is_(constant(None)),
        and_(limit > ZERO, rows.c.touched_on < _TODAY - limit * _DAY),
        rows.c.expected_close_on < _TODAY,
    )
    return Statement(
        select(rows.c.stage_id, *(total(case((each, ONE), else_=ZERO)) for each in counted))
        .select_from(rows.join(stage, stage.c.id == rows.c.stage_id))
        .group_by(rows.c.stage_id)
    )


@shape
def first(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of the first `limit` cards of each of the `open_stages`, from top to bottom."""
    of_stage = [o.c.stage_id == stage.c.id, *conditions(is_admin, filters)]
    cards = select(o.c.id).where(*of_stage).order_by(o.c.rank, o.c.id).limit(LIMIT)
    found, found_id = ids_of(cards.correlate(stage), name="found")
    return Statement(
        select(found_id)
        .select_from(stage, found)
        .where(AnyOf(stage.c.id, "open_stages", Integer()))
    )


@shape
def further(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of the next `limit` cards of the stage `column`, below the one with `after_rank` and
    `after_id`."""
    rank, id = bindparam("after_rank", type_=String()), bindparam("after_id", type_=Integer())
    return Statement(
        select(o.c.id)
        .where(
            o.c.stage_id == bindparam("column", type_=Integer()),
            or_(o.c.rank > rank, and_(o.c.rank == rank, o.c.id > id)),
            *conditions(is_admin, filters),
        )
        .order_by(o.c.rank, o.c.id)
        .limit(LIMIT)
    )


@shape
def matching(is_admin: bool, filters: Criteria) -> Statement:
    """Which of the opportunities `ids` the filters leave."""
    return Statement(
        select(o.c.id).where(AnyOf(o.c.id, "ids", Integer()), *conditions(is_admin, filters))
    )


@shape
def cards(is_admin: bool) -> Statement:
    """The opportunities `ids` that may be seen, in no order, as `reads.Row`.

    The next step is a JSON list of at most one task."""
    primary = contacts.alias("primary_contact")
    task = schema.task.alias("next_task")
    kind = schema.list_item.alias("task_category")
    step = (
        select(
            task.c.id, task.c.title, task.c.deadline, kind.c.title.label("kind"), kind.c.image_name
        )
        .select_from(task.outerjoin(kind, kind.c.id == task.c.category_id))
        .where(*_open_tasks(task, is_admin=is_admin))
        .order_by(task.c.deadline, task.c.id)
        .limit(ONE)
        .correlate(o)
    )
    return Statement(
        select(
            *(o.c[name] for name in CARD),
            PERIODS,
            access.opportunity(o, is_admin=is_admin).edit,
            rows_as_json(step),
            primary.c.id,
            primary.c.display_name,
            primary.c.is_company,
        )
        .select_from(
            o.outerjoin(
                primary,
                and_(primary.c.id == o.c.contact_id, contacts.seen(primary, is_admin=is_admin)),
            )
        )
        .where(AnyOf(o.c.id, "ids", Integer()), seen(is_admin=is_admin))
    )


CARD = (
    "id", "version", "title", "bid_value", "bid_currency", "stage_id", "success_probability",
    "expected_close_on", "actual_close_on", "responsible_id", "is_private", "rank", "stage_since",
    "touched_on", "loss_reason_id",
)  # fmt: skip

_link, _tag = schema.opportunity_tag, schema.tag
# The titles of the tags of the opportunities `ids`: rows of (opportunity, title).
TAGS = Statement(
    select(_link.c.opportunity_id, _tag.c.title)
    .select_from(_link.join(_tag, _tag.c.id == _link.c.tag_id))
    .where(AnyOf(_link.c.opportunity_id, "ids", Integer()))
    .order_by(_link.c.opportunity_id, _tag.c.title_key)
)
