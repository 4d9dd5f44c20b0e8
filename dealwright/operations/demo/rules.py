"""The values of the invented team's story, and the sources that every part of it draws from.

People, contacts, fields, stages, statuses and types are named by their places in their lists;
moments are microseconds in UTC, money is 1/10 000, a rate 1/10⁹. Knows no database.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

SEED = "dealwright"
DAYS = 730  # two years
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "PLN")
DOMAIN = "demo.example"  # a name that nobody can own
HEADING, CHECK_BOX, DATE = 4, 3, 5  # types of custom fields
CONTACT, OPPORTUNITY, COMPANY, PERSON = 0, 1, 4, 5  # whose they are
Values = tuple[tuple[int, str], ...]  # of custom fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the story finds in the portal. `stages`: the type of each, in their order; for lists
    their lengths."""

    today: date
    zone: tzinfo
    language: str
    currency: str
    stages: Sequence[int]
    statuses: int
    types: int
    task_categories: int = 0
    event_categories: int = 0


class Person(NamedTuple):
    id: str
    first_name: str
    last_name: str
    email: str
    role: str
    job_title: str


class Team(NamedTuple):
    id: str
    name: str
    people: tuple[int, ...]  # who leads it first


class NewStage(NamedTuple):
    """A stage of the pipeline that the team adds. `limit`: days until one that nobody touches is
    rotting."""

    title: str
    color: str
    probability: int
    kind: int
    limit: int


class Field(NamedTuple):
    owner: int
    kind: int
    label: str
    mask: str
    choices: tuple[str, ...]


class Rates(NamedTuple):
    """The worth of one unit of each other currency in the portal's."""

    on: int
    rates: tuple[tuple[str, int], ...]


class Info(NamedTuple):
    """A way to reach a contact: `contacts.infos.Info` tells the numbers."""

    info_type: int
    category: int
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person, or a company if it has a company's name."""

    on: int
    by: int
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company: int | None = None
    job_title: str = ""
    about: str = ""
    industry: str = ""
    status: int | None = None
    type: int | None = None
    currency: str = ""
    share_type: int
    managers: tuple[int, ...]
    tags: tuple[str, ...]
    values: Values
    infos: tuple[Info, ...] = ()

    @property
    def name(self) -> str:
        return self.company_name or f"{self.first_name} {self.last_name}"


class Step(NamedTuple):
    """The opportunity moves to a stage, or its amount changes. `reason` is the place of the reason
    of a loss."""

    on: int
    by: int
    stage: int | None = None
    bid_value: int | None = None
    reason: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    on: int
    by: int
    title: str
    description: str
    contact: int
    members: tuple[int, ...]
    responsible: int
    bid_type: int
    bid_value: int
    bid_currency: str
    per_period_value: int
    stage: int
    expected_close_on: int
    access: tuple[int, ...]  # private if there is anybody
    tags: tuple[str, ...]
    values: Values
    external_id: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    on: int
    by: int
    title: str
    members: tuple[int, ...]
    access: tuple[int, ...]  # private if there is anybody
    closed_on: int | None


class About(NamedTuple):
    """What a task or an event belongs to: an opportunity or a case, a contact, or both."""

    contact: int | None = None
    opportunity: int | None = None
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    on: int
    by: int
    title: str
    about: About
    responsible: int
    category: int
    deadline: int
    closed_on: int | None


class Paper(NamedTuple):
    """A file of plain text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    on: int
    by: int
    content: str
    about: About
    category: int
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The scene with the names and words of the data files."""

    scene: Scene
    currencies: tuple[str, ...]  # the portal's own first
    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    fields: tuple[Field, ...]
    pipeline: str  # what the one that they add is called
    added: tuple[NewStage, ...]  # its stages, behind those of the scene
    reasons: tuple[str, ...]  # of losses
    countries: Sequence[Mapping[str, Any]]
    worth: Mapping[str, float]
    products: Sequence[Mapping[str, Any]]
    title: str
    words: Mapping[str, Sequence[str]]
    tasks: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]

    @property
    def kinds(self) -> list[int]:
        """The type of every stage, by the places that the story uses."""
        return [*self.scene.stages, *(each.kind for each in self.added)]

    @property
    def sellers(self) -> list[int]:
        return [place for place, each in enumerate(self.people) if each.role == "user"]


def setting(scene: Scene) -> Setting:
    world, words = _file("invented"), _file(scene.language)
    others = [code for code in CURRENCIES if code != scene.currency]
    return Setting(
        scene=scene,
        currencies=(scene.currency, *others[:4]),
        people=tuple(_person(each) for each in words["person"]),
        teams=tuple(_team(each) for each in words["team"]),
        fields=tuple(_field(each) for each in words["field"]),
        pipeline=words["pipeline"]["title"],
        added=tuple(NewStage(**each) for each in words["pipeline"]["stages"]),
        reasons=tuple(words["words"]["loss_reasons"]),
        countries=world["country"],
        worth=world["worth"],
        products=words["product"],
        title=words["title"],
        words=words["words"],
        tasks=words["task"],
        events=words["event"],
        papers=words["paper"],
    )


@cache
def _file(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def _person(words: Mapping[str, Any]) -> Person:
    first, last = words["name"]
    email = f"{words['mail']}@{DOMAIN}"
    return Person(_id(email), first, last, email, words["role"], words["job"])


def _team(words: Mapping[str, Any]) -> Team:
    return Team(_id(words["name"]), words["name"], tuple(words["people"]))


def _field(words: Mapping[str, Any]) -> Field:
    choices = words.get("choices", [])
    mask = words.get("mask", "")
    if choices and not mask:
        mask = "[" + ",".join(f'"{choice}"' for choice in choices) + "]"
    return Field(words["owner"], words["kind"], words["label"], mask, tuple(choices))


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{SEED} {name}"))


def source(part: str) -> Random:
    """Random numbers that are always the same; each part of the story has its own."""
    return Random(f"{SEED} {part}")  # noqa: S311 (nothing here is secret)


def day(scene: Scene, ago: int) -> date:
    return scene.today - timedelta(days=ago)


def midnight(scene: Scene, ago: int) -> int:
    return _moment(scene, day(scene, ago), 0)


def at_work(scene: Scene, drawn: Random, ago: int) -> int:
    """A moment in that day's working hours; of the Friday before if it is a weekend."""
    on = day(scene, ago)
    on -= timedelta(days=max(0, on.weekday() - 4))
    return _moment(scene, on, 8 * 60 + drawn.randrange(9 * 60)) + drawn.randrange(60_000_000)


def _moment(scene: Scene, on: date, minutes: int) -> int:
    at = datetime.combine(on, time(minutes // 60, minutes % 60), scene.zone)
    return int(at.timestamp()) * 1_000_000


def mates(setting: Setting, drawn: Random, person: int, most: int) -> tuple[int, ...]:
    """At most so many other members of their team."""
    team = next(each.people for each in setting.teams if person in each.people)
    others = [each for each in team if each != person]
    return tuple(drawn.sample(others, drawn.randint(0, most)))


def some(drawn: Random, words: Sequence[str], share: float) -> tuple[str, ...]:
    """One or two of the words, or none."""
    return tuple(drawn.sample(words, drawn.randint(1, 2))) if drawn.random() < share else ()


def values(
    setting: Setting, drawn: Random, owners: tuple[int, ...], *, share: float, ago: int
) -> Values:
    """The custom values of a record of these kinds that began so many days ago."""
    return tuple(
        (place, _value(setting, drawn, field, ago))
        for place, field in enumerate(setting.fields)
        if field.owner in owners and field.kind != HEADING and drawn.random() < share
    )


def _value(setting: Setting, drawn: Random, field: Field, ago: int) -> str:
    if field.choices:
        return drawn.choice(field.choices)
    if field.kind == CHECK_BOX:
        return "true"
    if field.kind == DATE:  # when to deliver, or a birthday
        years = 0 if field.owner == OPPORTUNITY else drawn.randint(25, 60)
        return day(setting.scene, ago - drawn.randint(60, 220) + 365 * years).isoformat()
    return f"{drawn.choice('ABKM')}-{drawn.randint(10_000, 99_999)}"
