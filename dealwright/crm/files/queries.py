"""SQL about files: those of a record, the content of one, new ones."""

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
    """The files of the events of the record `entity` that the actor sees, with their total.

    Binds: `limit`, `offset`.
    """
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
    in_events = (
        select(attached.c.file_id)
        .join(e, e.c.id == attached.c.event_id)
        .where(
            e.c[f"{entity}_id"] == bindparam("entity", type_=_WHOLE),
            event_seen(e, is_admin=is_admin),
        )
    )
    return [alive(file), file.c.id.in_(in_events)]


@shape
def load(is_admin: bool) -> Statement:
    """Id and version of the file `id` if the actor sees it, and whether the actor may delete it."""
    rights = access.file(file, is_admin=is_admin)
    can_edit = case((rights.edit, ONE), else_=ZERO)
    record_id = file.c.id == bindparam("id", type_=_WHOLE)
    return Statement(
        select(file.c.id, file.c.version, can_edit).where(record_id, alive(file), rights.see)
    )


@shape
def content(is_admin: bool) -> Statement:
    """For the file `id` if the actor sees it: name, name in the file store, type, size, hash,
    version."""
    is_seen = alive(file) & access.file(file, is_admin=is_admin).see
    columns = (
        file.c.title, file.c.stored_as, file.c.content_type, file.c.size, file.c.sha256,
        file.c.version,
    )  # fmt: skip
    return Statement(select(*columns).where(file.c.id == bindparam("id", type_=_WHOLE), is_seen))


SHOWN = ("id", "title", "content_type", "size", "created_by", "created_on", "modified_by",
         "modified_on", "version")  # fmt: skip

# The files `ids`, whose visibility the caller has checked, as `history.shapes.FileRow`.
ROWS = Statement(select(*(file.c[name] for name in SHOWN)).where(AnyOf(file.c.id, "ids", _WHOLE)))

ADDED = (
    "title", "stored_as", "content_type", "size", "sha256", "created_by", "created_on",
    "modified_by", "modified_on",
)  # fmt: skip
_given = rows_of("given", place=_WHOLE, **{name: file.c[name].type for name in ADDED})
# Adds files, given as rows of (position, then ADDED). Returns their ids, which rise with the
# position.
ADD = Statement(
    insert(file)
    .from_select(list(ADDED), select(*(_given.c[name] for name in ADDED)).order_by(_given.c.place))
    .returning(file.c.id)
)
