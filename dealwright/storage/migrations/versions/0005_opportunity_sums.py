"""Sums of opportunities by stage, responsible user, currency and audience, kept by triggers; filled
from the opportunities there are."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = Path(__file__).parent / "0005"
BETWEEN = "\n;;\n"

_PERIODS = "case when bid_type = 0 or per_period_value = 0 then 1 else per_period_value end"
_KEY = "stage_id, responsible_id, bid_currency"
_VIEWERS = f"""
insert into opportunity_viewer (opportunity_id, person_id, {_KEY}, periods, success_probability,
    bid_value)
select o.id, people.person_id, {_KEY}, {_PERIODS}, success_probability, bid_value
from opportunity o join (
    select id, responsible_id as person_id from opportunity where is_private
    union select opportunity_id, person_id from opportunity_access
) people on people.id = o.id
where o.is_private and o.deleted_on is null
"""
_SUMS = f"""
insert into opportunity_sum (audience, {_KEY}, periods, success_probability, slot, number, billions,
    rest)
select audience, {_KEY}, periods, success_probability, 0, count(*),
    sum(bid_value / 1000000000), sum(bid_value % 1000000000)
from (
    select case when is_private then '*' else '' end as audience, {_KEY}, {_PERIODS} as periods,
        success_probability, bid_value
    from opportunity where deleted_on is null
    union all
    select person_id, {_KEY}, periods, success_probability, bid_value from opportunity_viewer
) counted
group by audience, {_KEY}, periods, success_probability
"""


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    _run(f"{dialect}.sql")
    op.execute(_VIEWERS)
    op.execute(_SUMS)
    _run(f"{dialect}_after.sql")
    if dialect == "postgresql":
        # Few rows, always changed: room for their next versions on the same page.
        op.execute("alter table opportunity_sum set (fillfactor = 50)")


def _run(name: str) -> None:
    text = (STATEMENTS / name).read_text(encoding="utf-8")
    for statement in text.split(BETWEEN):
        op.execute(statement.strip())
