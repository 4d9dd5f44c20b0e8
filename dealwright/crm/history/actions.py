"""Creates and deletes events. Each action reads in the order of its checks and steps."""

from collections.abc import Sequence

from dealwright.crm.history import queries, repository, rules
from dealwright.crm.history.rules import EventInput, System
from dealwright.errors import Invalid, NotFound, Pending
from dealwright.messages.notifications.actions import notify_users
from dealwright.messages.notifications.rules import About
from dealwright.messages.notifications.rules import NotificationKind as Notice
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.work import Work


async def create(work: Work, inputs: EventInput, *, notified: Sequence[str]) -> int:
    """Creates an event and returns its id. The `notified` users get a notification if they may see
    the event. Raises Invalid, and Pending for a mail message to link."""
    rules.require(inputs)
    event = rules.create(inputs, actor=work.actor.id, now=work.now)
    for entity in ("contact", *rules.ENTITIES):
        owner = getattr(event, f"{entity}_id")
        if owner is not None and not await is_seen(work, entity, owner):
            name = "contactId" if entity == "contact" else "entityId"
            raise Invalid(name, f"must be the id of {_a(entity)}; there is no {entity} {owner}")
    await _demand_category(work, inputs.category_id)
    await demand_files(work, event.files, parameter="fileId")
    notices = await notify_users(work, Notice.MENTIONED, notified, about=About.EVENT)
    return await repository.add(work, event, notices=notices)


async def attach(work: Work, entity: str, entity_id: int, files: Sequence[int]) -> int:
    """Creates the system's event for files attached to a record and returns its id. Raises Invalid,
    NotFound."""
    await demand_seen(work, entity, entity_id)
    await demand_files(work, files, parameter="fileids", opening="invalid file folder")
    event = rules.of_files(entity, entity_id, files, actor=work.actor.id, now=work.now)
    return await repository.add(work, event)


async def delete(work: Work, event_id: int) -> None:
    """Moves an event with its files to the trash. Raises NotFound, Forbidden, Stale.

    # differs: the reference needs the right to delete each of its files.
    """
    await repository.remove(work, await repository.load(work, event_id))


# ------------------------------------------------------------- what a change needs


async def demand_seen(work: Work, entity: str, entity_id: int) -> None:
    """Raises Invalid for an impossible id, NotFound for a record that the actor does not see."""
    if entity_id <= 0:
        raise Invalid("entityid", f"must be the id of {_a(entity)}")
    if not await is_seen(work, entity, entity_id):
        raise NotFound


async def is_seen(work: Work, entity: str, entity_id: int) -> bool:
    statement = queries.parent_seen(work.actor.is_admin, entity)
    return await work.row(statement, actor=work.actor.id, id=entity_id) is not None


async def demand_files(
    work: Work, files: Sequence[int], *, parameter: str, opening: str = ""
) -> None:
    """Raises Invalid for a file that the actor does not see.

    # differs: the reference attaches any file of the portal.
    """
    if not files:
        return
    statement = queries.files_seen(work.actor.is_admin)
    seen = {row[0] for row in await work.fetch(statement, actor=work.actor.id, ids=files)}
    if unknown := [each for each in files if each not in seen]:
        expected = f"must be ids of files; there is no file {unknown[0]}"
        raise Invalid(parameter, expected, opening)


async def _demand_category(work: Work, category_id: int) -> None:
    """# differs: the reference accepts an item of any category list."""
    if category_id == System.MAIL_MESSAGE:
        raise Pending("Not implemented: categoryId -3 links a message of the mail module")
    if category_id in [*System]:
        return
    item = (await work.cached(items)).get(category_id)
    if item is None or item.kind != CategoryKind.HISTORY_CATEGORY:
        raise Invalid("categoryId", "must be the id of a history category")


def _a(entity: str) -> str:
    return f"an {entity}" if entity[0] in "aeiou" else f"a {entity}"
