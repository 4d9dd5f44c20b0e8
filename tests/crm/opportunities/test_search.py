"""Text search: every word must start a word of the title, the description or a custom value, in any
case, accent and script. A phrase in double quotes must occur word for word."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.making import make_opportunity
from tests.running import Portal

FILTER = "crm/opportunity/filter"
MOST = 65_000  # characters of a description, and of a custom value


def found(portal: Portal, text: str, **query: Any) -> list[int]:
    """Searches twice: without another filter the full-text index answers, with one it does not."""
    answers = [
        portal.call("GET", f"{FILTER}?{urlencode({'filterValue': text, **query, **more})}")
        for more in ({}, {"stageType": "Open"})
    ]
    for answer in answers:
        assert answer.status == 200, answer.text
        assert answer.json["total"] == len(answer.response)
    first, second = ([row["id"] for row in answer.response] for answer in answers)
    assert sorted(first) == sorted(second)
    return sorted(first)


def word() -> str:
    """A word that no other text contains."""
    return f"w{uuid4().hex}"


@pytest.fixture
def field(portal: Portal) -> int:
    wished = {"label": "Note", "fieldType": 1, "mask": '{"rows":5,"cols":40}'}
    answer = portal.call("POST", "crm/opportunity/customfield", json=wished, as_="root")
    assert answer.status == 201, answer.text
    opportunity_id: int = answer.response["id"]
    return opportunity_id


@pytest.mark.parametrize(
    ("text", "searched", "missed"),
    [
        (
            "Müller & Söhne GmbH, 2. Angebot",
            ["müller", "MULLER", "Mu\u0308ller", "soh", "gmbh ang 2", "müller, söhne; gmbh!"],
            ["üller", "uller", "gebot", "muller & sons", "mueller"],
        ),
        (
            "Договор №7 с ООО «Ёлка» на поставку",
            ["ДОГОВОР", "дог", "елка", "ЁЛКА", "№7", "7", "поставку елка"],
            ["оговор", "лка", "8", "договоры"],
        ),
        ("Straße und Fuß", ["strasse", "STRASSE", "straße", "fuss"], ["trasse", "strase"]),
        ("Έργο στη Θεσσαλονίκη ΟΔΟΣ", ["εργο", "θεσσαλονικη", "οδος", "οδοσ"], ["ργο"]),
        ("İSTANBUL şubesi", ["istanbul", "sube", "ŞUBE"], ["stanbul"]),
        ("عَقْدٌ جديد", ["عقد", "جديد", "جد"], ["قد"]),
        ("חוֹזֶה חדש", ["חוזה", "חד"], ["זה"]),
        ("हिन्दी में अनुबंध।", ["हिन्दी", "हि", "अनु", "अनुबंध"], ["न्दी", "बंध", "हाथ"]),
        ("สัญญาใหม่ฉบับแรก", ["สัญญา", "ใหม่", "ใหม"], ["หมใ", "ใหม่สัญญา"]),
        ("東京都との契約書", ["東京", "契約", "都との", "東京 契約"], ["京東", "東都", "約契"]),
        ("한국 지사 계약", ["한국", "계약", "지사 한"], ["국", "약"]),
        ("می\u200cخواهم قرارداد", ["میخواهم", "می\u200cخواهم", "قرار"], ["خواهم"]),
        (
            "Launch 🚀🎉 👍🏽 👨\u200d👩\u200d👧 ❤\ufe0f",
            ["🚀", "🎉 launch", "👍", "👍🏽", "👨\u200d👩\u200d👧", "❤", "❤\ufe0f"],
            ["👎", "🎊"],
        ),
        (
            r"50% of a_b, C:\path 100%",
            ["50%", "50", "a_b", "a b", "b", "path", r"c:\path", "100% 50%"],
            ["5%0", "0%", "a%b c d", "_th", "p_th", "%ath", "*ath"],
        ),
        (
            "O'Neil's e-mail x@y.example it's",
            ["o'neil", "e-mail", "mail", "x@y", "y.example", "neil's", "o’neil"],
            ["neils", "ample", "o''neill"],
        ),
        (
            "Cloud audit pilot, near or not and",
            ["audit pil", "pilot cloud", "near", "or", "not", "and", "audit*", "-audit", "+audit"],
            [
                "pilots",
                "audit NOT cloudy",
                "loud",
                "title:audit",
                "NEAR(audit stone)",
                "a OR stone",
            ],
        ),
        (
            "Tom & Jerry (2026) [draft] {x} ^y ~z !w | a <b> 'c' \\d ; -- e",
            ["tom & jerry", "tom|jerry", "!tom", "(2026)", "[draft]", "x:*", "'c'", "^y ~z", "--"],
            ["tom & spike", "!spike", "tom|spike"],
        ),
    ],
)
def test_search_matches_the_start_of_words(
    portal: Portal, text: str, searched: list[str], missed: list[str]
) -> None:
    mark = word()
    opportunity_id = make_opportunity(portal, title=f"{mark} {text}"[:255])
    for query in searched:
        assert found(portal, f"{mark} {query}") == [opportunity_id], query
        assert found(portal, f"{query} {mark[:20]}") == [opportunity_id], query
    for query in missed:
        assert found(portal, f"{mark} {query}") == [], query


@pytest.mark.parametrize(
    "query", ["%", "_", "*", '""', '"', "- ! ?", "'", "\\", ".", "\u200d", " "]
)
def test_text_without_a_word_matches_nothing(portal: Portal, query: str) -> None:
    make_opportunity(portal, title=f"A {query} B")
    assert found(portal, query) == []


def test_absent_or_empty_text_is_no_filter(portal: Portal) -> None:
    mark = make_opportunity(portal)
    total = portal.call("GET", f"{FILTER}?count=1").json["total"]
    newest = f"{FILTER}?sortBy=id&sortOrder=descending&count=1"
    answer = portal.call("GET", f"{newest}&filterValue=")
    assert (answer.response[0]["id"], answer.json["total"]) == (mark, total)


@pytest.mark.parametrize(
    ("phrase", "is_found"),
    [
        ('"cloud audit"', True),
        ('"CLOUD  Audit!"', True),
        ('"audit pilot"', True),
        ('"cloud audit pilot"', True),
        ('"audit cloud"', False),
        ('"cloud pilot"', False),
        ('"audit pil"', False),
        ('"loud audit"', False),
        ('"cloud audit" pil', True),
        ('pil "cloud audit"', True),
        ('"cloud audit" "pilot"', True),
        ('"cloud audit" "pil"', False),
        ('"pilot"', True),
        ('"pil"', False),
        ('"cloud audit', True),
        ('cloud" audit pil', True),
        ('"" cloud', True),
        ('"pilot first"', False),
        ('"第一 回"', True),
        ('"回 第一"', False),
        ('"second third"', False),
        ('"third"', True),
    ],
)
def test_phrase_matches_word_for_word(
    portal: Portal, field: int, phrase: str, is_found: bool
) -> None:
    """A phrase does not begin in one text of a record and end in another."""
    mark = word()
    opportunity_id = make_opportunity(
        portal,
        title=f"{mark} cloud-audit Pilot",
        description="First 第一回 second",
        customFieldList=[{"key": field, "value": "third"}],
    )
    assert found(portal, f"{mark} {phrase}") == ([opportunity_id] if is_found else [])


def test_all_texts_of_a_record_are_searched_together(portal: Portal, field: int) -> None:
    title, description, value = word(), word(), word()
    opportunity_id = make_opportunity(
        portal,
        title=title,
        description=f"Something {description}",
        customFieldList=[{"key": field, "value": f"more {value}"}],
    )
    assert found(portal, f"{value} {title} {description}") == [opportunity_id]
    assert found(portal, f"{value} {title} {word()}") == []


def test_comma_does_not_split_the_text(portal: Portal) -> None:
    mark = word()
    opportunity_id = make_opportunity(portal, title=f"{mark} one, two")
    assert found(portal, f"{mark},two,one") == [opportunity_id]
    assert found(portal, f"{mark},three") == []


def test_change_is_found_at_once_and_the_replaced_text_no_more(portal: Portal, field: int) -> None:
    old, new, value, other = word(), word(), word(), word()
    opportunity_id = make_opportunity(
        portal, title=old, customFieldList=[{"key": field, "value": f"is {value}"}]
    )
    path = f"crm/opportunity/{opportunity_id}"
    inputs = {"responsibleid": portal.id_of("ann"), "stageid": 1, "bidCurrencyAbbr": "EUR"}
    for sent, present, absent in (
        ({"title": new}, (new, value), (old,)),
        (
            {"title": new, "description": old, "customFieldList": [{"key": field, "value": other}]},
            (new, old, other),
            (value,),
        ),
        (
            {"title": new, "customFieldList": [{"key": field, "value": ""}]},
            (new,),
            (old, value, other),
        ),
    ):
        answer = portal.call("PUT", path, json={**inputs, **sent})
        assert answer.status == 200, answer.text
        assert [each for each in present if found(portal, each) != [opportunity_id]] == []
        assert [each for each in absent if found(portal, each)] == []
    payload = {"fieldValue": value}
    assert portal.call("POST", f"{path}/customfield/{field}", json=payload).status == 201
    assert found(portal, value) == [opportunity_id]
    assert portal.call("DELETE", path).status == 200
    assert found(portal, new) == found(portal, value) == []
    items = {"items": [{"entityType": "opportunity", "id": opportunity_id}]}
    assert portal.call("PUT", "crm/trash/restore", json=items).status == 200
    assert found(portal, f"{value} {new}") == [opportunity_id]


@pytest.mark.parametrize("length", [509, 510, 511, 512, 513, 2700, 8000, MOST])
@pytest.mark.parametrize("letter", ["x", "я", "語", "𠀀"])
def test_text_of_any_length_is_searched_to_its_end(
    portal: Portal, length: int, letter: str
) -> None:
    mark, last = word(), word()
    filling = length - len(last) - 2
    text = f"{letter * filling}. {last}"
    opportunity_id = make_opportunity(portal, title=mark, description=text)
    assert found(portal, last) == found(portal, f"{last} {mark}") == [opportunity_id]
    assert found(portal, f"{mark} {letter * 20}") == [opportunity_id]
    assert found(portal, f"{mark} {word()}") == []


def test_longest_texts_are_stored_and_searched_alike_in_every_field(
    portal: Portal, field: int
) -> None:
    """Of all words of a record together, the first two hundred thousand characters are searched."""
    mark, last_of_first, late = word(), word(), word()
    different = "".join(chr(0x20000 + n) for n in range(2 * MOST - 200))
    first, second = different[: MOST - 100], different[MOST - 100 :]
    opportunity_id = make_opportunity(
        portal,
        title=mark,
        description=f"{first} {last_of_first}",
        customFieldList=[{"key": field, "value": f"{second} {late}"}],
    )
    for query in (mark, last_of_first, f"{mark} {first[-30:]}", f"{mark} {second[:30]}"):
        assert found(portal, query) == [opportunity_id]
    assert found(portal, late) == []
    shown = portal.call("GET", f"crm/opportunity/{opportunity_id}").response
    values = {each["id"]: each["fieldValue"] for each in shown["customFields"]}
    assert values[field] == f"{second} {late}"


def test_as_many_words_as_a_text_may_hold_are_searched(portal: Portal) -> None:
    mark = word()
    opportunity_id = make_opportunity(portal, title=mark, description="a b c d")
    query = (f"{mark} " + "a b c d " * 200)[:1000]
    assert found(portal, query) == [opportunity_id]
    assert found(portal, query[:-2] + " e") == []
    phrases = (f"{mark} " + '"a" "b c" ' * 200)[:1000]
    assert found(portal, phrases) == [opportunity_id]
    different = (f"{mark} " + " ".join(chr(0x3B1 + n % 24) + str(n) for n in range(300)))[:1000]
    assert found(portal, different) == []


def test_longer_text_and_forbidden_characters_get_400(portal: Portal) -> None:
    for text, reason in (("x" * 1001, "1000"), ("a\0b", "filterValue"), ("\ufffe", "filterValue")):
        answer = portal.call("GET", f"{FILTER}?{urlencode({'filterValue': text})}")
        assert answer.status == 400
        assert reason in answer.json["error"]["message"]
    assert portal.call("GET", f"{FILTER}?filterValue=%ff%fe").status == 400


def test_word_longer_than_any_index_key_is_found_whole(portal: Portal) -> None:
    long = word() * 7
    opportunity_id = make_opportunity(portal, title=long[:230])
    assert found(portal, long[:230]) == found(portal, long[:60]) == [opportunity_id]
