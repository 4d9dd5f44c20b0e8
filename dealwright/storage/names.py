"""Which spellings of a name mean the same person or company. The stored key of a contact's name."""

import re

from dealwright.storage.text import LONGEST_TITLE, sort_key, words

_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019\u201b\u2032]")


def name_key(name: str) -> str:
    """The form that all spellings of a name share: its words without case, accents and signs, in
    alphabetical order, at most LONGEST_TITLE characters. A name without words is its own key."""
    found = words(_APOSTROPHES.sub("", name[: 8 * LONGEST_TITLE]))
    return " ".join(sorted(found))[:LONGEST_TITLE] or sort_key(name)
