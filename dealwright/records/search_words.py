"""The words by which a record is found: those of its own texts, of its custom values and of its
contact data. Knows no entity by name.
"""

import json
from collections.abc import Iterable

from dealwright.records.phones import spellings
from dealwright.storage.text import Folded, fold

PHONE, ADDRESS = 0, 7  # the kinds of contact data with further words

NOTHING = Folded("", False, "")
# One piece of contact data: its kind, what it says and its key, see `schema.contact_info`.
Reached = tuple[int, str, str]
# What `words_of` takes: texts, custom values, contact data.
Searched = tuple[tuple[str | None, ...], tuple[tuple[int, str], ...], tuple[Reached, ...]]


def words_of(
    texts: Iterable[str | None],
    values: Iterable[tuple[int, str]] = (),
    reached: Iterable[Reached] = (),
) -> Folded:
    """The words of a record; the order of its values and contact data does not matter."""
    said = [text for each in sorted(reached) for text in _said(*each)]
    return fold([*texts, *(value for _, value in sorted(values)), *said])


def refolded(before: Searched, after: Searched) -> tuple[Folded, Folded]:
    """The words before and after a change; nothing twice where no searched text differs, for
    folding long texts takes far longer than the rest of a change."""
    if before == after:
        return NOTHING, NOTHING
    return words_of(*before), words_of(*after)


def _said(info_type: int, data: str, key: str) -> list[str]:
    """A phone number is found in any spelling, an address only by its parts."""
    if info_type == PHONE:
        return [" ".join(dict.fromkeys((data, *spellings(key))))]
    if info_type == ADDRESS:
        return [str(part) for part in json.loads(data).values()]
    return [data]
