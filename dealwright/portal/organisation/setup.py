"""Changing how the portal was set up: language and time zone."""

from collections.abc import Iterator
from zoneinfo import available_timezones

from dealwright.access import demand_admin, demand_portal_admin
from dealwright.errors import Invalid
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.organisation import rules
from dealwright.portal.organisation.queries import Portal, current
from dealwright.portal.organisation.rules import ItemStart, StageStart, said
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.tags.rules import Tagged, key_of
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Alter, Change, Step, Update
from dealwright.work import Work

ENTITY, NO_NUMBER = "portal", 0
LANGUAGES = ("en", "ru")


async def change(
    work: Work,
    *,
    language: str | None = None,
    timezone: str | None = None,
) -> Portal:
    """Changes what is given; the portal as it is then.

    Another language renames the stages, categories and tags that still have the names they were
    founded with. Raises Forbidden, Invalid.
    """
    demand_admin(work.actor)
    before = await current(work.session)
    given = {"language": language, "timezone": timezone}
    wished = {name: value for name, value in given.items() if value}
    _demand_known(wished)
    after = before._replace(
        language=language or before.language,
        timezone=timezone or before.timezone,
    )
    changes = [
        (name, getattr(before, name), value)
        for name, value in wished.items()
        if getattr(before, name) != value
    ]
    if changes:
        audit_entry = entry(work, ENTITY, "set_up", changes, entity_id=NO_NUMBER)
        renamed = tuple(_renamed(before.language, after.language))
        head = Update(schema.portal, 1, {name: value for name, _, value in changes})
        await work.save(Change(head, (*renamed, audit_entry)))
        work.invalidate(current, *_SHOWN)
    return after


def _demand_known(wished: dict[str, str]) -> None:
    if wished.get("language", "en") not in LANGUAGES:
        raise Invalid("language", f"must be one of: {', '.join(LANGUAGES)}")
    if wished.get("timezone", "UTC") not in available_timezones():
        raise Invalid("timezone", "must be the name of a time zone, such as Europe/Berlin")


async def choose_dialect(work: Work, *, is_documented: bool) -> bool:
    """Sets how members of JSON answers are spelled for clients that do not say: as live portals do
    (camelCase) or as the published documents do (PascalCase). Returns how they were. Raises
    Forbidden."""
    demand_portal_admin(work.actor)
    before = (await current(work.session)).is_documented
    if is_documented != before:
        changes = [("is_documented", before, is_documented)]
        audit_entry = entry(work, ENTITY, "updated", changes, entity_id=NO_NUMBER)
        head = Update(schema.portal, 1, {"is_documented": is_documented})
        await work.save(Change(head, (audit_entry,)))
        work.invalidate(current)
    return before


_SHOWN = (pipeline, items)
_LISTS = (
    (CategoryKind.CONTACT_STATUS, rules.CONTACT_STATUSES),
    (CategoryKind.TASK_CATEGORY, rules.TASK_CATEGORIES),
    (CategoryKind.HISTORY_CATEGORY, rules.HISTORY_CATEGORIES),
    (CategoryKind.CONTACT_TYPE, rules.CONTACT_TYPES),
)


def _renamed(old: str, new: str) -> Iterator[Step]:
    """What the founding named in one language, in another; what somebody has renamed stays."""
    if old == new:
        return
    for stage in rules.STAGES:
        yield Alter(schema.stage, _named(stage, new), _named(stage, old))
    for kind, starts in _LISTS:
        for item in starts:
            where = {"kind": int(kind), **_named(item, old)}
            yield Alter(schema.list_item, _named(item, new), where)
    for tag in rules.CONTACT_TAGS:
        title = said(tag, new)
        where = {"entity_type": int(Tagged.CONTACT), "title": said(tag, old)}
        yield Alter(schema.tag, {"title": title, "title_key": key_of(title)}, where)


def _named(start: StageStart | ItemStart, language: str) -> dict[str, str]:
    return {
        "title": said(start.title, language),
        "description": said(start.description, language),
    }
