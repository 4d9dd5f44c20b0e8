"""`byprefix` of opportunities, cases and contacts reads a text in the same way."""

from urllib.parse import quote

import pytest

from tests.crm.contacts.making import make_company, word
from tests.making import make_opportunity
from tests.running import Portal

ENTITIES = ["opportunity", "case", "contact"]


def make(portal: Portal, entity: str, title: str) -> int:
    if entity == "opportunity":
        return make_opportunity(portal, title=title)
    if entity == "contact":
        return make_company(portal, companyName=title)
    answer = portal.call("POST", "crm/case", json={"title": title})
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def found(portal: Portal, entity: str, text: str) -> list[int]:
    answer = portal.call("GET", f"crm/{entity}/byprefix?prefix={quote(text)}")
    assert answer.status == 200, answer.text
    return [each["id"] for each in answer.response]


@pytest.mark.parametrize("entity", ENTITIES)
def test_punctuation_of_a_text_must_occur_in_the_title(portal: Portal, entity: str) -> None:
    mark = word()
    plain = make(portal, entity, f"{mark} C A-1 50")
    signs = make(portal, entity, f"{mark} C++ A/1 50% R&D")
    for text in ("C++", "a/1", "50%", "r&d", "/1", "% c+"):
        assert found(portal, entity, f"{mark} {text}") == [signs], text
    for text in ("A-1", "-1"):
        assert found(portal, entity, f"{mark} {text}") == [plain], text
    assert set(found(portal, entity, f"{mark} 50")) == {plain, signs}
    assert found(portal, entity, f"{mark} C#") == found(portal, entity, f"{mark} 5_%") == []


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("text", ["%", "_", "-", "+ +", "\"'", "..", "%%%"])
def test_text_without_a_letter_or_digit_matches_nothing(
    portal: Portal, entity: str, text: str
) -> None:
    make(portal, entity, f"{word()} {text}")
    assert found(portal, entity, text) == []


@pytest.mark.parametrize("entity", ENTITIES)
def test_exact_titles_come_first_then_words_with_that_start(portal: Portal, entity: str) -> None:
    mark = word()
    inside = make(portal, entity, f"1a{mark}b")
    second = make(portal, entity, f"Zoo {mark}land")
    first = make(portal, entity, f"Big {mark} house")
    exact = make(portal, entity, mark.upper())
    assert found(portal, entity, mark) == [exact, first, second, inside]
    assert found(portal, entity, f" {mark.title()}  ") == [exact, first, second, inside]


@pytest.mark.parametrize("entity", ENTITIES)
def test_one_letter_matches_words_that_start_with_it_first(portal: Portal, entity: str) -> None:
    mark = word()
    inside = make(portal, entity, f"{mark} 1z")
    begins = make(portal, entity, f"{mark} Zebra")
    assert found(portal, entity, f"{mark} z") == [begins, inside]


@pytest.mark.parametrize("entity", ENTITIES)
def test_best_match_is_among_the_first_thirty(portal: Portal, entity: str) -> None:
    own = portal.fresh()
    for number in range(31):
        make(own, entity, f"{number:02} axe")
    exact = make(own, entity, "X")
    shown = found(own, entity, "x")
    assert len(shown) == 30
    assert shown[0] == exact


@pytest.mark.parametrize("entity", ENTITIES)
def test_empty_text_matches_all_and_a_too_long_one_nothing(portal: Portal, entity: str) -> None:
    made = make(portal, entity, word())
    assert found(portal, entity, " ")
    assert made
    assert found(portal, entity, " ".join(f"a{number}" for number in range(200))) == []
