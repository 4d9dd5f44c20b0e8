"""The routes of files: upload, attach, list those of a record, delete one."""

from enum import StrEnum
from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.files import actions, reads
from dealwright.crm.files.repository import New
from dealwright.crm.history import actions as history
from dealwright.crm.history import reads as events
from dealwright.crm.history.shapes import ROOT_FOLDER, Event, File
from dealwright.wire.context import RequestContext
from dealwright.wire.envelope import Answer
from dealwright.wire.multipart import Upload
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
OF = "{entityType:(contact|opportunity|case)}/{entityid:id}/files"


class Owner(StrEnum):
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"
    CASE = "case"


class Whole(msgspec.Struct, kw_only=True, frozen=True):
    entity_type: Owner
    entity_id: Id


class Attaching(Whole, kw_only=True, frozen=True):
    """`fileids` are files that you see: your own uploads, and files of records that you see."""

    file_ids: list[int] = msgspec.field(name="fileids", default=[])


class Text(Whole, kw_only=True, frozen=True):
    """`.html` is added to the title if the content has tags, else `.txt`."""

    title: Annotated[str, Length(255)] | None = None
    content: str | None = None


class Uploading(Whole, kw_only=True, frozen=True):
    """Files of a multipart body under any name; or the body itself is the file, and
    `Content-Disposition` names it. `storeOriginalFileFlag` is accepted and has no effect."""

    files: tuple[Upload, ...] = ()
    store_original_file_flag: bool = False


class FilePath(msgspec.Struct, kw_only=True, frozen=True):
    file_id: Id


async def _received(context: RequestContext, params: Uploading) -> list[New]:
    return await actions.prepare_uploads(context.files, params.files)


async def _put(context: RequestContext, params: Text) -> New:
    return await actions.put_text(context.files, params.title, params.content)


@route.get(OF)
async def page(work: Work, params: Whole, paging: Paging) -> Listing[File]:
    """Lists the files of all events of a contact, an opportunity or a case."""
    await history.demand_seen(work, params.entity_type, params.entity_id)
    return await reads.page(work, params.entity_type, params.entity_id, paging)


@route.post(OF)
async def attach(work: Work, params: Attaching) -> Answer[Event]:
    """Attaches uploaded files to a contact, an opportunity or a case: it creates an event of its
    history."""
    event = await history.attach(work, params.entity_type, params.entity_id, params.file_ids)
    return await events.changed(work, event)


@route.post(f"{OF}/text", mode=Mode.TRANSACTION, prepare=_put)
async def write_text(work: Work, params: Text, file: New) -> Answer[File]:
    """Writes a text file and attaches it to a contact, an opportunity or a case."""
    file_id = await actions.write_text(work, params.entity_type, params.entity_id, file)
    return await reads.view(work, file_id)


@route.post(f"{OF}/upload", mode=Mode.TRANSACTION, prepare=_received, takes_raw=True)
async def upload(work: Work, params: Uploading, files: list[New]) -> File:
    """Stores files and returns the last of them; only you see them until they are attached."""
    file_id = await actions.upload(work, params.entity_type, params.entity_id, files)
    return (await reads.view(work, file_id)).value


@route.get("files/root")
async def root(work: Work) -> int:
    """Returns the id of the folder of all files."""
    return ROOT_FOLDER


@route.delete("files/{fileid:id}")
async def delete(work: Work, params: FilePath) -> Answer[File]:
    """Moves a file to the trash and returns it as it was.

    Only the user who uploaded it and administrators may do this.
    """
    before = await reads.view(work, params.file_id)
    await actions.delete(work, params.file_id)
    return Answer(value=before.value)
