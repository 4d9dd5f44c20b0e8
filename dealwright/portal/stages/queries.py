"""SQL about the stages of the pipeline, and about their opportunities."""

from sqlalchemy import (
    BigInteger,
    Integer,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    union_all,
    update,
)

from dealwright import access
from dealwright.portal.stages.rules import Stage as Stage
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import constant, rows_of
from dealwright.storage.statements.statement import Statement, shape

stage = schema.stage
o = schema.opportunity
ALIVE = o.c.deleted_on.is_(constant(None))
TRASHED = o.c.deleted_on.is_not(constant(None))
ID = bindparam("id", type_=Integer())

ALL = Statement(
    select(
        stage.c.id,
        stage.c.title,
        stage.c.description,
        stage.c.color,
        stage.c.sort_order,
        stage.c.success_probability,
        stage.c.stage_type,
        stage.c.pipeline_id,
        stage.c.rotting_days,
    ).order_by(stage.c.sort_order, stage.c.id)
)


async def pipeline(session: Session) -> Held[int, Stage]:
    """All stages by id, in their order. For `Work.cached`."""
    return Held((row[0], Stage(*row)) for row in await session.fetch(ALL))


# A change locks the pipeline, so that what it reads stays true until it is done. Opportunities that
# are moved do not wait for it.
LOCK = Statement(select(stage.c.id).order_by(stage.c.id).with_for_update(key_share=True))


@shape
def counts(is_admin: bool) -> Statement:
    """How many opportunities that the actor sees each stage has: rows of (id, how many).

    Computed as all of them less the private ones that the actor does not see. Both are counted by
    an index; checking the access of each row would fetch the rows.
    """
    everything = select(o.c.stage_id, func.count().label("many")).where(ALIVE)
    everything = everything.group_by(o.c.stage_id)
    if is_admin:
        return Statement(everything)
    is_hidden = o.c.is_private & ~access.opportunity(o, is_admin=False).see
    hidden = select(o.c.stage_id, -func.count()).where(ALIVE, is_hidden).group_by(o.c.stage_id)
    both = union_all(everything, hidden).subquery()
    return Statement(
        select(both.c.stage_id, cast(func.sum(both.c.many), BigInteger())).group_by(both.c.stage_id)
    )


@shape
def count(is_admin: bool) -> Statement:
    """How many opportunities that the actor sees the stage `id` has."""
    seen = access.opportunity(o, is_admin=is_admin).see
    return Statement(select(func.count()).select_from(o).where(o.c.stage_id == ID, ALIVE, seen))


IS_USED = Statement(select(exists(select(constant(1)).where(o.c.stage_id == ID, ALIVE))))

# Opportunities in the trash lose the stage `id`: restoring them asks for another one.
LET_GO = Statement(
    update(o)
    .where(o.c.stage_id == ID, TRASHED)
    .values(stage_id=constant(None), version=o.c.version + constant(1))
)

# Opportunities in the trash on the stage `id` are sorted by the date that its new type uses.
_expected = func.coalesce(o.c.expected_close_on, constant(schema.UNSET_CLOSE))
_actual = func.coalesce(o.c.actual_close_on, constant(schema.UNSET_CLOSE))
_is_open = bindparam("stage_type", type_=Integer()) == constant(0)
REDATE = Statement(
    update(o)
    .where(o.c.stage_id == ID, TRASHED)
    .values(close_on=case((_is_open, _expected), else_=_actual), version=o.c.version + constant(1))
)

_given = rows_of("placed", id=Integer(), place=Integer())
PLACE = Statement(update(stage).where(stage.c.id == _given.c.id).values(sort_order=_given.c.place))
