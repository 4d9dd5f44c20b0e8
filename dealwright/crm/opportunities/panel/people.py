"""Finds a contact by what somebody types: its name, or the one they choose of several."""

from collections.abc import Sequence
from typing import Any

from dealwright.crm.contacts.search import reads
from dealwright.errors import Invalid
from dealwright.work import Work

ANY = -1
MOST = 8
LONGEST = 255


async def matching(work: Work, text: str) -> Sequence[Any]:
    """Up to eight contacts whose name contains every word of a text, by name."""
    if not text.strip():
        return []
    found = await reads.by_prefix(work, text[:LONGEST], ANY)
    return found.rows[:MOST]


async def contact_named(work: Work, text: str, chosen: str = "") -> int:
    """The id of the contact that somebody means. `chosen`: the id that a list put beside the name.

    Raises Invalid for a name that no contact has, or that several have.
    """
    listed = await matching(work, text)
    wanted = text.strip().casefold()
    for each in listed:
        if str(each.id) == chosen:
            return int(each.id)
    same = [each for each in listed if each.display_name.strip().casefold() == wanted]
    found = same or listed
    if len(found) != 1:
        raise Invalid("contact", "must be the name of one contact")
    return int(found[0].id)
