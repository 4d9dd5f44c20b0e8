"""Texts that grow when they are folded for the search: what is looked at is bounded before it is
folded, and what did not change is not folded again."""

import unicodedata
from collections.abc import Iterator

import pytest

from dealwright.records import search_words
from dealwright.storage import text
from dealwright.storage.text import LONGEST, LONGEST_TITLE, MOST_MARKS, PIECE, fold, sort_key, words
from tests.making import make_opportunity
from tests.running import Portal

GROWS = "\ufdfa"  # eighteen letters in four words when folded
LONGEST_TEXT = 65_000
without_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.fixture
def normalized(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many characters each call of Unicode's normalization got."""
    sizes: list[int] = []
    normalize = unicodedata.normalize

    def noted(form: str, given: str) -> str:
        sizes.append(len(given))
        return normalize(form, given)

    monkeypatch.setattr(unicodedata, "normalize", noted)
    yield sizes


@pytest.mark.parametrize("given", [GROWS, f"{GROWS} ", "\u00bd", "сло ", "\u3300"])
def test_eleven_texts_that_grow_are_cut_before_they_are_folded(normalized: list[int], given: str):
    long = (given * LONGEST_TEXT)[:LONGEST_TEXT]
    folded = fold([long] * 11)
    assert len(folded.words) <= LONGEST
    # A piece grows at most eighteenfold, and is normalized again when it has grown.
    assert sum(normalized) <= 19 * (2 * LONGEST + PIECE)


def test_many_texts_take_no_more_than_one_of_their_length(normalized: list[int]):
    long = GROWS * LONGEST_TEXT
    fold([long])
    one = sum(normalized)
    normalized.clear()
    fold([long] * 1000)
    assert sum(normalized) == one


def test_a_long_text_has_the_words_of_its_parts():
    short = "Straße ﬁne Ёлка 漢字 e\u0301t\u00e9 0,5 №7 "
    assert words(short * 3000) == [
        *words(short * 1000),
        *words(short * 1000),
        *words(short * 1000),
    ]
    assert fold([short * 1500]).words.split() == words(short * 1500)


@pytest.mark.parametrize(
    "mark", ["\u0301\u0316", "\u0f73", "\uff9e\u0301", "\u0345\u0323", "\u0f71\u0f72"]
)
def test_no_more_than_thirty_marks_of_a_character_are_sorted(
    monkeypatch: pytest.MonkeyPatch, mark: str
):
    normalize = unicodedata.normalize

    def checked(form: str, given: str) -> str:
        run = 0
        for character in given:
            is_mark = unicodedata.combining(normalize("NFKD", character)[0]) != 0
            run = run + 1 if is_mark else 0
            assert run <= 2 * MOST_MARKS  # of a text that was decomposed already
        return normalize(form, given)

    monkeypatch.setattr(unicodedata, "normalize", checked)
    assert words("a" + mark * 10_000 + " b")[0].startswith("a")
    assert words(f"a{mark} b") == ["a", "b"] or "\u0345" in mark


def test_marks_do_not_part_a_word():
    assert words("e\u0301\u0327lan") == ["elan"]
    assert words("e" + "\u0301" * 40 + "lan") == ["elan"]


def test_a_title_is_cut_before_it_is_folded_to_sort(normalized: list[int]):
    sort_key(GROWS * LONGEST_TEXT)
    assert normalized[0] == 8 * LONGEST_TITLE


@without_database
def test_a_change_of_the_stage_folds_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch):
    own = portal.fresh()
    made = make_opportunity(own, description=GROWS * LONGEST_TEXT)
    stages = own.call("GET", "crm/opportunity/stage").response
    folded: list[object] = []
    monkeypatch.setattr(search_words, "fold", lambda texts: folded.append(texts))
    moved = own.call("PUT", f"crm/opportunity/{made}/stage/{stages[1]['id']}")
    assert moved.status == 200, moved.text
    assert folded == []


@without_database
def test_what_is_folded_of_a_search_is_at_most_its_thousand_characters(
    portal: Portal, normalized: list[int]
):
    search = GROWS * 250 + "x" * 751
    answer = portal.call("GET", "crm/opportunity/filter", form={"filterValue": search}, as_="ann")
    assert answer.status == 200
    assert max(normalized, default=0) < 19 * 1001


def test_the_bounds_are_those_that_are_written_down():
    assert (text.LONGEST, text.PIECE, text.MOST_MARKS) == (200_000, 8192, 30)
