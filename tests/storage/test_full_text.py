"""A text search finds the same records on both databases, by index or without, as Python would."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from dealwright.errors import Invalid
from dealwright.storage import schema
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.statements.change import Change, Put, Step
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import MOST_WORDS, fold, matches, terms, words
from tests import postgres

ANN = "00000000-0000-0000-0000-000000000001"
TITLES = [
    "",
    "Cloud audit pilot for Müller & Söhne",
    "cloudy, with a 50% chance of a_b",
    "ЖУК и Ёлка, договор №7",
    "it's a \"quoted\" audit\\pilot: a|b & c !d (e) 'f'",
    "会議 の資料 東京",
    "🚀 launch — straße STRASSE",
    "x" * 70 + " " + "pilot cloud",
    "long " + " ".join(f"word{n}" for n in range(300)) + " audit",
    "and or not near: tsquery *",
]
PIECES = [
    *(
        "cloud",
        "CLOU",
        "pilot",
        "audit",
        "müller",
        "muller",
        "жук",
        "ж",
        "елка",
        "strasse",
        "会",
        "東京",
    ),
    *(
        "50",
        "a",
        "b",
        "🚀",
        "word29",
        "x" * 70,
        "not",
        "near",
        "'",
        "\\",
        "&",
        "|",
        "!",
        ":*",
        '"',
        "*",
        "(",
    ),
    *('"cloud audit"', '"audit pilot"', '"pilot for"', '"a b"', '"会議"'),
]


@shape
def finding(needles: int, indexed: bool) -> Statement:
    found = matches(schema.contact, schema.contact_text, needles, indexed=indexed)
    return Statement(select(schema.contact.c.id).where(found).order_by(schema.contact.c.id))


class Library:
    def __init__(self, *addresses: str) -> None:
        self.runner = asyncio.Runner()
        for address in addresses:
            self.runner.run(upgrade(address))
        self.databases = [self.runner.run(open_database(each)) for each in addresses]
        for database in self.databases:
            self.runner.run(fill(database))

    def close(self) -> None:
        for database in self.databases:
            self.runner.run(database.close())
        self.runner.close()

    def search(self, text: str) -> list[list[int]]:
        request = terms(text)
        found = []
        for database in self.databases:
            for indexed in (True, False):
                statement = finding(len(request.needles), indexed)
                job = fetching(statement, request.values())
                found.append([id for (id,) in self.runner.run(database.read(job))])
        return found


def fetching(statement: Statement, values: dict[str, str]) -> Any:
    return lambda session: session.fetch(statement, values)


async def fill(database: Database) -> None:
    await database.write(put_all, transaction=True)


async def put_all(session: Session) -> None:
    person = {
        "id": ANN,
        **dict.fromkeys(("user_name", "email", "email_key", "first_name", "last_name"), "ann"),
        "role": "user",
        "created_on": 0,
    }
    await session.save(Change(None, (Put(schema.person, person),)))
    for id, title in enumerate(TITLES):
        # The first words come in with an update, as those of a renamed record do.
        for each in (TITLES[id - 1], title):
            await session.save(contact(id, each))


def contact(id: int, title: str) -> Change:
    folded = fold([title])
    row = {
        "id": id,
        "is_company": True,
        "display_name": title[:200],
        "display_key": title[:200],
        "share_type": 1,
        "search_text": folded.short,
        "is_long_text": folded.is_long,
        **dict.fromkeys(("created_by", "modified_by"), ANN),
        **dict.fromkeys(("created_on", "modified_on"), 0),
    }
    text: Step = Put(schema.contact_text, {"id": id, "words": folded.words}, "update")
    return Change(None, (Put(schema.contact, row, "update"), text))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Library]:
    address = postgres.fresh_database(server)
    library = Library(str(tmp_path_factory.mktemp("library") / "portal.db"), address)
    yield library
    library.close()
    postgres.drop_database(address)


def expected(text: str) -> list[int]:
    needles = terms(text).needles
    stored = {id: f" {' '.join(words(title))} " for id, title in enumerate(TITLES)}
    return [
        id for id, all_words in stored.items() if all(needle in all_words for needle in needles)
    ]


@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join) | st.text(max_size=5)
)
def test_all_ways_of_searching_find_the_same(library: Library, text: str) -> None:
    if terms(text).needles:
        assert library.search(text) == [expected(text)] * 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cloud audit", [1]),
        ("clou", [1, 2, 7]),
        ("loud", []),
        ("MULLER sohne", [1]),
        ("елка", [3]),
        ("京", [5]),
        ("🚀", [6]),
        ('"audit pilot"', [1, 4]),
        ('"audit pil"', []),
        ("word299 audit", [8]),
    ],
)
def test_a_search_finds(library: Library, text: str, found: list[int]) -> None:
    assert library.search(text) == [found] * 4


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_full_text_index_is_used(library: Library, name: str) -> None:
    database = next(each for each in library.databases if each.dialect == name)
    plan = library.runner.run(database.read(lambda session: session.explain(finding(1, True))))
    assert "ix_contact_text_words" in plan or "VIRTUAL TABLE INDEX" in plan, plan


def test_a_search_has_no_more_words_than_a_condition_may_have_parts() -> None:
    many = " ".join(f"w{number}" for number in range(MOST_WORDS))
    assert terms(f"{many} {many}")
    with pytest.raises(Invalid, match=f"at most {MOST_WORDS} different words"):
        terms(f"{many} more")
