"""SQL that finds contacts by their contact data and by parts of their name."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Integer, String, and_, bindparam, exists, select

from dealwright.crm.contacts.queries import alias, c
from dealwright.storage import schema
from dealwright.storage.statements.dialect import Among, Contains
from dealwright.storage.statements.record_statements import ONE, alive
from dealwright.storage.text import in_title

_TEXT, _WHOLE = String(), Integer()


class Reach(NamedTuple):
    """The shape of a filter by contact data: whether the data must contain a text (bind `reached`),
    of which category, primary or not, and with how many name parts (binds `part_0`…) a name matches
    instead."""

    text: bool = False
    category: bool = False
    primary: bool | None = None
    or_named: int = 0


def parts_of_name(row: FromClause, parts: int) -> list[ColumnElement[Any]]:
    return in_title(row.c.display_key, parts)


def reached(reach: Reach) -> ColumnElement[Any]:
    """The contact has data of the kind `info_type` that matches the filter."""
    i = schema.contact_info
    of_kind = i.c.info_type == bindparam("info_type", type_=_WHOLE)
    found = select(i.c.contact_id).where(of_kind)
    if reach.text:
        found = found.where(Contains(i.c.data_key, bindparam("reached", type_=_TEXT)))
    if reach.category:
        found = found.where(i.c.category == bindparam("category", type_=_WHOLE))
    if reach.primary is not None:
        found = found.where(i.c.is_primary if reach.primary else ~i.c.is_primary)
    if not reach.or_named:
        return Among(c.c.id, found)
    # Two look-ups combined, because no index answers an OR.
    row = alias("so_named")
    named = select(row.c.id).where(alive(row), *parts_of_name(row, reach.or_named))
    has_any = exists(select(ONE).select_from(i).where(i.c.contact_id == c.c.id, of_kind))
    return and_(Among(c.c.id, found.union(named)), has_any)
