"""Routes of the audit trail."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.crm.audit_trail import reads
from dealwright.crm.audit_trail.shapes import AuditEntry
from dealwright.people.reads import directory
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Routes
from dealwright.wire.values import Guid, Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)
of_portal = Routes("", gate=access.anyone)


class OfOpportunity(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


class OfContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class OfCase(msgspec.Struct, kw_only=True, frozen=True):
    case_id: Id


class OfInvoice(msgspec.Struct, kw_only=True, frozen=True):
    invoice_id: Id


class OfPerson(msgspec.Struct, kw_only=True, frozen=True):
    """`userid`: a user name or an id, also of a deleted user."""

    user_id: Annotated[str, Length(255)]


class OfGroup(msgspec.Struct, kw_only=True, frozen=True):
    group_id: Guid


class OfTask(msgspec.Struct, kw_only=True, frozen=True):
    task_id: Id


@route.get("opportunity/{opportunityid:id}/audit")
async def of_opportunity(work: Work, params: OfOpportunity, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of an opportunity, newest first, without what you may not see."""
    return await reads.page(work, "opportunity", params.opportunity_id, paging)


@route.get("contact/{contactid:id}/audit")
async def of_contact(work: Work, params: OfContact, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of a person or company, newest first, without what you may not see."""
    return await reads.page(work, "contact", params.contact_id, paging)


@route.get("case/{caseid:id}/audit")
async def of_case(work: Work, params: OfCase, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of a case, newest first, without what you may not see."""
    return await reads.page(work, "case", params.case_id, paging)


@route.get("task/{taskid:id}/audit")
async def of_task(work: Work, params: OfTask, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of a task, newest first, without what you may not see."""
    return await reads.page(work, "task", params.task_id, paging)


@route.get("invoice/{invoiceid:id}/audit")
async def of_invoice(work: Work, params: OfInvoice, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of an invoice, newest first, without what you may not see."""
    return await reads.page(work, "invoice", params.invoice_id, paging)


@of_portal.get("people/{userid}/audit")
async def of_person(work: Work, params: OfPerson, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of an account, newest first. Administrators of the portal only.

    For private values it says only that they changed.
    """
    access.demand_portal_admin(work.actor)
    found = (await directory(work)).find(params.user_id)
    name = params.user_id.lower() if found is None else found.id
    return await reads.page_of_portal(work, "person", paging, name=name)


@of_portal.get("group/{groupid}/audit")
async def of_group(work: Work, params: OfGroup, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of a group, newest first. Administrators of the portal only."""
    access.demand_portal_admin(work.actor)
    return await reads.page_of_portal(work, "group", paging, name=params.group_id)


@route.get("settings/audit")
async def of_settings(work: Work, paging: Paging) -> Listing[AuditEntry]:
    """Lists the changes of the portal's settings, newest first. Administrators only."""
    access.demand_admin(work.actor)
    return await reads.page_of_portal(work, "setting", paging)


route.list += of_portal.list
