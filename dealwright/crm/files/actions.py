"""Stores, attaches and deletes files. Each action reads in the order of its checks and steps."""

from collections.abc import Sequence

import puremagic
import structlog

from dealwright.crm.files import repository, rules
from dealwright.crm.files.repository import New
from dealwright.crm.history import actions as history
from dealwright.errors import Invalid, NotFound
from dealwright.storage.files.file_store import FileStore, Lost, Stored
from dealwright.wire.multipart import Upload
from dealwright.work import Work

LOOKED_AT = 64 * 1024  # first bytes of the content, which tell its type
UNKNOWN, TEXT, EMPTY = "application/octet-stream", "text/plain", "application/x-empty"


async def prepare_uploads(files: FileStore, uploads: Sequence[Upload]) -> list[New]:
    """The uploads in the form to store: with safe names, and types from their content. Raises
    Invalid for a file without a name."""
    prepared = []
    for upload in uploads:
        if upload.content is None:
            continue
        if not upload.filename:
            raise Invalid("Content-Disposition", "must name the file")
        content = upload.content.stored
        kind = await type_of(files, content)
        prepared.append(New(rules.safe_name(upload.filename), kind, content))
    return prepared


async def type_of(files: FileStore, content: Stored) -> str:
    """The media type of a content by its first bytes; the name is ignored."""
    head = b"".join([piece async for piece in files.read(content.name, 0, LOOKED_AT)])
    if not head:
        return EMPTY
    if head.startswith(b"PK\x03\x04"):
        return rules.kind_of_zip(head)
    try:
        return puremagic.from_string(head, mime=True) or UNKNOWN
    except (puremagic.PureError, ValueError):
        return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        text = head[: -4 if len(head) == LOOKED_AT else None].decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each.isspace() for each in text)


async def demand_content(files: FileStore, stored_as: str) -> None:
    """Raises NotFound for a content that the file store has lost."""
    try:
        await files.size(stored_as)
    except Lost:
        structlog.get_logger("dealwright").error("content is missing", stored_as=stored_as)
        raise NotFound("Not found: the content of this file is missing") from None


async def upload(work: Work, entity: str, entity_id: int, files: Sequence[New]) -> int:
    """Stores uploaded files and returns the id of the last. Needs a transaction. Raises Invalid,
    NotFound for a record that the actor does not see.

    # differs: the reference does not check the record, and without a file it answers as if it had
    stored one.
    """
    await history.demand_seen(work, entity, entity_id)
    if not files:
        raise Invalid("files", "must hold at least one file: send multipart/form-data, or a body")
    return (await repository.add(work, files))[-1]


async def write_text(work: Work, entity: str, entity_id: int, file: New) -> int:
    """Stores a text as a file, attaches it to the record and returns its id. Needs a transaction.
    Raises Invalid, NotFound."""
    await history.demand_seen(work, entity, entity_id)
    [file_id] = await repository.add(work, [file])
    await history.attach(work, entity, entity_id, [file_id])
    return file_id


async def attach(work: Work, entity: str, entity_id: int, files: Sequence[New]) -> int:
    """Stores files and attaches them to the record; the id of the event that holds them. Needs a
    transaction. Raises Invalid, NotFound."""
    await history.demand_seen(work, entity, entity_id)
    return await history.attach(work, entity, entity_id, await repository.add(work, files))


async def put_text(files: FileStore, title: str | None, content: str | None) -> New:
    """Stores a text as a content of the file store. Raises Invalid."""
    if title is None:
        raise Invalid("title", "must be given")
    if content is None:
        raise Invalid("content", "must be given")
    name = rules.named_as_text(title, content)
    put = await files.put(content.encode())
    return New(name, "text/html" if name.endswith(".html") else TEXT, put)


async def delete(work: Work, file_id: int) -> None:
    """Moves a file to the trash. Raises NotFound, Forbidden, Stale."""
    await repository.remove(work, await repository.load(work, file_id))
