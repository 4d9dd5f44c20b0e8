"""The tables of the first release, as the files beside this one hold them."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = Path(__file__).parent / "0001"
BETWEEN = "\n;;\n"

# Lists are read from indexes alone only where a vacuum has been since the last write.
_OFTEN_WRITTEN = """
    opportunity opportunity_access opportunity_member opportunity_tag opportunity_text
    opportunity_value contact contact_access contact_tag contact_text contact_value contact_info
    crm_case case_access case_member case_tag case_value crm_case_text task task_text history_event
    history_event_text event_file notification audit outbox
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
        # Few rows, always changed: room for their next versions on the same page.
        op.execute("alter table counter set (fillfactor = 20)")
