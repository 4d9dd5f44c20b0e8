"""Pictures of contacts: what is sent is made small and square and kept in the file store before the
contact changes, so that the change only names them."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.media import pictures
from dealwright.storage import schema
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.storage.statements.change import HEAD, Put, Remove, Step
from dealwright.wire.multipart import Upload

SMALL, MEDIUM, BIG = 40, 82, 200  # pixels a side


class Photo(NamedTuple):
    """The names of its three sizes in the store."""

    small: str
    medium: str
    big: str
    content_type: str


async def kept(files: FileStore, sent: Sequence[Upload]) -> Photo | None:
    """The first of the files as a photo in the store; None without one. Raises Invalid, NotNow for
    an empty file."""
    content = await pictures.sent(files, sent, parameter="photo")
    return None if content is None else await made_of(files, content, parameter="photo")


async def made_of(files: FileStore, content: bytes, *, parameter: str) -> Photo:
    """A picture as a photo in the store. Raises Invalid."""
    sizes = await pictures.squares(content, (SMALL, MEDIUM, BIG), parameter=parameter)
    small, medium, big = [(await files.put(each.content)).name for each in sizes]
    return Photo(small, medium, big, sizes[0].content_type)


def put(photo: Photo | None, *, now: int) -> tuple[Step, ...]:
    """The step that gives the head's contact a photo, if there is one."""
    if photo is None:
        return ()
    row = {"contact_id": HEAD, **photo._asdict(), "made_on": now}
    return (Put(schema.contact_photo, row, "update"),)


def removed() -> tuple[Step, ...]:
    return (Remove(schema.contact_photo, {"contact_id": HEAD}),)


async def shown(files: FileStore, name: str, *, content_type: str) -> tuple[str, bytes] | None:
    """Type and content of a photo; None for one that the store has lost."""
    try:
        return content_type, b"".join([piece async for piece in files.read(name)])
    except Lost:
        return None
