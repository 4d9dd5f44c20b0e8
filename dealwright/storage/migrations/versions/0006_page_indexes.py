"""The indexes that give lists of opportunities their order hold what the access rule reads."""

from alembic import op

revision = "0006"
down_revision = "0005"

ORDERS = {
    "ix_opportunity_created": "created_on",
    "ix_opportunity_title": "title_key",
    "ix_opportunity_close": "close_on",
    "ix_opportunity_bid_value": "bid_value",
}


def upgrade() -> None:
    for name, column in ORDERS.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(
            f"CREATE INDEX {name} ON opportunity "
            f"({column}, id, is_private, responsible_id, deleted_on) WHERE deleted_on IS null"
        )
