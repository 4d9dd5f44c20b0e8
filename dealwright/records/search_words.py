"""By which words a record is found: those of its own texts, of its custom values and of its contact
data. Knows no entity by name.
"""

import json
from collections.abc import Iterable

from dealwright.records.phones import spellings
from dealwright.storage.text import Folded, fold

PHONE, ADDRESS = 0, 7  # of the kinds of contact data those whose words are not just theirs

# One piece of contact data: its kind, what it says and its key, see `schema.contact_info`.
Reached = tuple[int, str, str]


def words_of(
    texts: Iterable[str | None],
    values: Iterable[tuple[int, str]] = (),
    reached: Iterable[Reached] = (),
) -> Folded:
    """The words of a record, the same in whatever order its values and its contact data come."""
    said = [text for each in sorted(reached) for text in _said(*each)]
    return fold([*texts, *(value for _, value in sorted(values)), *said])


def _said(info_type: int, data: str, key: str) -> list[str]:
    """A phone number is found however it is written, an address by its parts alone."""
    if info_type == PHONE:
        return [" ".join(dict.fromkeys((data, *spellings(key))))]
    if info_type == ADDRESS:
        return [str(part) for part in json.loads(data).values()]
    return [data]
