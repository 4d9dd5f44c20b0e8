"""Creates and changes web forms, for administrators. Each action reads in the order of its
checks."""

from dataclasses import replace
from uuid import uuid4

from dealwright.access import demand_admin
from dealwright.crm.web_forms import repository, rules
from dealwright.crm.web_forms.rules import Choices, WebForm
from dealwright.errors import Invalid
from dealwright.people.actions import demand_workers
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import FieldOwner
from dealwright.portal.stages.queries import pipeline
from dealwright.work import Work

_NONE = Choices()
_OWNERS = FieldOwner.PERSON.has | FieldOwner.COMPANY.has


async def create(work: Work, title: str, choices: Choices, *, is_disabled: bool) -> WebForm:
    """Creates a form with a new key. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    form = WebForm(
        title=title,
        form_key=str(uuid4()),
        is_disabled=is_disabled,
        choices=choices,
        created_by=work.actor.id,
        created_on=work.now,
    )
    await _demand_known(work, rules.check(form).choices, _NONE)
    return replace(form, id=await repository.add(work, form))


async def update(
    work: Work, form_id: int, title: str, choices: Choices, *, is_disabled: bool
) -> WebForm:
    """Replaces everything but the key. Raises Forbidden, NotFound, Invalid."""
    demand_admin(work.actor)
    before = await repository.one(work, form_id)
    after = replace(before, title=title, choices=choices, is_disabled=is_disabled)
    await _demand_known(work, rules.check(after).choices, before.choices)
    await repository.put(work, before, after)
    return after


async def change_key(work: Work, form_id: int) -> WebForm:
    """Gives a form a new key; the old key stops working. Raises Forbidden, NotFound."""
    demand_admin(work.actor)
    before = await repository.one(work, form_id)
    after = replace(before, form_key=str(uuid4()))
    await repository.put(work, before, after)
    return after


async def delete(work: Work, form_id: int) -> WebForm:
    """Deletes a form and returns it as it was. Raises Forbidden, NotFound."""
    demand_admin(work.actor)
    form = await repository.one(work, form_id)
    await repository.remove(work, form)
    return form


async def _demand_known(work: Work, choices: Choices, before: Choices) -> None:
    """Checks that everything a choice names exists, unless it was named before. Raises Invalid."""
    stage_id = choices.stage_id
    if stage_id not in (0, before.stage_id) and stage_id not in await work.cached(pipeline):
        raise Invalid("stageid", f"must be the id of a stage; there is no stage {stage_id}")
    responsible = [choices.responsible_id] if choices.responsible_id else []
    known = {before.responsible_id} if before.responsible_id else set()
    await demand_workers(work, "responsibleid", responsible, known=known)
    managers, notified = choices.manager_list, choices.notify_list
    await demand_workers(work, "managerList", managers, known=before.manager_list)
    await demand_workers(work, "notifyList", notified, known=before.notify_list)
    fields = await work.cached(definitions)
    for field_id in choices.custom_fields:
        field = fields.get(field_id)
        is_known = field is not None and field.entity_type in _OWNERS and field.holds_values
        if not is_known and field_id not in before.custom_fields:
            raise Invalid("customFields", f"must hold ids of contact fields, not {field_id}")
