"""Giving a contact a photo and taking it away, top to bottom in the order things are refused."""

from dealwright.crm.contacts import photo_files, repository
from dealwright.crm.contacts.photo_files import Photo
from dealwright.errors import Invalid
from dealwright.media import fetching, pictures
from dealwright.storage.files.file_store import FileStore
from dealwright.work import Work

UNUSABLE = f"must be the address of {pictures.KINDS} that can be fetched"


async def demand_editable(work: Work, contact_id: int) -> None:
    """Raises Invalid, NotFound, Forbidden, Stale: before anything is decoded or fetched."""
    await repository.load_to_edit(work, contact_id)


async def fetched(files: FileStore, url: str) -> Photo:
    """The picture at an address as a photo in the store. Raises Invalid, in the same words whatever
    lies there."""
    if not url:
        raise Invalid("photourl", UNUSABLE)
    try:
        content = await fetching.fetch(url, most=pictures.LARGEST)
        return await photo_files.made_of(files, content, parameter="photourl")
    except (fetching.Unreachable, Invalid):
        raise Invalid("photourl", UNUSABLE) from None


async def change(work: Work, contact_id: int, photo: Photo) -> bool:
    """Gives a contact a photo; whether it is a company. Raises NotFound, Forbidden, Stale.

    # differs: in the reference it is enough to see the contact.
    """
    before = (await repository.load_to_edit(work, contact_id)).before
    steps = photo_files.put(photo, now=work.now)
    await repository.touch(work, before, "photo changed", steps=steps)
    return before.is_company


async def remove(work: Work, contact_id: int) -> bool:
    """Takes the photo of a contact away; whether it is a company. Raises NotFound, Forbidden,
    Stale."""
    before = (await repository.load_to_edit(work, contact_id)).before
    await repository.touch(work, before, "photo removed", steps=photo_files.removed())
    return before.is_company
