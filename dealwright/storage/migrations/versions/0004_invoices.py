"""Taxes, products, invoices and their lines."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = Path(__file__).parent / "0004"
BETWEEN = "\n;;\n"


def upgrade() -> None:
    name = f"{op.get_context().dialect.name}.sql"
    for statement in (STATEMENTS / name).read_text(encoding="utf-8").split(BETWEEN):
        op.execute(statement.strip())
