"""Sets and removes the photo of a contact. Each action reads in the order of its checks."""

from dealwright.crm.contacts import photo_files, repository
from dealwright.crm.contacts.photo_files import Photo
from dealwright.errors import Invalid
from dealwright.media import fetching, pictures
from dealwright.storage.files.file_store import FileStore
from dealwright.work import Work

UNUSABLE = f"must be the address of {pictures.KINDS} that can be fetched"


async def demand_editable(work: Work, contact_id: int) -> None:
    """Raises Invalid, NotFound, Forbidden, Stale before anything is decoded or fetched."""
    await repository.load_to_edit(work, contact_id)


async def fetch(files: FileStore, url: str) -> Photo:
    """Fetches the picture at a URL into the file store. Raises Invalid, with the same words for
    every cause, so that nobody can probe addresses with it."""
    if not url:
        raise Invalid("photourl", UNUSABLE)
    try:
        content = await fetching.fetch(url, most=pictures.LARGEST)
        return await photo_files.store(files, content, parameter="photourl")
    except (fetching.Unreachable, Invalid):
        raise Invalid("photourl", UNUSABLE) from None


async def change(work: Work, contact_id: int, photo: Photo) -> bool:
    """Sets the photo of a contact. Returns whether the contact is a company. Raises NotFound,
    Forbidden, Stale.

    # differs: in the reference every user who sees the contact may change its photo.
    """
    before = (await repository.load_to_edit(work, contact_id)).before
    steps = photo_files.put(photo, now=work.now)
    await repository.touch(work, before, "photo changed", steps=steps)
    return before.is_company


async def remove(work: Work, contact_id: int) -> bool:
    """Removes the photo of a contact. Returns whether the contact is a company. Raises NotFound,
    Forbidden, Stale."""
    before = (await repository.load_to_edit(work, contact_id)).before
    await repository.touch(work, before, "photo removed", steps=photo_files.removed())
    return before.is_company
