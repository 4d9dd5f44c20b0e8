"""The routes that tell who changed what."""

import msgspec

from dealwright import access
from dealwright.audit_trail import lists
from dealwright.audit_trail.shapes import AuditEntry
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class OfOpportunity(msgspec.Struct, kw_only=True, frozen=True):
    opportunity_id: Id


class OfContact(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class OfCase(msgspec.Struct, kw_only=True, frozen=True):
    case_id: Id


class OfTask(msgspec.Struct, kw_only=True, frozen=True):
    task_id: Id


@route.get("opportunity/{opportunityid:id}/audit")
async def of_opportunity(work: Work, asked: OfOpportunity, paging: Paging) -> Listing[AuditEntry]:
    """Lists who changed what of an opportunity, newest first, without what you may not see."""
    return await lists.page(work, "opportunity", asked.opportunity_id, paging)


@route.get("contact/{contactid:id}/audit")
async def of_contact(work: Work, asked: OfContact, paging: Paging) -> Listing[AuditEntry]:
    """Lists who changed what of a person or company, newest first, without what you may not see."""
    return await lists.page(work, "contact", asked.contact_id, paging)


@route.get("case/{caseid:id}/audit")
async def of_case(work: Work, asked: OfCase, paging: Paging) -> Listing[AuditEntry]:
    """Lists who changed what of a case, newest first, without what you may not see."""
    return await lists.page(work, "case", asked.case_id, paging)


@route.get("task/{taskid:id}/audit")
async def of_task(work: Work, asked: OfTask, paging: Paging) -> Listing[AuditEntry]:
    """Lists who changed what of a task, newest first, without what you may not see."""
    return await lists.page(work, "task", asked.task_id, paging)
