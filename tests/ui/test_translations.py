"""Every sentence of a page is translated, and no catalogue holds one that no page says."""

import re
from pathlib import Path

import pytest

from dealwright.ui.translations import best_language, catalogue, catalogues, translations
from tests.translations import TRANSLATED, updated

PLACE = re.compile(r"%\((\w+)\)s")
COMMAND = "run: python -m tests.translations"


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_hold_exactly_what_pages_say(language: str):
    files = updated(language)
    assert {*catalogues(language)} == {*files}, COMMAND
    stale = [path for path, text in files.items() if path.read_bytes() != text]
    assert stale == [], COMMAND


@pytest.mark.parametrize("path", [p for each in TRANSLATED for p in catalogues(each)], ids=str)
def test_every_sentence_is_translated_with_its_values(path: Path):
    for message in catalogue(path):
        texts = [message.string] if isinstance(message.string, str) else [*message.string]
        originals = [message.id] if isinstance(message.id, str) else [*message.id]
        if message.id:
            assert all(texts), f"not translated: {message.id}"
            for text in texts:
                assert {*PLACE.findall(text)} <= {*PLACE.findall("".join(originals))}, message.id


def test_translation_and_plural_are_found():
    russian = translations("ru")
    assert russian.gettext("Sign in") == "Войти"
    assert russian.ngettext("%(n)s day", "%(n)s days", 3) % {"n": 3} == "3 дня"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("de,en;q=0.5,ru;q=0.7", "ru"),
        ("fr", "en"),
        ("ru;q=nonsense", "ru"),
    ],
)
def test_best_language_follows_the_browser(header: str, language: str):
    assert best_language(header, "en") == language
