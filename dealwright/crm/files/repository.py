"""Stores files and loads one to delete it: the only code that writes their table."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.crm.files import queries
from dealwright.errors import Forbidden, Invalid, NotFound
from dealwright.records.audit.actions import differing
from dealwright.records.record import RecordTables
from dealwright.storage import schema
from dealwright.storage.files.file_store import Stored
from dealwright.storage.queue.outbox import jobs
from dealwright.storage.statements.change import Change
from dealwright.work import Work

KIND = RecordTables("file", "file_id", schema.file)


class New(NamedTuple):
    """A file whose content is in the file store already."""

    title: str
    content_type: str
    content: Stored


class Loaded(NamedTuple):
    """The start of a deletion."""

    id: int
    version: int


async def add(work: Work, files: Sequence[New]) -> list[int]:
    """Stores new files and returns their ids in the same order. Uses the same number of statements
    for many as for one. Needs a transaction."""
    who, on = work.actor.id, work.now
    rows = [
        (place, each.title, each.content.name, each.content_type, each.content.size,
         each.content.sha256, who, on, who, on)
        for place, each in enumerate(files)
    ]  # fmt: skip
    ids = sorted(row[0] for row in await work.fetch(queries.ADD, given=rows))
    changes = {
        id: [("title", None, each.title), ("size", None, each.content.size)]
        for id, each in zip(ids, files, strict=True)
    }
    audit_row = differing(work, KIND.entity, "created", changes)
    await work.save(Change(None, (audit_row, jobs(f"{KIND.entity}.created", ids, now=work.now))))
    return ids


async def load(work: Work, file_id: int) -> Loaded:
    """Loads a file to delete it. Raises NotFound, Forbidden for a file of another user, and Stale
    when If-Match names another version."""
    if file_id <= 0:
        raise Invalid("fileid", "must be the id of a file")
    row = await work.row(queries.load(work.actor.is_admin), actor=work.actor.id, id=file_id)
    if row is None:
        raise NotFound
    loaded = Loaded(row[0], row[1])
    if not row[2]:
        raise Forbidden
    work.demand_version(file_id, loaded.version)
    return loaded


async def remove(work: Work, before: Loaded) -> None:
    """Moves a file to the trash."""
    await KIND.move_to_trash(work, before)
