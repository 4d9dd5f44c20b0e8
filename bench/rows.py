"""The rows of a large portal to measure on: the same for the same size, on every machine.

Knows the tables, not how rows get into them."""

import random
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Table

from dealwright.storage import schema
from dealwright.storage.text import Folded, fold, sort_key

SEED = 20_261_120
PEOPLE, STAGES = 50, 6
USER = 7  # the ordinary user who asks
DAY = 86_400_000_000
NEWEST = 1_795_132_800_000_000  # 2026-11-20
CURRENCIES = ("USD", "EUR", "GBP", "RUB")
REGIONS = ("north", "south", "east", "west")
SOURCES = ("fair", "referral", "website")
# A record holds 16 of them, so that one of them is found in about every ninth record.
WORDS = """account acid airport analytics annual apparel archive assembly audit bakery bank barcode
battery beacon boiler border branch bridge brochure builder bundle cable calibration camera campus
cargo catalogue cellar ceramic charger chemical clinic cloud coating coffee college compass concert
contract copper courier crane dairy dashboard delivery dental desk diesel display dock drone dryer
elevator energy engine estate exhibit express fabric factory farm fastener ferry fibre filter fleet
forest foundry freight furnace garden gateway glass grain granite harbour hardware heater helmet
hosting hotel imaging ink insulation inventory irrigation jewel journal kiosk kitchen laboratory
laser laundry leather library license lighting logistics lumber machine maintenance marina marble
medical meter migration mill mobile motor museum network nursery office optics orchard outlet
packaging paint paper parking pharmacy pilot pipeline plaster platform plumbing polymer printer
pump quarry quote rack radio railway refit renewal rental repair resin retail robot rollout roof
sawmill scanner school security sensor server shelter shipyard signage silo solar stadium steel
storage studio supply support survey switch tannery terminal textile theatre tile timber tool
tractor training transit trolley turbine uniform upgrade valve vehicle ventilation vineyard voice
warehouse warranty welding winery workshop""".split()  # noqa: SIM905, five times shorter so
Columns = Sequence[str]
Rows = Iterable[tuple[Any, ...]]


def person_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def token_of(n: int) -> str:
    """The API token of the n-th user; the first is the owner, the others are ordinary users."""
    return f"bench-token-of-user-{n}"


def stage_title(n: int) -> str:
    return f"Stage {n}"


def is_private(n: int) -> bool:
    """Every tenth opportunity is seen only by its responsible and two others."""
    return n % 10 == 0


def tables(
    opportunities: int, *, with_tasks: bool = False
) -> Iterator[tuple[Table, Columns, Rows]]:
    """Table, columns, rows; in an order in which references hold."""
    contacts = opportunities // 2
    every = range(1, opportunities + 1)
    yield schema.portal, *_portal()
    yield schema.person, *_people()
    yield schema.token, *_tokens()
    yield schema.pipeline, ("id", "title", "sort_order"), [(1, "Sales", 1)]
    yield schema.stage, *_stages()
    yield schema.custom_field, *_custom_fields()
    yield schema.contact, *_contacts(contacts)
    yield schema.contact_text, ("id", "words"), _contact_texts(contacts)
    yield schema.opportunity, *_opportunities(every, contacts)
    yield schema.opportunity_text, ("id", "words"), ((n, _texts(n)[2].words) for n in every)
    yield schema.opportunity_access, ("opportunity_id", "person_id"), _access(every)
    yield schema.opportunity_member, ("opportunity_id", "contact_id"), _members(every, contacts)
    yield schema.opportunity_value, ("opportunity_id", "field_id", "value"), _values(every)
    yield schema.stage_stay, *_stays(every)
    if with_tasks:
        yield schema.task, *_tasks(every, contacts)
        words = ((n, fold([_task_title(n)]).words) for n in every)
        yield schema.task_text, ("id", "words"), words
    yield schema.counter, ("name", "slot", "value"), _counters(every, contacts)


def _portal() -> tuple[Columns, Rows]:
    columns = ("id", "language", "currency", "is_documented", "secret", "created_on")
    return columns, [(1, "en", "USD", False, "secret of a portal to measure on", NEWEST)]


def _people() -> tuple[Columns, Rows]:
    columns = ("id", "user_name", "email", "email_key", "first_name", "last_name", "role")
    roles = ["owner", *["user"] * (PEOPLE - 1)]
    mails = [f"user{n}@example.com" for n in range(PEOPLE)]
    return (*columns, "created_on"), [
        (person_id(n), f"user{n}", mails[n], mails[n], "User", f"Number {n}", role, NEWEST)
        for n, role in enumerate(roles)
    ]


def _tokens() -> tuple[Columns, Rows]:
    columns = ("person_id", "hash", "kind", "title", "scope", "created_on")
    return columns, [
        (person_id(n), sha256(token_of(n).encode()).hexdigest(), "api", "bench", "write", NEWEST)
        for n in range(PEOPLE)
    ]


def _stages() -> tuple[Columns, Rows]:
    columns = ("id", "title", "color", "sort_order", "success_probability", "stage_type")
    kinds = [0] * (STAGES - 2) + [1, 2]
    return columns, [
        (n + 1, stage_title(n + 1), "#b58fd6", n + 1, 10 * n, kind) for n, kind in enumerate(kinds)
    ]


def _custom_fields() -> tuple[Columns, Rows]:
    columns = ("id", "entity_type", "label", "field_type", "position")
    return columns, [(1, 1, "Region", 0, 1), (2, 1, "Source", 0, 2)]


def _company(n: int) -> str:
    return f"Company {n} {WORDS[n % len(WORDS)]}"


def _contacts(count: int) -> tuple[Columns, Rows]:
    columns = (
        "id", "is_company", "company_name", "display_name", "display_key", "share_type",
        "search_text", "created_by", "created_on", "modified_by", "modified_on",
    )  # fmt: skip

    def row(n: int) -> tuple[Any, ...]:
        name, made = _company(n), (person_id(0), NEWEST - n)
        return n, True, name, name, sort_key(name), 1, fold([name]).short, *made, *made

    return columns, map(row, range(1, count + 1))


def _contact_texts(count: int) -> Rows:
    return ((n, fold([_company(n)]).words) for n in range(1, count + 1))


def _opportunities(every: Iterable[int], contacts: int) -> tuple[Columns, Rows]:
    columns = (
        "id", "title", "title_key", "description", "responsible_id", "contact_id", "bid_type",
        "bid_value", "bid_currency", "per_period_value", "stage_id", "success_probability",
        "actual_close_on", "expected_close_on", "close_on", "is_private", "search_text",
        "is_long_text", "created_by", "created_on", "modified_by", "modified_on", "rank",
        "stage_since", "touched_on",
    )  # fmt: skip

    def row(n: int) -> tuple[Any, ...]:
        chance = random.Random(-SEED - n)
        title, description, words = _texts(n)
        stage = chance.randrange(STAGES) + 1
        person = person_id(chance.randrange(PEOPLE))
        created = NEWEST - chance.randrange(900 * DAY)
        expected = created + 60 * DAY
        actual = created + 50 * DAY if stage > STAGES - 2 else None
        return (
            n, title, sort_key(title), description, person, chance.randrange(contacts) + 1, n % 6,
            chance.randrange(10**9), CURRENCIES[n % 4], n % 12, stage, 10 * (stage - 1),
            actual, expected, actual or expected, is_private(n), words.short,
            words.is_long, person, created, person, created,
            f"{500_000_000_000_000_000 - created:015x}{n:07x}", created, created,
        )  # fmt: skip

    return columns, map(row, every)


def _stays(every: Iterable[int]) -> tuple[Columns, Rows]:
    """Each stands on its stage since it was created."""
    columns = ("opportunity_id", "stage_id", "stage_title", "entered_on", "entered_by")

    def row(n: int) -> tuple[Any, ...]:
        chance = random.Random(-SEED - n)
        stage = chance.randrange(STAGES) + 1
        person = person_id(chance.randrange(PEOPLE))
        return n, stage, stage_title(stage), NEWEST - chance.randrange(900 * DAY), person

    return columns, map(row, every)


def _texts(n: int) -> tuple[str, str, Folded]:
    """Title, description, and what is searched."""
    chance = random.Random(SEED + n)
    title = " ".join(chance.sample(WORDS, 4)) + f" {n}"
    description = " ".join(chance.choices(WORDS, k=12))
    return title, description, fold([title, description, *(text for _, text in _custom(n))])


def _custom(n: int) -> list[tuple[int, str]]:
    return [(1, REGIONS[n % 4]), (2, SOURCES[n % 3])]


def _access(every: Iterable[int]) -> Rows:
    for n in filter(is_private, every):
        for person in random.Random(SEED + n).sample(range(PEOPLE), 2):
            yield n, person_id(person)


def _members(every: Iterable[int], contacts: int) -> Rows:
    for n in every:
        for contact in random.Random(SEED + 7 + n).sample(range(1, contacts + 1), 2):
            yield n, contact


def _values(every: Iterable[int]) -> Rows:
    return ((n, field, text) for n in every for field, text in _custom(n))


def _task_title(n: int) -> str:
    return f"Call {WORDS[n % len(WORDS)]} {n}"


def _tasks(every: Iterable[int], contacts: int) -> tuple[Columns, Rows]:
    """As many as opportunities: a third belong to one, a third to a contact, every fifth is
    done."""
    columns = (
        "id", "title", "title_key", "deadline", "responsible_id", "contact_id", "opportunity_id",
        "is_closed", "search_text", "created_by", "created_on", "modified_by", "modified_on",
    )  # fmt: skip

    def row(n: int) -> tuple[Any, ...]:
        title, chance = _task_title(n), random.Random(SEED - n)
        person = person_id(chance.randrange(PEOPLE))
        deadline = NEWEST + chance.randrange(-100 * DAY, 100 * DAY)
        contact = chance.randrange(contacts) + 1 if n % 3 == 1 else None
        made = (person, NEWEST - n)
        return (
            n, title, sort_key(title), deadline, person, contact, n if n % 3 == 2 else None,
            n % 5 == 0, fold([title]).short, *made, *made,
        )  # fmt: skip

    return columns, map(row, every)


def _counters(every: Sequence[int], contacts: int) -> Rows:
    private = sum(map(is_private, every))
    yield "opportunity.public", 0, len(every) - private
    yield "opportunity.private", 0, private
    yield "contact.public", 0, contacts
