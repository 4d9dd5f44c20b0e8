"""SQL that changes many opportunities at once."""

from dealwright.opportunities.queries import o, seen
from dealwright.storage import records
from dealwright.storage.statement import Statement, shape


@shape
def remove(is_admin: bool) -> Statement:
    """Puts the opportunities `ids` that the actor sees into the trash; rows of (id, is private)."""
    return records.remove(o, seen(is_admin=is_admin))


SHARE = records.share(o)
