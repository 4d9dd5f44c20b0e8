"""Contact data, tasks, cases, history, files, notifications, mailings: new tables only."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = Path(__file__).parent / "0002"
BETWEEN = "\n;;\n"

# Lists are read from indexes alone only where a vacuum has been since the last write.
_OFTEN_WRITTEN = """
    contact_info crm_case case_access case_member case_tag case_value crm_case_text task task_text
    history_event history_event_text event_file notification
"""
_SCALE = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")
_EARLY = ", ".join(f"{each} = 0.01" for each in _SCALE)


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    for statement in (STATEMENTS / f"{dialect}.sql").read_text(encoding="utf-8").split(BETWEEN):
        op.execute(statement.strip())
    if dialect == "postgresql":
        for table in _OFTEN_WRITTEN.split():
            op.execute(f"alter table {table} set ({_EARLY})")
