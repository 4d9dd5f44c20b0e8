"""The first tables."""

from alembic import op

from dealwright.storage.schema import metadata

revision = "0001"
down_revision = None

# Lists are read from indexes alone only where a vacuum has been since the last write.
_OFTEN_WRITTEN = """
    opportunity opportunity_access opportunity_member opportunity_tag opportunity_text
    opportunity_value contact contact_access contact_tag contact_text contact_value audit outbox
"""
_SCALE = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")
_EARLY = ", ".join(f"{each} = 0.01" for each in _SCALE)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
    if op.get_context().dialect.name == "postgresql":
        for table in _OFTEN_WRITTEN.split():
            op.execute(f"alter table {table} set ({_EARLY})")
        # Few rows, always changed: room for their next versions on the same page.
        op.execute("alter table counter set (fillfactor = 20)")
