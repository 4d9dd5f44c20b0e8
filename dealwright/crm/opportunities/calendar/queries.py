"""SQL about the tasks of a calendar: those of the opportunities that a filter leaves."""

from sqlalchemy import BigInteger, Integer, exists, select

from dealwright import access
from dealwright.crm.opportunities.queries import conditions, o
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, ids_of, rows_of
from dealwright.storage.statements.record_statements import LIMIT, ONE, alive
from dealwright.storage.statements.statement import Statement, shape

t, kind = schema.task, schema.list_item
_LONG = BigInteger()


@shape
def first(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of the first `limit` open tasks of each of the `spans` (place, since, until) that the
    actor sees, on open opportunities of `open_stages`."""
    spans = rows_of("spans", place=Integer(), since=_LONG, until=_LONG)
    of_shown = exists(
        select(ONE)
        .select_from(o)
        .where(
            o.c.id == t.c.opportunity_id,
            AnyOf(o.c.stage_id, "open_stages", Integer()),
            *conditions(is_admin, filters),
        )
        .correlate(t)
    )
    found = (
        select(t.c.id)
        .where(
            t.c.deadline >= spans.c.since,
            t.c.deadline < spans.c.until,
            ~t.c.is_closed,
            alive(t),
            access.task(t, is_admin=is_admin).see,
            of_shown,
        )
        .order_by(t.c.deadline, t.c.id)
        .limit(LIMIT)
    )
    rows, id = ids_of(found.correlate(spans), name="found")
    return Statement(select(spans.c.place, id).select_from(spans, rows))


@shape
def tasks(is_admin: bool) -> Statement:
    """The tasks `ids` that the actor sees, by deadline, as `screen.TaskRow`."""
    rights = access.task(t, is_admin=is_admin)
    return Statement(
        select(t.c.id, t.c.title, t.c.deadline, t.c.opportunity_id, kind.c.image_name, rights.edit)
        .select_from(t.outerjoin(kind, kind.c.id == t.c.category_id))
        .where(AnyOf(t.c.id, "ids", Integer()), alive(t), rights.see)
        .order_by(t.c.deadline, t.c.id)
    )
