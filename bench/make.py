"""Makes a large portal to measure on: `python -m bench.make DATABASE [--opportunities N]`.

Rows go straight into the tables, as many at once as the driver takes; every hundredth would take
minutes by the API. The same seed gives the same portal on both databases."""

import argparse
import asyncio
import itertools
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

import asyncpg

from dealwright.storage import schema
from dealwright.storage.engine import is_postgresql, sqlite_path
from dealwright.storage.migrate import upgrade
from dealwright.storage.text import fold, sort_key

SEED = 20_261_120
PEOPLE, STAGES, TAGS = 50, 6, 40
DAY = 86_400_000_000
NEWEST = 1_795_132_800_000_000
WORDS = [
    "cloud",
    "audit",
    "pilot",
    "quote",
    "renewal",
    "license",
    "migration",
    "support",
    "training",
    "rollout",
    "hosting",
    "backup",
    "network",
    "storage",
    "security",
    "design",
    "review",
    "platform",
    "mobile",
    "branch",
    "office",
    "warehouse",
    "hotel",
    "catalogue",
    "fleet",
    "solar",
    "print",
    "medical",
    "campus",
    "harbour",
    "bakery",
]
Rows = Iterable[tuple[Any, ...]]


def person_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def token_of(n: int) -> str:
    """The API token of the n-th user; the first is the owner, the others are ordinary users."""
    return f"bench-token-of-user-{n}"


def tables(opportunities: int) -> Iterator[tuple[Any, Sequence[str], Rows]]:
    """Table, columns, rows; in an order in which references hold."""
    contacts = opportunities // 2
    yield schema.portal, *_portal()
    yield schema.person, *_people()
    yield schema.token, *_tokens()
    yield schema.stage, *_stages()
    yield (
        schema.custom_field,
        ("id", "entity_type", "label", "field_type", "position"),
        [
            (1, 1, "Region", 0, 1),
            (2, 1, "Source", 0, 2),
        ],
    )
    yield schema.contact, *_contacts(contacts)
    yield (
        schema.contact_text,
        ("id", "words"),
        ((n, _contact_words(n).words) for n in range(1, contacts + 1)),
    )
    yield schema.opportunity, *_opportunities(opportunities, contacts)
    every = range(1, opportunities + 1)
    yield schema.opportunity_text, ("id", "words"), ((n, _texts(n)[2].words) for n in every)
    yield schema.opportunity_access, ("opportunity_id", "person_id"), _access(every)
    yield schema.opportunity_member, ("opportunity_id", "contact_id"), _members(every, contacts)
    yield schema.opportunity_value, ("opportunity_id", "field_id", "value"), _values(every)
    private = sum(_is_private(n) for n in every)
    yield (
        schema.counter,
        ("name", "slot", "value"),
        [
            ("opportunity.public", 0, opportunities - private),
            ("opportunity.private", 0, private),
            ("contact.public", 0, contacts),
        ],
    )


def _portal() -> tuple[Sequence[str], Rows]:
    columns = ("id", "language", "currency", "is_documented", "secret", "created_on")
    return columns, [
        (1, "en", "USD", False, "secret of a portal to measure on", NEWEST - 900 * DAY)
    ]


def _people() -> tuple[Sequence[str], Rows]:
    columns = (
        "id",
        "user_name",
        "email",
        "email_key",
        "first_name",
        "last_name",
        "role",
        "created_on",
    )
    roles = ["owner", *["user"] * (PEOPLE - 1)]
    mails = [f"user{n}@example.com" for n in range(PEOPLE)]
    return columns, [
        (person_id(n), f"user{n}", mails[n], mails[n], "User", f"Number {n}", role, NEWEST)
        for n, role in enumerate(roles)
    ]


def _tokens() -> tuple[Sequence[str], Rows]:
    columns = ("person_id", "hash", "kind", "title", "scope", "created_on")
    return columns, [
        (person_id(n), sha256(token_of(n).encode()).hexdigest(), "api", "bench", "write", NEWEST)
        for n in range(PEOPLE)
    ]


def _stages() -> tuple[Sequence[str], Rows]:
    columns = ("id", "title", "color", "sort_order", "success_probability", "stage_type")
    kinds = [0] * (STAGES - 2) + [1, 2]
    return columns, [
        (n + 1, f"Stage {n + 1}", "#b58fd6", n + 1, 10 * n, kind) for n, kind in enumerate(kinds)
    ]


def _contact_words(n: int) -> Any:
    return fold([f"Company {n} {WORDS[n % len(WORDS)]}"])


def _contacts(count: int) -> tuple[Sequence[str], Rows]:
    columns = (
        "id", "is_company", "company_name", "display_name", "display_key", "share_type", "search_text",
        "created_by", "created_on", "modified_by", "modified_on",
    )  # fmt: skip
    owner = person_id(0)

    def rows() -> Rows:
        for n in range(1, count + 1):
            name = f"Company {n} {WORDS[n % len(WORDS)]}"
            words = _contact_words(n).short
            yield (
                n,
                True,
                name,
                name,
                sort_key(name),
                1,
                words,
                owner,
                NEWEST - n,
                owner,
                NEWEST - n,
            )

    return columns, rows()


def _is_private(n: int) -> bool:
    return n % 10 == 0


def _chance(n: int) -> random.Random:
    return random.Random(SEED + n)


def _texts(n: int) -> tuple[str, str, Any]:
    chance = _chance(n)
    title = " ".join(chance.sample(WORDS, 4)) + f" {n}"
    description = " ".join(chance.choices(WORDS, k=12))
    return title, description, fold([title, description, *(value for _, value in _two_values(n))])


def _two_values(n: int) -> list[tuple[int, str]]:
    return [
        (1, ("north", "south", "east", "west")[n % 4]),
        (2, ("fair", "referral", "website")[n % 3]),
    ]


def _opportunities(count: int, contacts: int) -> tuple[Sequence[str], Rows]:
    columns = (
        "id", "title", "title_key", "description", "responsible_id", "contact_id", "bid_type", "bid_value",
        "bid_currency", "per_period_value", "stage_id", "success_probability", "actual_close_on", "expected_close_on",
        "close_on", "is_private", "search_text", "is_long_text", "created_by", "created_on", "modified_by", "modified_on",
    )  # fmt: skip

    def rows() -> Rows:
        for n in range(1, count + 1):
            chance = _chance(-n)
            title, description, words = _texts(n)
            stage = chance.randrange(STAGES) + 1
            person = person_id(chance.randrange(PEOPLE))
            created = NEWEST - chance.randrange(900 * DAY)
            expected = created + 60 * DAY
            actual = created + 50 * DAY if stage > STAGES - 2 else None
            yield (
                n, title, sort_key(title), description, person, chance.randrange(contacts) + 1, n % 6,
                chance.randrange(10**9), ("USD", "EUR", "GBP", "RUB")[n % 4], n % 12, stage, 10 * (stage - 1), actual,
                expected, actual or expected, _is_private(n), words.short, words.is_long, person, created, person, created,
            )  # fmt: skip

    return columns, rows()


def _access(every: Iterable[int]) -> Rows:
    for n in every:
        if _is_private(n):
            for person in _chance(n).sample(range(PEOPLE), 2):
                yield n, person_id(person)


def _members(every: Iterable[int], contacts: int) -> Rows:
    for n in every:
        for contact in _chance(n + 7).sample(range(1, contacts + 1), 2):
            yield n, contact


def _values(every: Iterable[int]) -> Rows:
    return ((n, field, value) for n in every for field, value in _two_values(n))


async def make(database: str, opportunities: int) -> None:
    """Raises for a database that holds a portal already."""
    await upgrade(database)
    if is_postgresql(database):
        await _fill_postgresql(database, opportunities)
    else:
        await asyncio.to_thread(_fill_sqlite, str(sqlite_path(database)), opportunities)


def _fill_sqlite(path: str, opportunities: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma synchronous=off")
    connection.execute("begin")
    for table, columns, rows in tables(opportunities):
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"insert into {table.name} ({', '.join(columns)}) values ({marks})", rows
        )
    connection.execute("commit")
    connection.execute("analyze")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


async def _fill_postgresql(database: str, opportunities: int) -> None:
    connection = await asyncpg.connect(database)
    for table, columns, rows in tables(opportunities):
        remaining = iter(rows)
        while some := list(itertools.islice(remaining, 20_000)):
            await connection.copy_records_to_table(table.name, records=some, columns=columns)
        if (
            "id" in columns
            and table is not schema.portal
            and table is not schema.person
            and "text" not in table.name
        ):
            await connection.execute(
                f"select setval(pg_get_serial_sequence('{table.name}', 'id'), (select max(id) from {table.name}))"
            )
    await connection.execute("vacuum (analyze)")
    await connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--opportunities", type=int, default=200_000)
    arguments = parser.parse_args()
    asyncio.run(make(arguments.database, arguments.opportunities))
