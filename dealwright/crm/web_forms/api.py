"""The routes by which administrators create and change web forms."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.access import demand_admin
from dealwright.crm.contacts.rules import ShareType
from dealwright.crm.web_forms import actions, repository, shapes
from dealwright.crm.web_forms.rules import Choices
from dealwright.crm.web_forms.shapes import WebForm
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Routes
from dealwright.wire.values import Guid, Id, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm, tag="webform")

Name = Annotated[str, Length(255)]


class WebFormBody(msgspec.Struct, kw_only=True, frozen=True):
    """The values of a form. Contacts belong to `responsibleid` (by default the user who creates the
    form), with the sharing of `shareType` and `managerList`; with `makesOpportunity` each contact
    gets an opportunity on `stageid` (0: the first). `returnUrls` are the pages where a sender may
    go next; one that ends with a slash includes everything below it."""

    title: Name = ""
    is_disabled: bool = False
    makes_opportunity: bool = False
    stage_id: int = 0
    opportunity_title: Name = ""
    responsible_id: Guid | None = None
    tags: list[Name] = []
    share_type: ShareType = ShareType.NONE
    manager_list: list[Guid] = []
    notify_list: list[Guid] = []
    return_urls: list[Annotated[str, Length(2000)]] = []
    custom_fields: list[int] = []
    introduction: Annotated[str, Length(5000)] = ""
    thanks: Annotated[str, Length(5000)] = ""
    lets_sender_choose: bool = False

    @property
    def choices(self) -> Choices:
        return Choices(
            makes_opportunity=self.makes_opportunity,
            stage_id=self.stage_id,
            opportunity_title=self.opportunity_title,
            responsible_id=self.responsible_id,
            tags=tuple(self.tags),
            share_type=int(self.share_type),
            manager_list=tuple(self.manager_list),
            notify_list=tuple(self.notify_list),
            return_urls=tuple(self.return_urls),
            custom_fields=tuple(dict.fromkeys(self.custom_fields)),
            introduction=self.introduction,
            thanks=self.thanks,
            lets_sender_choose=self.lets_sender_choose,
        )


class WebFormPath(msgspec.Struct, kw_only=True, frozen=True):
    form_id: Id


class Change(WebFormBody, kw_only=True, frozen=True):
    form_id: Id


@route.get("webform")
async def every(work: Work, paging: Paging) -> Listing[WebForm]:
    """Lists the public forms. Administrators only."""
    demand_admin(work.actor)
    forms = [await shapes.web_form(work, form) for form in await repository.every(work)]
    return arrange(forms, paging)


@route.get("webform/{formid:id}")
async def view(work: Work, params: WebFormPath) -> WebForm:
    """Returns one public form. Administrators only."""
    demand_admin(work.actor)
    return await shapes.web_form(work, await repository.one(work, params.form_id))


@route.post("webform")
async def create(work: Work, params: WebFormBody) -> WebForm:
    """Creates a public form. Administrators only."""
    form = await actions.create(work, params.title, params.choices, is_disabled=params.is_disabled)
    return await shapes.web_form(work, form)


@route.put("webform/{formid:id}")
async def update(work: Work, params: Change) -> WebForm:
    """Replaces the choices of a form; its key stays. Administrators only."""
    form = await actions.update(
        work, params.form_id, params.title, params.choices, is_disabled=params.is_disabled
    )
    return await shapes.web_form(work, form)


@route.put("webform/{formid:id}/key")
async def change_key(work: Work, params: WebFormPath) -> WebForm:
    """Gives a form a new key; the old key stops working. Administrators only."""
    return await shapes.web_form(work, await actions.change_key(work, params.form_id))


@route.delete("webform/{formid:id}")
async def delete(work: Work, params: WebFormPath) -> WebForm:
    """Deletes a form and returns it as it was; its key stops working. Administrators only."""
    return await shapes.web_form(work, await actions.delete(work, params.form_id))
