"""SQL about files: those of a record, the content of one, a new one."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    bindparam,
    case,
    func,
    insert,
    select,
)

from dealwright import access
from dealwright.crm.history.queries import attached, e, file
from dealwright.crm.history.queries import seen as event_seen
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, rows_of
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape

_WHOLE, _LONG, _TEXT = Integer(), BigInteger(), String()

SORTS: dict[str, tuple[ColumnElement[Any], Any]] = {
    "id": (file.c.id, _WHOLE),
    "title": (func.lower(file.c.title), _TEXT),
    "created": (file.c.created_on, _LONG),
    "updated": (file.c.modified_on, _LONG),
    "purecontentlength": (file.c.size, _LONG),
}


@shape
def page(is_admin: bool, entity: str, sort: str, descending: bool) -> Statement:
    """Files of the events that the actor sees of the record `entity`, and how many they are in all.

    Binds: `limit`, `offset`."""
    conditions = _of(is_admin, entity)
    return Statement(
        record_statements.page(
            file, conditions, SORTS[sort], descending=descending, total=True, after=False
        )
    )


@shape
def count(is_admin: bool, entity: str) -> Statement:
    return Statement(select(func.count()).select_from(file).where(*_of(is_admin, entity)))


def _of(is_admin: bool, entity: str) -> list[ColumnElement[Any]]:
    shown = (
        select(attached.c.file_id)
        .join(e, e.c.id == attached.c.event_id)
        .where(
            e.c[f"{entity}_id"] == bindparam("entity", type_=_WHOLE),
            event_seen(e, is_admin=is_admin),
        )
    )
    return [alive(file), file.c.id.in_(shown)]


@shape
def load(is_admin: bool) -> Statement:
    """Id and version of the file `id` if it may be seen, and whether the actor may delete it."""
    rights = access.file(file, is_admin=is_admin)
    can_edit = case((rights.edit, ONE), else_=ZERO)
    wanted = file.c.id == bindparam("id", type_=_WHOLE)
    return Statement(
        select(file.c.id, file.c.version, can_edit).where(wanted, alive(file), rights.see)
    )


@shape
def content(is_admin: bool) -> Statement:
    """Of the file `id` if it may be seen: name, name in the store, type, size, hash, version."""
    is_seen = alive(file) & access.file(file, is_admin=is_admin).see
    columns = (
        file.c.title, file.c.stored_as, file.c.content_type, file.c.size, file.c.sha256,
        file.c.version,
    )  # fmt: skip
    return Statement(select(*columns).where(file.c.id == bindparam("id", type_=_WHOLE), is_seen))


SHOWN = ("id", "title", "content_type", "size", "created_by", "created_on", "modified_by",
         "modified_on", "version")  # fmt: skip

# The files `ids`, which the actor has been found to see, as `history.shapes.FileRow`.
ROWS = Statement(select(*(file.c[name] for name in SHOWN)).where(AnyOf(file.c.id, "ids", _WHOLE)))

ADDED = (
    "title", "stored_as", "content_type", "size", "sha256", "created_by", "created_on",
    "modified_by", "modified_on",
)  # fmt: skip
_given = rows_of("given", place=_WHOLE, **{name: file.c[name].type for name in ADDED})
# New files, given as rows of their place and ADDED; their ids, which rise with the place.
ADD = Statement(
    insert(file)
    .from_select(list(ADDED), select(*(_given.c[name] for name in ADDED)).order_by(_given.c.place))
    .returning(file.c.id)
)
