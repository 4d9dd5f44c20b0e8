"""What an open opportunity needs, as SQL conditions: a task done, a touch, a next step, a new date.

overdue        a task that the actor sees was due before today
rotting        its stage has a limit, and so many whole days before today nobody touched it
no next step   it has no open task that the actor sees
past close     it was expected to close before today
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, exists, select

from dealwright import access
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.record_statements import ONE, ZERO, alive

o, stage = schema.opportunity, schema.stage
TODAY = bindparam("today", type_=BigInteger())
DAY = constant(24 * 3600 * 1_000_000)


def conditions(filters: Criteria, *, is_admin: bool) -> Iterator[ColumnElement[Any]]:
    """Those that the filters name. Binds: `today` (the start of the day) and the ends of the
    periods."""
    if filters.is_overdue is not None:
        yield from _either(_task(is_admin=is_admin, due=True), is_so=filters.is_overdue)
    if filters.is_rotting is not None:
        yield from _either(_rotting(), is_so=filters.is_rotting)
    if filters.has_next_step is not None:
        is_planned = _task(is_admin=is_admin)
        yield from (_on_open_stage(), is_planned if filters.has_next_step else ~is_planned)
    if filters.is_past_close is not None:
        is_past = and_(o.c.expected_close_on < TODAY, o.c.expected_close_on.is_not(constant(None)))
        yield from _either(is_past, is_so=filters.is_past_close)
    if filters.expected:
        yield _on_open_stage()
        yield from _within("expected", filters.expected)
    if filters.closed:
        yield ~_on_open_stage()
        yield from _within("closed", filters.closed)


def _either(needs: ColumnElement[Any], *, is_so: bool) -> Iterator[ColumnElement[Any]]:
    """Only what is open needs anything."""
    needs = and_(_on_open_stage(), needs)
    yield needs if is_so else ~needs


def _on_open_stage() -> ColumnElement[Any]:
    is_open = select(ONE).where(stage.c.id == o.c.stage_id, stage.c.stage_type == ZERO)
    return exists(is_open.correlate(o))


def _rotting() -> ColumnElement[Any]:
    limit = stage.c.rotting_days
    is_rotting = select(ONE).where(
        stage.c.id == o.c.stage_id, limit > ZERO, o.c.touched_on < TODAY - limit * DAY
    )
    return exists(is_rotting.correlate(o))


def _task(*, is_admin: bool, due: bool = False) -> ColumnElement[Any]:
    task = schema.task.alias("next_task")
    found = select(ONE).where(
        task.c.opportunity_id == o.c.id,
        ~task.c.is_closed,
        alive(task),
        access.task(task, is_admin=is_admin).see,
    )
    if due:
        found = found.where(task.c.deadline < TODAY)
    return exists(found.correlate(o))


def _within(name: str, ends: str) -> Iterator[ColumnElement[Any]]:
    """`close_on` is the expected date on an open stage and the actual date on a closed one."""
    if ends in ("since", "both"):
        yield o.c.close_on >= bindparam(f"{name}_since", type_=BigInteger())
    if ends in ("until", "both"):
        yield o.c.close_on <= bindparam(f"{name}_until", type_=BigInteger())
        yield o.c.close_on > constant(schema.UNSET_CLOSE)
