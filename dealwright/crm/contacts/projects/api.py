"""The routes that link contacts with projects. They answer like a portal without projects."""

import msgspec

from dealwright import access
from dealwright.crm.contacts import repository
from dealwright.crm.contacts.shapes import Company, ContactBase, Person
from dealwright.errors import Invalid, NotFound
from dealwright.wire.envelope import Answer
from dealwright.wire.routes import Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class OneProject(msgspec.Struct, kw_only=True, frozen=True):
    project_id: Id


class Link(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id
    project_id: Id


class Links(msgspec.Struct, kw_only=True, frozen=True):
    project_id: Id
    # quirk: the name is singular, the value is a list.
    contact_id: list[int] = []


@route.get("contact/project/{projectid:id}")
async def listed(work: Work, params: OneProject) -> list[Person | Company]:
    """Lists the contacts of a project: none, because this portal has no projects."""
    _demand_id(params.project_id)
    return []


@route.post("contact/{contactid:id}/project/{projectid:id}")
async def link(work: Work, params: Link) -> Answer[Person | Company]:
    """Refuses to link a contact with a project: this portal has no projects."""
    _demand_id(params.project_id)
    await repository.load(work, params.contact_id)
    raise NotFound(_NO_PROJECTS)


@route.post("contact/project/{projectid:id}")
async def link_all(work: Work, params: Links) -> list[Person | Company]:
    """Refuses to link contacts with a project: this portal has no projects."""
    _demand_id(params.project_id)
    if not params.contact_id:
        raise Invalid("contactid", "must hold at least one id")
    raise NotFound(_NO_PROJECTS)


@route.delete("contact/{contactid:id}/project/{projectid:id}")
async def unlink(work: Work, params: Link) -> ContactBase:
    """Refuses to unlink a contact from a project: this portal has no projects."""
    _demand_id(params.project_id)
    await repository.load(work, params.contact_id)
    raise NotFound(_NO_PROJECTS)


_NO_PROJECTS = "Not found: projectid must be the id of a project; this portal has no projects"


def _demand_id(project_id: int) -> None:
    if project_id <= 0:
        raise Invalid("projectid", "must be the id of a project")
