"""Why two contacts may be duplicates."""

from enum import IntEnum


class By(IntEnum):
    """What they share: an email address in any case, a phone number in international form, or their
    name without case, accents and signs, its words in any order."""

    EMAIL = 0
    PHONE = 1
    NAME = 2


ALL = tuple(By)
