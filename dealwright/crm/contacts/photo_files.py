"""Photos of contacts. A new picture is resized to a square and stored in the file store before the
contact changes, so that the change only names the files."""

from collections.abc import Sequence
from typing import NamedTuple

from dealwright.media import pictures
from dealwright.storage import schema
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.storage.statements.change import HEAD, Put, Remove, Step
from dealwright.wire.multipart import Upload

SMALL, MEDIUM, BIG = 40, 82, 200  # pixels per side


class Photo(NamedTuple):
    """The names of its three sizes in the file store."""

    small: str
    medium: str
    big: str
    content_type: str


async def store_sent(files: FileStore, sent: Sequence[Upload]) -> Photo | None:
    """Stores the first of the sent files as a photo; None without a file. Raises Invalid, NotNow
    for an empty file."""
    content = await pictures.sent(files, sent, parameter="photo")
    return None if content is None else await store(files, content, parameter="photo")


async def store(files: FileStore, content: bytes, *, parameter: str) -> Photo:
    """Stores a picture as a photo. Raises Invalid."""
    sizes = await pictures.squares(content, (SMALL, MEDIUM, BIG), parameter=parameter)
    small, medium, big = [(await files.put(each.content)).name for each in sizes]
    return Photo(small, medium, big, sizes[0].content_type)


def put(photo: Photo | None, *, now: int) -> tuple[Step, ...]:
    """The step that gives the contact of the change's head a photo, if there is one."""
    if photo is None:
        return ()
    row = {"contact_id": HEAD, **photo._asdict(), "made_on": now}
    return (Put(schema.contact_photo, row, "update"),)


def removed() -> tuple[Step, ...]:
    return (Remove(schema.contact_photo, {"contact_id": HEAD}),)


async def read(files: FileStore, name: str, *, content_type: str) -> tuple[str, bytes] | None:
    """Type and content of a photo; None if the file store has lost it."""
    try:
        return content_type, b"".join([piece async for piece in files.read(name)])
    except Lost:
        return None
