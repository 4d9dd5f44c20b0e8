"""The key of a contact's name that all its spellings share; computed for the contacts there are."""

from alembic import op

from dealwright.storage.migrations.plan import Fill
from dealwright.storage.names import name_key

revision = "0003"
down_revision = "0002"

FILLS = (Fill("contact", "name_key", "display_name", name_key),)


_TYPES = {"sqlite": "VARCHAR", "postgresql": 'VARCHAR COLLATE "C"'}


def upgrade() -> None:
    text = _TYPES[op.get_context().dialect.name]
    op.execute(f"ALTER TABLE contact ADD COLUMN name_key {text} DEFAULT '' NOT NULL")
    op.execute(
        "CREATE INDEX ix_contact_name ON contact (name_key, id, deleted_on, display_key)"
        " WHERE deleted_on IS null"
    )
