"""The organisation's logo: decoded, scaled down and stored before the setting names it."""

from base64 import b64encode
from collections.abc import Sequence

from dealwright import access
from dealwright.errors import Invalid, NotFound
from dealwright.media import pictures
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.settings.rules import LOGO, Logo
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.wire.context import RequestContext
from dealwright.wire.multipart import Upload
from dealwright.work import Work

WIDTH, HEIGHT = 400, 200  # pixels, at most
PARAMETER = "logo"


async def kept(context: RequestContext, sent: Sequence[Upload]) -> Logo:
    """Stores the first of the files as a logo. Raises Forbidden, Invalid, NotNow for an empty
    file."""
    access.demand_admin(context.actor)
    content = await pictures.sent(context.files, sent, parameter=PARAMETER)
    if content is None:
        raise Invalid(PARAMETER, "must be a file in a multipart body, or reset must be true")
    made = await pictures.fitted(content, WIDTH, HEIGHT, parameter=PARAMETER)
    stored = await context.files.put(made.content)
    return Logo(stored_as=stored.name, content_type=made.content_type)


async def change(work: Work, logo: Logo) -> int:
    """Sets the logo, or removes it if empty; returns the id of the new one, else 0. Raises
    Forbidden."""
    last = (await setting_of(work, LOGO)).id
    after = Logo(last + bool(logo.stored_as), logo.stored_as, logo.content_type)
    await put(work, LOGO, after)
    return after.id if after.stored_as else 0


async def as_text(files: FileStore, logo: Logo) -> str:
    """The picture in Base64; empty if there is none. Raises NotFound if the store has lost it."""
    if not logo.stored_as:
        return ""
    try:
        content = b"".join([piece async for piece in files.read(logo.stored_as)])
    except Lost:
        raise NotFound("Not found: the logo is no longer in the file store") from None
    return b64encode(content).decode()
