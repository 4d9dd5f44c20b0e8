"""Creates, changes and deletes tasks. Each action reads in the order of its checks and steps."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from dealwright.crm.contacts import queries as contacts
from dealwright.crm.tasks import queries, repository, rules
from dealwright.crm.tasks.rules import Task, TaskInput
from dealwright.crm.touches import touched
from dealwright.errors import Invalid, NotFound
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About
from dealwright.messages.notifications.rules import NotificationKind as Notice
from dealwright.people.queries import everybody
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Step, Update
from dealwright.work import Work


async def create(work: Work, inputs: TaskInput, *, contact_id: int, notify: bool) -> int:
    """Creates a task and returns its id. Raises Invalid for a missing or unknown value, NotFound
    for an unknown category, Conflict for an externalId that is in use."""
    rules.require(inputs)
    task = rules.create(inputs, contact_id=contact_id, actor=work.actor.id, now=work.now)
    await _demand_category(work, task, None)
    await _demand_responsible(work, task, None)
    await _demand_contact(work, task, None)
    await _demand_entity(work, task, None)
    return await repository.add(work, task, notices=await _notices(work, task, notify=notify))


async def create_for_each(
    work: Work, inputs: TaskInput, contact_ids: Collection[int], *, notify: bool
) -> list[int]:
    """Creates the same task once for each contact that the actor sees and returns the ids in the
    order of the contacts. Needs a transaction. Raises the same errors as `create`."""
    rules.require(inputs)
    task = rules.create(inputs, contact_id=0, actor=work.actor.id, now=work.now)
    await _demand_category(work, task, None)
    await _demand_responsible(work, task, None)
    await _demand_entity(work, task, None)
    unique_ids = list(dict.fromkeys(contact_ids))
    if task.external_id is not None:
        raise Invalid("externalId", "must be absent for several tasks")
    seen = await _visible(work, unique_ids)
    tasks = [replace(task, contact_id=each) for each in unique_ids if each in seen]
    return await create_all(work, tasks, notified=range(len(tasks)) if notify else ())


async def create_all(work: Work, tasks: Sequence[Task], *, notified: Collection[int]) -> list[int]:
    """Stores tasks whose links are checked already and returns their ids. `notified` holds the
    positions of the tasks whose responsible users get a notification, one per user. Needs a
    transaction."""
    ids = await repository.add_many(work, tasks)
    firsts: dict[str, int] = {}
    for place in notified:
        firsts.setdefault(tasks[place].responsible_id, ids[place])
    steps: list[Step] = []
    for person, task_id in firsts.items():
        count = sum(tasks[place].responsible_id == person for place in notified)
        steps += await notify_users(
            work,
            Notice.RESPONSIBLE,
            [person],
            about=About.TASK,
            entity_id=task_id,
            payload={"tasks": count} if count > 1 else None,
        )
    if steps:
        await work.save(Change(None, tuple(steps)))
    return ids


async def update(
    work: Work, task_id: int, inputs: TaskInput, *, contact_id: int, notify: bool
) -> None:
    """Replaces every scalar of a task. What the actor may not see of it stays.

    # differs: the reference creates a task for an unknown id. Raises NotFound, Forbidden, Stale,
    Invalid, Conflict.
    """
    before, hidden = await repository.load(work, task_id)
    rules.require(inputs)
    after = rules.revise(
        before,
        inputs,
        contact_id=contact_id,
        hidden=hidden,
        actor=work.actor.id,
        now=work.now,
    )
    await _demand_category(work, after, before)
    await _demand_responsible(work, after, before)
    await _demand_contact(work, after, before)
    await _demand_entity(work, after, before)
    await repository.save(
        work, before, after, "updated", notices=await _notices(work, after, notify=notify)
    )


async def changeable(work: Work, task_id: int) -> Task:
    """A task that the actor may change. Raises NotFound, Forbidden, Stale."""
    return (await repository.load(work, task_id)).before


async def set_deadline(work: Work, task_id: int, deadline: int) -> int:
    """Gives a task another deadline (microseconds in UTC); the one it had. Raises NotFound,
    Forbidden, Stale."""
    before = await changeable(work, task_id)
    if deadline != before.deadline:
        after = rules.redate(before, deadline, now=work.now)
        await repository.save(work, before, after, "updated")
    return before.deadline


async def assign(work: Work, task_id: int, responsible_id: str) -> None:
    """Makes another user responsible for a task. Raises NotFound, Forbidden, Stale, Invalid."""
    before = await changeable(work, task_id)
    if responsible_id != before.responsible_id:
        await demand_responsible(work, responsible_id)
        after = rules.assign(before, responsible_id, now=work.now)
        await repository.save(work, before, after, "updated")


async def close(work: Work, task_id: int) -> None:
    """Closes a task; a closed task stays as it is. Raises NotFound, Forbidden, Stale."""
    before = (await repository.load(work, task_id)).before
    if not before.is_closed:
        touch = tuple(touched(work, before.opportunity_id))
        await repository.save(work, before, rules.close(before), "closed", notices=touch)


async def reopen(work: Work, task_id: int) -> None:
    """Reopens a task; an open task stays as it is. Raises NotFound, Forbidden, Stale."""
    before = (await repository.load(work, task_id)).before
    if before.is_closed:
        await repository.save(work, before, rules.reopen(before, now=work.now), "reopened")


async def delete(work: Work, task_id: int) -> None:
    """Moves a task to the trash. Raises NotFound, Forbidden, Stale."""
    await repository.remove(work, (await repository.load(work, task_id)).before)


async def set_timestamp(work: Work, task_id: int, column: str, moment: int | None) -> None:
    """Sets the time of creation or of the last change (microseconds in UTC), for imports. Raises
    NotFound, Forbidden."""
    before = (await repository.load(work, task_id)).before
    if moment is None:
        raise Invalid(_DATES[column], "must be a date")
    changes = [(column, getattr(before, column, None), moment)]
    await repository.touch(work, before, "redated", columns={column: moment}, changes=changes)


_DATES = {"created_on": "creationDate", "modified_on": "lastModifedDate"}


async def remind(work: Work, task_id: int, *, moment: int) -> None:
    """Notifies the responsible user once that their task is due, if `moment` is still its reminder
    time. Does nothing for a task that is closed, in the trash, has another reminder time, or was
    due more than a day ago."""
    row = await work.row(queries.REMINDED, id=task_id)
    if row is None or row[0] != moment:
        return
    _, deadline, responsible = row
    steps: tuple[Step, ...] = ()
    if deadline > work.now - rules.DAY:
        steps = await notify_users(work, Notice.TASK_DUE, [responsible], about=About.TASK)
    # The version stays: no answer shows whether a reminder was sent.
    armed = {"alert_on": moment, "responsible_id": responsible, "is_closed": False}
    await work.save(Change(Update(schema.task, task_id, {"alert_on": None}, armed), steps))


# ------------------------------------------------------------- what a change needs


async def demand_category(work: Work, category_id: int) -> None:
    """Raises NotFound for an id that is not a task category.

    # differs: the reference accepts an item of any category list.
    """
    item = (await work.cached(items)).get(category_id)
    if item is None or item.kind != CategoryKind.TASK_CATEGORY:
        raise NotFound("Category is not found: categoryid must be the id of a task category")


async def _demand_category(work: Work, after: Task, before: Task | None) -> None:
    if before is None or after.category_id != before.category_id:
        await demand_category(work, after.category_id)


async def _demand_responsible(work: Work, after: Task, before: Task | None) -> None:
    """# differs: the reference assigns a task to any user, even to one that does not exist."""
    if before is None or after.responsible_id != before.responsible_id:
        await demand_responsible(work, after.responsible_id)


async def demand_responsible(work: Work, person_id: str) -> None:
    """Raises Invalid for a user who cannot work with the CRM."""
    person = (await work.cached(everybody)).get(person_id)
    if person is None or not person.may_be_responsible:
        raise Invalid(
            "responsibleid",
            f"must be the id of an active user with access to the CRM, not {person_id}",
        )


async def _demand_contact(work: Work, after: Task, before: Task | None) -> None:
    """# differs: the reference accepts any number as a contact, even one of a hidden contact."""
    contact_id = after.contact_id
    if contact_id is None or (before is not None and contact_id == before.contact_id):
        return
    if contact_id not in await _visible(work, [contact_id]):
        raise Invalid("contactid", f"must be the id of a contact; there is no contact {contact_id}")


async def _demand_entity(work: Work, after: Task, before: Task | None) -> None:
    for entity in rules.ENTITIES:
        entity_id = getattr(after, f"{entity}_id")
        if entity_id is None or (before and entity_id == getattr(before, f"{entity}_id")):
            continue
        await demand_entity(work, entity, entity_id)


async def demand_entity(work: Work, entity: str, entity_id: int) -> None:
    """Raises Invalid for an opportunity or case that the actor does not see."""
    statement = queries.entity_seen(work.actor.is_admin, entity)
    if await work.row(statement, actor=work.actor.id, id=entity_id) is None:
        raise Invalid("entityid", f"must name what you see; there is no {entity} {entity_id}")


async def _visible(work: Work, contact_ids: Sequence[int]) -> frozenset[int]:
    rows = await work.fetch(
        contacts.visible(work.actor.is_admin), actor=work.actor.id, ids=contact_ids
    )
    return frozenset(row[0] for row in rows)


async def _notices(work: Work, task: Task, *, notify: bool) -> tuple[Step, ...]:
    """Steps that notify the responsible user, if the request asks for it."""
    if not notify:
        return ()
    return await notify_users(work, Notice.RESPONSIBLE, [task.responsible_id], about=About.TASK)
