"""SQL that changes many opportunities at once."""

from dealwright.crm.opportunities.queries import o, seen
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.statement import Statement, shape


@shape
def remove(is_admin: bool) -> Statement:
    """Moves the opportunities `ids` that the actor sees to the trash. Rows of (id, is private)."""
    return record_statements.remove(o, seen(is_admin=is_admin))


SHARE = record_statements.share(o)
