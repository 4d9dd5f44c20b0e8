"""Templates of all slices: `people/sign_in/login.html` lies in `people/sign_in/templates/`.

One environment for each language and time zone, since macros see nothing but its globals. Undefined
names are errors, everything printed is escaped. Templates call no Python but what is listed here.
"""

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from jinja2 import BytecodeCache, Environment, FunctionLoader, StrictUndefined
from jinja2.ext import Extension

from dealwright.ui.assets import PACKAGE, assets
from dealwright.ui.avatars import avatar
from dealwright.ui.formats import Formats
from dealwright.ui.translations import LANGUAGES, translations

# Stands where a response's nonce belongs until it is rendered; nobody outside can guess it, so
# what users wrote never turns into a nonce.
NONCE = f"nonce-{token_hex(16)}"
_ELEMENT = re.compile(r"\s(?=hx-(?:get|post|sse:connect)=)")
_FORMATS = (
    *("money", "number", "percent", "date", "long_date", "time", "date_time", "full_date_time"),
    *("compact", "iso", "month", "weekday", "days", "days_in_words", "ago"),
)


class _Nonces(Extension):
    """Marks every element of a template that sends a request: htmx ignores those without."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _ELEMENT.sub(f' hx-nonce="{NONCE}" ', source)


@lru_cache(maxsize=64)
def environment(language: str, zone: tzinfo) -> Environment:
    """What renders templates for people who read a language and live in a time zone."""
    said = translations(language)
    made = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[_Nonces],
        bytecode_cache=_SHARED_CODE,
    )
    formats = Formats(language, zone, said)
    made.globals.update(
        _=_sentence(said.gettext),
        ngettext=_plural(said.ngettext),
        asset=assets().address,
        avatar=avatar,
        formats=formats,
        language=language,
        languages=LANGUAGES,
        nonce=NONCE,
    )
    made.filters.update({name: getattr(formats, name) for name in _FORMATS})
    made.globals["ui"] = made.get_template("ui/components.html").module
    return made


def _sentence(say: Callable[[str], str]) -> Callable[..., str]:
    """`_("Moved to %(stage)s", stage=…)`: values are escaped where the sentence is printed."""

    def sentence(text: str, **values: object) -> str:
        return say(text) % values if values else say(text)

    return sentence


def _plural(say: Callable[[str, str, int], str]) -> Callable[..., str]:
    """`ngettext("%(n)s deal", "%(n)s deals", count)`; `n` is the count unless it is given."""

    def sentence(one: str, many: str, count: int, **values: object) -> str:
        return say(one, many, count) % {"n": count, **values}

    return sentence


def _source(name: str) -> str | None:
    folder, _, file = name.rpartition("/")
    path = PACKAGE / folder / "templates" / file
    return path.read_text(encoding="utf-8") if path.is_file() else None


class _Memory(BytecodeCache):
    """Compiled templates, shared by the environments of all languages and zones."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Any) -> None:
        if (kept := self._kept.get(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Any) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_SHARED_CODE = _Memory()


def template_files() -> list[Path]:
    """Every template of every slice."""
    return sorted(PACKAGE.rglob("templates/*.html"))
