"""Folding of text for search and sorting, and the search condition. Knows words, not what they
describe.

Both databases fold differently (SQLite lowers only ASCII), so texts are folded here, once, and
stored folded.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    case,
    or_,
    select,
    type_coerce,
)

from dealwright.errors import Invalid
from dealwright.storage.statements.dialect import Contains, ContainsWords, FullTextMatch, constant

# A record with at most this many folded characters has them in a list index. PostgreSQL refuses
# index entries over about 2700 bytes, and a character takes up to four.
SHORT = 512
# The searched text of one record: PostgreSQL holds at most 1 MB of distinct words for one. A title
# and a description in which each character is a word fit.
LONGEST = 200_000
# What is folded at a time of a long text, in characters: one can become eighteen.
PIECE = 8192
# Unicode's own bound on the marks of one character in a stream. Python sorts them in a time that
# grows with the square of their number.
MOST_MARKS = 30
# A longer word is cut, in texts and in searches alike: PostgreSQL's index takes no word over 2 kB.
LONGEST_WORD = 64
LONGEST_TITLE = 255  # of a folded title, by which lists are sorted
# The words of one search: as many as fit into its thousand characters. Folding can make more of
# them (one character stands for a whole Arabic sentence), and SQLite takes no condition of a
# thousand parts.
MOST_WORDS = 500

# Scripts that write words without spaces: each character counts as a word of its own.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
# Emoji are words too: people search for the 🚀 that they put into a title.
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
# Scripts with vowel signs that Python does not count as letters: Thaana, those of India.
_SIGNED = "\u0780-\u07b1\u0900-\u0963\u0966-\u096f\u0971-\u0df3"
_LETTERS = rf"(?:[{_SIGNED}]|[^\W_{_UNSPACED}])+"
_WORD = re.compile(rf"[{_UNSPACED}{_PICTURES}]|{_LETTERS}")
_ASCII_WORD = re.compile("[a-z0-9]+")  # the same for folded ASCII, in a quarter of the time
_RUN = re.compile(rf"[{_UNSPACED}]+|[{_PICTURES}]|{_LETTERS}")
# Letters whose strokes are parts of them in Unicode; people type them without.
_STROKED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t"})
# Characters that change only the look of another or a line break; and № before a number.
_SILENT = re.compile("[\u00ad\u200c\u200d\u2060\u2116\ufe00-\ufe0f\ufeff]")
# Separates the texts of a record, so that no phrase spans two of them.
_BORDER = " | "
# Where there can be a mark of a character: no letter, but for two that decompose into marks.
_MAYBE_MARKS = re.compile(f"[\\W\uff9e\uff9f]{{{MOST_MARKS + 1}}}")
_ALSO_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"  # they become marks when decomposed
_PHRASE = re.compile(r'"([^"]*)"')


def sort_key(text: str) -> str:
    """The text as it sorts: without case and accents, at most LONGEST_TITLE
    characters."""
    return _plain(text[: 8 * LONGEST_TITLE]).strip()[:LONGEST_TITLE]


def words(text: str) -> list[str]:
    """The words of a text without case and accents, in order."""
    plain = _plain(text)
    found = (_ASCII_WORD if plain.isascii() else _WORD).findall(plain)
    return found if len(plain) <= LONGEST_WORD else [word[:LONGEST_WORD] for word in found]


class TitleParts(NamedTuple):
    """A text sought in titles, taken apart: each of `parts` must occur in the folded title, signs
    included. `nothing`: no title can hold it."""

    parts: tuple[str, ...]
    whole: str
    nothing: bool

    def values(self) -> dict[str, str]:
        """The binds of `in_title` and `best_first`."""
        binds = {f"part_{n}": part for n, part in enumerate(self.parts)}
        return binds | ({"whole": self.whole} if self.parts else {})


def title_parts(text: str) -> TitleParts:
    """What stands between spaces, each once; a text without a letter or digit finds nothing, and
    one without anything finds all."""
    whole = sort_key(text)
    parts = tuple(dict.fromkeys(_plain(text).split()))
    if not parts:
        return TitleParts((), "", nothing=False)
    is_hopeless = not words(text) or len(parts) > LONGEST_TITLE // 2
    return TitleParts(() if is_hopeless else parts, whole, nothing=is_hopeless)


def in_title(key: ColumnElement[Any], parts: int) -> list[ColumnElement[Any]]:
    """The conditions that a folded title holds all parts (binds `part_0`…)."""
    return [Contains(key, bindparam(f"part_{n}", type_=String())) for n in range(parts)]


def best_first(key: ColumnElement[Any], parts: int) -> ColumnElement[Any]:
    """A key by which the title that is the sought text comes first, then those with words that
    begin with all its parts (binds `whole`, `part_0`…), then the others, each by title."""
    space = type_coerce(constant(" "), String())
    starts = (
        Contains(space + key, space + bindparam(f"part_{n}", type_=String())) for n in range(parts)
    )
    rank = case(
        (key == bindparam("whole", type_=String()), type_coerce(constant("0"), String())),
        (and_(*starts), type_coerce(constant("1"), String())),
        else_=type_coerce(constant("2"), String()),
    )
    return rank + key


def _few(parts: Iterable[str]) -> list[str]:
    once = list(dict.fromkeys(parts))
    if len(once) > MOST_WORDS:
        raise Invalid("the search text", f"must have at most {MOST_WORDS} different words")
    return once


class Folded(NamedTuple):
    """The stored words of a record: all `words`, and the same in `short` if they are few, else
    empty."""

    short: str
    is_long: bool
    words: str


def fold(texts: Iterable[str | None]) -> Folded:
    """All words of the texts, each with a space before and after it, so that ` ann` finds words
    that start so."""
    parts: list[str] = []
    left = LONGEST
    for text in texts:
        if text and left > 0 and (part := _folded(text, left)):
            parts.append(part)
            left -= len(part) + len(_BORDER)
    joined = f" {_BORDER.join(parts)} "
    if len(joined) > LONGEST:
        joined = joined[: joined.rindex(" ", 0, LONGEST) + 1]
    is_long = len(joined) > SHORT
    return Folded("" if is_long else joined, is_long, joined)


def _folded(text: str, most: int) -> str:
    """The words of a text with spaces between them, or its first ones that reach beyond `most`
    characters: the rest is not even looked at."""
    found: list[str] = []
    size = 0
    for piece in _pieces(text):
        part = " ".join(words(piece))
        if part:
            found.append(part)
            size += len(part) + 1
        if size > most:
            break
    return " ".join(found)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, cut between words where there is a space or a line end."""
    start = 0
    while len(text) - start > PIECE:
        border = max(text.rfind(each, start, start + PIECE) for each in " \n")
        end = border + 1 or start + PIECE
        yield text[start:end]
        start = end
    yield text[start:]


class Terms(NamedTuple):
    """A parsed search text: the stored words must contain all `needles`; `match` is for the
    full-text index."""

    needles: tuple[str, ...]
    match: dict[str, str]

    def values(self) -> dict[str, str]:
        return {f"needle_{n}": needle for n, needle in enumerate(self.needles)} | self.match


def terms(search: str) -> Terms:
    """Every word must start a word of the record; a phrase in double quotes must occur word for
    word. Raises Invalid for too many words."""
    phrases = [found for found in map(words, _PHRASE.findall(search)) if found]
    rest = _PHRASE.sub(" ", search)
    loose = words(rest)
    needles = [f" {' '.join(phrase)} " for phrase in phrases]
    # Text without spaces between words is searched as it is, character by character.
    needles += [f" {' '.join(words(run))}" for run in _RUN.findall(_plain(rest))]
    exact = [word for phrase in phrases for word in phrase]
    return Terms(
        tuple(_few(needles)),
        {
            "match_fts5": " ".join(
                [f'"{word}"' for word in exact] + [f'"{word}"*' for word in loose]
            ),
            "match_tsquery": " & ".join(
                [f"'{word}'" for word in exact] + [f"'{word}':*" for word in loose]
            ),
        },
    )


def matches(table: Table, texts: Table, needles: int, *, indexed: bool) -> ColumnElement[Any]:
    """The condition that a row of `table` contains all needles (binds `needle_0`…).

    `indexed` first asks the full-text index for candidates: right if nothing else limits the rows.
    If other filters leave few rows, reading their words is faster than asking the index for every
    hit of a common word.
    """
    binds = [bindparam(f"needle_{n}", type_=String()) for n in range(needles)]
    long = table.c.is_long_text
    in_short = and_(*(ContainsWords(table.c.search_text, bind) for bind in binds))
    # Looked up record by record: for an `exists` PostgreSQL may read the words of all records.
    in_long = (
        select(and_(*(ContainsWords(texts.c.words, bind) for bind in binds)))
        .where(texts.c.id == table.c.id)
        .scalar_subquery()
    )
    # Two conditions and no `case`, so that the cheap one runs first, and the expensive one only for
    # the remaining rows.
    found = and_(or_(long, in_short), or_(~long, in_long))
    return and_(FullTextMatch(table.c.id, texts), found) if indexed else found


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    silent = _SILENT.sub("", text)
    decomposed = unicodedata.normalize("NFKD", _with_few_marks(silent)).casefold()
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", decomposed)
        if not unicodedata.combining(character)
    ).translate(_STROKED)


def _with_few_marks(text: str) -> str:
    """The text with at most MOST_MARKS marks on a character."""
    if _MAYBE_MARKS.search(text) is None:  # nearly always, and soon seen
        return text
    kept = []
    marks = 0
    for character in text:
        is_mark = unicodedata.combining(character) or character in _ALSO_MARKS
        marks = marks + 1 if is_mark else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
