"""Creates the portal: everything that a new database starts with, in one transaction."""

import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

from dealwright.access import Role
from dealwright.errors import Invalid
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation import rules
from dealwright.portal.organisation.rules import ItemStart, said
from dealwright.portal.tags.rules import Tagged, key_of
from dealwright.settings import Settings
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.change import Change, Insert, Put, PutMany, Step

_LISTS = (
    (CategoryKind.CONTACT_STATUS, rules.CONTACT_STATUSES),
    (CategoryKind.TASK_CATEGORY, rules.TASK_CATEGORIES),
    (CategoryKind.HISTORY_CATEGORY, rules.HISTORY_CATEGORIES),
    (CategoryKind.CONTACT_TYPE, rules.CONTACT_TYPES),
)


class Owner(NamedTuple):
    """The owner of the new portal."""

    id: str
    email: str
    email_key: str
    user_name: str
    first_name: str
    last_name: str
    password_hash: str


async def found(session: Session, settings: Settings, *, owner: Owner, now: int) -> bool:
    """Creates the portal in an empty database; False if there is one already. Needs a transaction.

    Of several processes that call this at once, one creates it. Raises Invalid.
    """
    if settings.currency not in CURRENCIES:
        raise Invalid("currency", f"must be a known currency, not {settings.currency!r}")
    row = {
        "id": 1,
        "language": settings.language,
        "currency": settings.currency,
        "is_documented": settings.wire_profile == "documented",
        "secret": secrets.token_urlsafe(32),
        "created_on": now,
    }
    head = Insert(schema.portal, row, on_conflict="nothing")
    person = {**owner._asdict(), "role": Role.OWNER.value, "created_on": now}
    started: tuple[Step, ...] = (Put(schema.person, person), *_lists(settings.language))
    return await session.save(Change(head, started)) is not None


def _lists(language: str) -> Iterator[PutMany]:
    """In the order in which they are printed, so that ids and sort orders agree."""
    title = said(rules.PIPELINE, language)
    yield PutMany(schema.pipeline, {}, [{"id": 1, "title": title, "sort_order": 1}])
    yield PutMany(schema.stage, {}, list(_stages(language)))
    items = [
        {"kind": int(kind), **row} for kind, of in _LISTS for row in _items(kind, of, language)
    ]
    yield PutMany(schema.list_item, {}, items)
    titles = [said(title, language) for title in rules.CONTACT_TAGS]
    tags = [{"title": title, "title_key": key_of(title)} for title in titles]
    yield PutMany(schema.tag, {"entity_type": int(Tagged.CONTACT)}, tags)


def _stages(language: str) -> Iterator[dict[str, Any]]:
    for place, stage in enumerate(rules.STAGES, 1):
        yield {
            "title": said(stage.title, language),
            "description": said(stage.description, language),
            "color": stage.color,
            "sort_order": place,
            "success_probability": stage.probability,
            "stage_type": stage.stage_type,
        }


def _items(
    kind: CategoryKind, items: tuple[ItemStart, ...], language: str
) -> Iterator[dict[str, Any]]:
    for place, item in enumerate(items, 1):
        yield {
            "title": said(item.title, language),
            "description": said(item.description, language),
            "color": "" if kind.is_category else item.look,
            "image_name": item.look if kind.is_category else "",
            "sort_order": place,
        }
