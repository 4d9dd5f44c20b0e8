"""The wire form of web forms, for administrators."""

from dealwright.crm.web_forms import rules
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, staff
from dealwright.portal.organisation.queries import current
from dealwright.wire.shape import GuidText, MomentText, Shape
from dealwright.work import Work

PAGE = "/form/"
HANDLER = "/Products/CRM/HttpHandlers/webtoleadfromhandler.ashx"


class WebForm(Shape, kw_only=True):
    """A public form. `pageAddress` is a page to fill in; `postAddress` accepts forms from other
    pages, with `formKey` as `web_form_key`."""

    id: int
    title: str
    form_key: GuidText
    is_disabled: bool
    makes_opportunity: bool
    stage_id: int
    opportunity_title: str
    responsible: Employee
    tags: list[str]
    share_type: int
    manager_list: list[Employee]
    notify_list: list[Employee]
    return_urls: list[str]
    custom_fields: list[int]
    introduction: str
    thanks: str
    lets_sender_choose: bool
    page_address: str
    post_address: str
    created_by: Employee
    created: MomentText


async def web_form(work: Work, form: rules.WebForm) -> WebForm:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    chosen = form.choices
    return WebForm(
        id=form.id,
        title=form.title,
        form_key=form.form_key,
        is_disabled=form.is_disabled,
        makes_opportunity=chosen.makes_opportunity,
        stage_id=chosen.stage_id,
        opportunity_title=chosen.opportunity_title,
        responsible=people[chosen.responsible_id or form.created_by],
        tags=[*chosen.tags],
        share_type=chosen.share_type,
        manager_list=[people[each] for each in chosen.manager_list],
        notify_list=[people[each] for each in chosen.notify_list],
        return_urls=[*chosen.return_urls],
        custom_fields=[*chosen.custom_fields],
        introduction=chosen.introduction,
        thanks=chosen.thanks,
        lets_sender_choose=chosen.lets_sender_choose,
        page_address=f"{work.base_url}{PAGE}{form.form_key}",
        post_address=f"{work.base_url}{HANDLER}",
        created_by=people[form.created_by],
        created=work.moments(form.created_on),
    )
