"""Sentences of pages in the languages of people: gettext catalogues, compiled when they are loaded.

`python -m tests.translations` collects into them what templates and modules say.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

PACKAGE = Path(__file__).parents[1]
# As each calls itself, in the order in which they are offered.
LANGUAGES = {"en": "English", "ru": "Русский"}
# What the sentences in the code are written in.
ORIGINAL = "en"


def catalogues(language: str) -> list[Path]:
    """The files of a language: each slice has its own, `ui` has what several say."""
    return sorted(PACKAGE.rglob(f"translations/{language}.po"))


def catalogue(path: Path) -> Catalog:
    """What one file holds."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


@cache
def translations(language: str) -> NullTranslations:
    """How a language says things. Raises KeyError for one that is not offered."""
    if language == ORIGINAL:
        return NullTranslations()
    if language not in LANGUAGES:
        raise KeyError(language)
    whole = Catalog(locale=language)
    for path in catalogues(language):
        for message in catalogue(path):
            if message.id:
                whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def best_language(accept_language: str, default: str) -> str:
    """The offered language that an Accept-Language header puts first, else `default`."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:500].split(",")):
        tag, _, quality = part.partition(";q=")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            ranked.append((-_quality(quality), place, language))
    return min(ranked)[2] if ranked else default


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
