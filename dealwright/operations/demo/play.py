"""Writes the story of the invented team into the database: who does what, and which ids the places
of the story have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dealwright.access import Actor, Role
from dealwright.operations.demo import rules
from dealwright.operations.demo.rules import Scene
from dealwright.operations.demo.story import Story, story
from dealwright.people.queries import everybody
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import CategoryKind
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.settings import Settings
from dealwright.storage.cache import Cache
from dealwright.storage.engines.engine import Session
from dealwright.storage.files.file_store import Directory, FileStore
from dealwright.wire.values import Moments, moments
from dealwright.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The story while it is written, and the ids of its places."""

    session: Session
    settings: Settings
    story: Story
    owner: Actor
    cache: Cache
    moments: Moments
    files: FileStore
    stages: list[Stage]
    reasons: list[int] = field(default_factory=list)
    lists: Mapping[CategoryKind, list[int]]
    fields: list[int] = field(default_factory=list)
    contacts: dict[int, int] = field(default_factory=dict)
    opportunities: dict[int, int] = field(default_factory=dict)
    cases: dict[int, int] = field(default_factory=dict)
    tasks: dict[int, int] = field(default_factory=dict)

    def work(self, actor: Actor, now: int) -> Work:
        return Work(
            self.session,
            actor,
            now=now,
            cache=self.cache,
            settings=self.settings,
            moments=self.moments,
            base_url="",
            files=self.files,
        )

    def by(self, place: int, now: int) -> Work:
        """A change by a member of the team at some moment."""
        person = self.story.setting.people[place]
        return self.work(Actor(person.id, Role(person.role)), now)

    def people(self, places: tuple[int, ...]) -> list[str]:
        return [self.story.setting.people[place].id for place in places]

    def item(self, kind: CategoryKind, place: int | None) -> int | None:
        """The id of the item at a place of a list; None for none."""
        return None if place is None else self.lists[kind][place]

    def values(self, values: rules.Values) -> list[tuple[int, str]]:
        return [(self.fields[place], text) for place, text in values]


async def begin(session: Session, settings: Settings, *, now: int) -> Play:
    """The story for this portal's language, currency and lists."""
    cache = Cache()
    portal = await cache.cached(current, session)
    stages = list((await cache.cached(pipeline, session)).values())
    listed = (await cache.cached(items, session)).values()
    lists = {kind: [item.id for item in listed if item.kind == kind] for kind in CategoryKind}
    scene = Scene(
        today=datetime.fromtimestamp(now // 1_000_000, UTC).astimezone(settings.timezone).date(),
        zone=settings.timezone,
        language=portal.language,
        currency=portal.currency,
        stages=[stage.stage_type for stage in stages],
        statuses=len(lists[CategoryKind.CONTACT_STATUS]),
        types=len(lists[CategoryKind.CONTACT_TYPE]),
        task_categories=len(lists[CategoryKind.TASK_CATEGORY]),
        event_categories=len(lists[CategoryKind.HISTORY_CATEGORY]),
    )
    people = (await everybody(session)).values()
    [owner] = [person.id for person in people if person.role is Role.OWNER]
    return Play(
        session=session,
        settings=settings,
        story=story(scene),
        owner=Actor(owner, Role.OWNER),
        cache=cache,
        moments=moments(settings.timezone),
        files=Directory(settings.files, portal.secret),
        stages=stages,
        lists=lists,
    )
