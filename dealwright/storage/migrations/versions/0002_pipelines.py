"""Pipelines, places in a column, loss reasons, stays on stages, saved views, targets, the zone.

What a portal holds already is filled in: the stages become those of its first pipeline, the newest
opportunities stand on top of their columns, and the audit trail tells who stood where, and since
when.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = Path(__file__).parent / "0002"
BETWEEN = "\n;;\n"

_PIPELINE = """
insert into pipeline (id, title, sort_order)
select 1, case language when 'ru' then 'Продажи' else 'Sales' end, 1 from portal
"""

# The trail names the stage of each step: [["stage_id", old, new], …].
_STEPS = {
    "sqlite": """
        select a.entity_id, a.id, json_extract(c.value, '$[2]') as stage_id, a."on", a.person_id
        from audit a, json_each(a.changes) c
        where a.entity_type = 'opportunity' and json_extract(c.value, '$[0]') = 'stage_id'
        and json_extract(c.value, '$[2]') is not null""",
    "postgresql": """
        select a.entity_id, a.id, (c.value ->> 2)::integer as stage_id, a."on", a.person_id
        from audit a, json_array_elements(a.changes::json) c
        where a.entity_type = 'opportunity' and c.value ->> 0 = 'stage_id'
        and c.value ->> 2 is not null""",
}
_STAYS = """
insert into stage_stay (opportunity_id, stage_id, stage_title, entered_on, left_on, entered_by)
select step.entity_id, step.stage_id,
    coalesce((select title from stage where stage.id = step.stage_id), ''),
    step."on", lead(step."on") over (partition by step.entity_id order by step.id), step.person_id
from ({steps}) step join opportunity on opportunity.id = step.entity_id
order by step.entity_id, step.id
"""
_WITHOUT_TRAIL = """
insert into stage_stay (opportunity_id, stage_id, stage_title, entered_on, entered_by)
select o.id, o.stage_id, stage.title, o.created_on, o.created_by
from opportunity o join stage on stage.id = o.stage_id
where not exists (select 1 from stage_stay stay where stay.opportunity_id = o.id)
"""

# As `opportunities/ranks.py` makes them: the newest first, never two alike.
_RANK = {
    "sqlite": "printf('%015x%07x', 500000000000000000 - created_on, id)",
    "postgresql": "lpad(to_hex(500000000000000000 - created_on), 15, '0')"
    " || lpad(to_hex(id), greatest(7, length(to_hex(id))), '0')",
}
_PLACES = """
update opportunity set
    rank = {rank},
    stage_since = coalesce((
        select max(stay.entered_on) from stage_stay stay
        where stay.opportunity_id = opportunity.id), created_on),
    touched_on = {greatest}(modified_on, coalesce((
        select max(event.created_on) from history_event event
        where event.opportunity_id = opportunity.id and event.deleted_on is null), modified_on))
"""
_GREATEST = {"sqlite": "max", "postgresql": "greatest"}


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    _run(f"{dialect}.sql")
    op.execute(_PIPELINE)
    op.execute(_STAYS.format(steps=_STEPS[dialect]))
    op.execute(_WITHOUT_TRAIL)
    op.execute(_PLACES.format(rank=_RANK[dialect], greatest=_GREATEST[dialect]))
    if dialect == "postgresql":
        # Their checks are waiting for the rows that were just written.
        op.execute("set constraints all immediate")
    _run(f"{dialect}_after.sql")
    if dialect == "postgresql":
        op.execute(
            "alter table stage_stay set (autovacuum_vacuum_scale_factor = 0.01,"
            " autovacuum_vacuum_insert_scale_factor = 0.01)"
        )


def _run(name: str) -> None:
    text = (STATEMENTS / name).read_text(encoding="utf-8")
    for statement in text.split(BETWEEN):
        op.execute(statement.strip())
