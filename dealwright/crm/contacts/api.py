"""The routes of contacts: one contact, and its changes."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.contacts import actions, photo_files, reads
from dealwright.crm.contacts.photo_files import Photo
from dealwright.crm.contacts.rules import ShareType
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.crm.trash import reads as trash
from dealwright.people.shapes import Employee
from dealwright.portal.custom_fields.shapes import Filling
from dealwright.wire.context import RequestContext
from dealwright.wire.envelope import Answer
from dealwright.wire.multipart import Upload
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Id, Length, Moment
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Name = Annotated[str, Length(255)]


class ContactBody(Filling, kw_only=True, frozen=True):
    """The values of every contact. `shareType` None is private, ReadWrite lets everyone edit, Read
    lets everyone read; absent, it stays, and a new contact is private. `managerList` are the users
    who always see and edit it; an empty list keeps the stored one."""

    about: Annotated[str, Length(65_000)] = ""
    share_type: ShareType | None = None
    manager_list: list[Guid] = msgspec.field(default_factory=list)
    external_id: Name | None = None


class PersonBody(ContactBody, kw_only=True, frozen=True):
    """`photo` is a picture in a multipart body, under any name."""

    photo: tuple[Upload, ...] = ()
    first_name: Name = ""
    last_name: Name | None = None
    job_title: Name = ""
    company_id: int = 0


class CompanyBody(ContactBody, kw_only=True, frozen=True):
    company_name: Name = ""


class PersonChange(PersonBody, kw_only=True, frozen=True):
    person_id: Id


class CompanyChange(CompanyBody, kw_only=True, frozen=True):
    company_id: Id


class NewCompany(CompanyBody, kw_only=True, frozen=True):
    """`personList` are the ids of persons to add to the company; `photo` is a picture in a
    multipart body, under any name."""

    photo: tuple[Upload, ...] = ()
    person_list: list[int] = msgspec.field(default_factory=list)


class ContactPath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class Status(ContactPath, kw_only=True, frozen=True):
    contact_status_id: int = 0


class Sharing(ContactPath, kw_only=True, frozen=True):
    is_shared: bool | None = None
    manager_list: list[Guid] = msgspec.field(default_factory=list)


class CreationDate(ContactPath, kw_only=True, frozen=True):
    creation_date: Moment | None = None


class ModificationDate(ContactPath, kw_only=True, frozen=True):
    last_modified_date: Moment | None = None


async def _photo(context: RequestContext, params: PersonBody | NewCompany) -> Photo | None:
    return await photo_files.store_sent(context.files, params.photo)


@route.get("contact/{contactid:id}")
async def view(work: Work, params: ContactPath) -> Answer[Person | Company]:
    """Returns one contact: a person or a company."""
    return await reads.view(work, params.contact_id)


@route.post("contact/person", prepare=_photo)
async def create_person(
    work: Work, params: PersonBody, photo: Photo | None
) -> Answer[Person | Company]:
    """Creates a person. The user who creates it becomes one of its managers."""
    created = await actions.create_person(
        work, params, sharing=params, values=params.values, photo=photo
    )
    return await reads.changed(work, created)


@route.put("contact/person/{personid:id}", prepare=_photo)
async def update_person(
    work: Work, params: PersonChange, photo: Photo | None
) -> Answer[Person | Company]:
    """Replaces a person: absent values become empty, except sharing, managers and externalId.

    Status, type, industry and currency have no parameter here and stay.
    """
    await actions.update_person(
        work, params.person_id, params, sharing=params, values=params.values, photo=photo
    )
    return await reads.changed(work, params.person_id)


@route.post("contact/company", mode=Mode.TRANSACTION, prepare=_photo)
async def create_company(
    work: Work, params: NewCompany, photo: Photo | None
) -> Answer[Person | Company]:
    """Creates a company. Persons that you may not edit are skipped."""
    created = await actions.create_company(
        work, params, persons=params.person_list, sharing=params, values=params.values, photo=photo
    )
    return await reads.changed(work, created)


@route.put("contact/company/{companyid:id}")
async def update_company(work: Work, params: CompanyChange) -> Answer[Person | Company]:
    """Replaces a company: absent values become empty, except sharing, managers and externalId.

    Status, type, industry and currency have no parameter here and stay.
    """
    await actions.update_company(
        work, params.company_id, params, sharing=params, values=params.values
    )
    return await reads.changed(work, params.company_id)


@route.delete("contact/{contactid:id}", mode=Mode.TRANSACTION)
async def delete(work: Work, params: ContactPath) -> Answer[Person | Company]:
    """Moves a contact to the trash and returns it as it was.

    Its tasks, events and their files go to the trash too: `alsoDeleted` counts them. Opportunities
    and persons keep their link to it, which shows again when the contact is restored.
    """
    before = await reads.view(work, params.contact_id)
    await actions.delete(work, params.contact_id)
    [deleted] = await trash.with_dependents(work, "contact", [before.value])
    return Answer(value=deleted)


@route.put("contact/{contactid:id}/status")
async def set_status(work: Work, params: Status) -> Answer[Person | Company]:
    """Sets the status of a contact: the id of a contact status, or 0 for none."""
    await actions.set_status(work, params.contact_id, params.contact_status_id)
    return await reads.changed(work, params.contact_id)


@route.get("contact/{contactid:id}/access")
async def managers(work: Work, params: ContactPath, paging: Paging) -> Listing[Employee]:
    """Lists the managers of a private contact; a shared contact has none."""
    shown = (await reads.view(work, params.contact_id)).value
    return arrange(shown.access_list or [], paging)


@route.put("contact/{contactid:id}/access")
async def share(work: Work, params: Sharing) -> Answer[Person | Company]:
    """Sets who sees a contact: with `isShared` everyone sees and edits it, without it only its
    managers."""
    await actions.share(
        work, params.contact_id, is_shared=params.is_shared, managers=params.manager_list
    )
    return await reads.changed(work, params.contact_id)


@route.put("contact/{contactid:id}/creationdate")
async def set_creation_date(work: Work, params: CreationDate) -> None:
    """Sets when a contact was created, for imports."""
    await actions.set_timestamp(work, params.contact_id, "created_on", params.creation_date)


@route.put("contact/{contactid:id}/lastmodifeddate")
async def set_modification_date(work: Work, params: ModificationDate) -> None:
    """Sets when a contact was last changed, for imports."""
    await actions.set_timestamp(work, params.contact_id, "modified_on", params.last_modified_date)
