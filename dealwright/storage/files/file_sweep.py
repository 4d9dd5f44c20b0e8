"""Removes contents from the file store that nothing in the database refers to.

A row is written after its content, so a new content may still get one. Rows are deleted without
regard to the store.
"""

from functools import partial

from sqlalchemy import Column, Text, select, union_all

from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.files.file_store import FileStore
from dealwright.storage.statements.dialect import AnyOf
from dealwright.storage.statements.statement import Statement

DAY = 24 * 3600 * 1_000_000  # microseconds
AT_ONCE = 500  # names in one query

_photo = schema.contact_photo
# The columns that hold names of contents.
NAMED: tuple[Column[str], ...] = (
    schema.file.c.stored_as,
    _photo.c.small,
    _photo.c.medium,
    _photo.c.big,
)
# Texts that may contain a name: settings with a picture, jobs that send something.
MENTIONED: tuple[Column[str], ...] = (schema.portal_setting.c.value, schema.outbox.c.payload)

USED = Statement(
    union_all(*(select(column).where(AnyOf(column, "names", Text())) for column in NAMED))
)
_TEXTS = Statement(union_all(*(select(column) for column in MENTIONED)))


async def sweep(files: FileStore, database: Database, *, now: int) -> int:
    """Removes unreferenced contents older than a day; returns how many."""
    gone = 0
    async for found in files.older(now - DAY):
        for start in range(0, len(found), AT_ONCE):
            names = found[start : start + AT_ONCE]
            orphans = await database.read(partial(_orphans, names=names), heavy=True)
            await files.delete(orphans)
            gone += len(orphans)
    return gone


async def _orphans(session: Session, names: list[str]) -> list[str]:
    used = {row[0] for row in await session.fetch(USED, {"names": names})}
    lonely = [name for name in names if name not in used]
    if not lonely:
        return []
    texts = [row[0] for row in await session.fetch(_TEXTS)]
    return [name for name in lonely if not any(name in text for text in texts)]
