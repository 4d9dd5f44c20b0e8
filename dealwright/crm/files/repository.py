"""Storing files and loading one to delete it: the one way in and out of their table."""

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
    """A file whose content lies in the store already."""

    title: str
    content_type: str
    content: Stored


class Loaded(NamedTuple):
    """What a deletion starts from."""

    id: int
    version: int


async def add(work: Work, files: Sequence[New]) -> list[int]:
    """Stores new files with as many statements for many as for one; their ids in the same order.
    Needs a transaction."""
    who, on = work.actor.id, work.now
    given = [
        (place, each.title, each.content.name, each.content_type, each.content.size,
         each.content.sha256, who, on, who, on)
        for place, each in enumerate(files)
    ]  # fmt: skip
    ids = sorted(row[0] for row in await work.fetch(queries.ADD, given=given))
    changes = {
        id: [("title", None, each.title), ("size", None, each.content.size)]
        for id, each in zip(ids, files, strict=True)
    }
    told = differing(work, KIND.entity, "created", changes)
    await work.save(Change(None, (told, jobs(f"{KIND.entity}.created", ids, now=work.now))))
    return ids


async def load(work: Work, file_id: int) -> Loaded:
    """A file to be deleted. Raises NotFound, Forbidden for one of somebody else, and Stale when
    If-Match names another version."""
    if file_id <= 0:
        raise Invalid("fileid", "must be the id of a file")
    row = await work.row(queries.load(work.actor.is_admin), actor=work.actor.id, id=file_id)
    if row is None:
        raise NotFound
    found = Loaded(row[0], row[1])
    if not row[2]:
        raise Forbidden
    work.demand_version(file_id, found.version)
    return found


async def remove(work: Work, before: Loaded) -> None:
    """Puts a file into the trash."""
    await KIND.move_to_trash(work, before)
