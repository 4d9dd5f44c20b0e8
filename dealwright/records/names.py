"""Which spellings of a name mean the same company."""

import re

from dealwright.storage.text import words

_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019\u201b\u2032]")


def name_key(name: str) -> str:
    """The form that all spellings of a name share: its words without case, accents and signs, in
    alphabetical order."""
    return " ".join(sorted(words(_APOSTROPHES.sub("", name))))
