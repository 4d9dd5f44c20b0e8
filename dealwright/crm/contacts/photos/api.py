"""The routes of photos of contacts."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts import photo_files
from dealwright.crm.contacts.photo_files import Photo
from dealwright.crm.contacts.photos import actions
from dealwright.crm.contacts.shapes import photo_address
from dealwright.errors import Invalid
from dealwright.wire.context import RequestContext
from dealwright.wire.multipart import Upload
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class ContactPath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class Sent(ContactPath, kw_only=True, frozen=True):
    """`photo` is a picture in a multipart body, under any name."""

    photo: tuple[Upload, ...] = ()


class Named(ContactPath, kw_only=True, frozen=True):
    photo_url: Annotated[str, Length(2000)] = msgspec.field(name="photourl", default="")


class Removal(ContactPath, kw_only=True, frozen=True):
    """`uploadOnly` keeps the photo where there is no contact yet (id 0); `contactType` is `people`,
    or anything else for a company."""

    contact_type: str = ""
    upload_only: bool = False


async def _store_photo(context: RequestContext, params: Sent) -> Photo:
    await context.read(lambda work: actions.demand_editable(work, params.contact_id))
    photo = await photo_files.store_sent(context.files, params.photo)
    if photo is None:
        raise Invalid("photo", "must be a file in a multipart body")
    return photo


async def _fetch_photo(context: RequestContext, params: Named) -> Photo:
    await context.read(lambda work: actions.demand_editable(work, params.contact_id))
    return await actions.fetch(context.files, params.photo_url)


@route.put("contact/{contactid:id}/changephoto", prepare=_store_photo)
async def change(work: Work, params: Sent, photo: Photo) -> str:
    """Sets the photo of a contact from a multipart body and returns its URL.

    PNG, JPEG, WebP or GIF; the centre is cropped to a square.
    """
    is_company = await actions.change(work, params.contact_id, photo)
    return photo_address(params.contact_id, is_company=is_company, version=work.now)


@route.put("contact/{contactid:id}/changephotobyurl", prepare=_fetch_photo)
async def change_by_url(work: Work, params: Named, photo: Photo) -> str:
    """Sets the photo of a contact from a URL on the Internet and returns the photo's own URL."""
    is_company = await actions.change(work, params.contact_id, photo)
    return photo_address(params.contact_id, is_company=is_company, version=work.now)


@route.delete("contact/{contactid:id}/avatar")
async def remove(work: Work, params: Removal) -> str:
    """Removes the photo of a contact and returns the URL of the neutral picture."""
    if params.contact_id:
        is_company = await actions.remove(work, params.contact_id)
    elif params.upload_only:
        is_company = params.contact_type.lower() != "people"
    else:
        raise Invalid("contactid", "must be the id of a contact")
    return "" if params.upload_only else photo_address(params.contact_id, is_company=is_company)
