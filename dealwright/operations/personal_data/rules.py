"""What replaces personal data once it is erased: pure decisions."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dealwright.errors import Invalid

MARK = "Erased"  # replaces names, tasks and contents: rows stay, so that sums and history add up
TELLING = 5  # characters: a shorter text is searched only as a whole value


def demand_person(contact: Any, *, is_confirmed: bool) -> None:
    """Raises Invalid for a company, or if the request does not confirm."""
    if contact.is_company:
        raise Invalid("contactid", f"must be the id of a person; {contact.id} is a company")
    if not is_confirmed:
        raise Invalid("confirm", "must be true: an erasure cannot be undone")


def erased(person: Any) -> Any:
    """The person without personal data; its access and its creator stay."""
    return replace(
        person,
        external_id=None,
        first_name=MARK,
        last_name="",
        job_title="",
        about="",
        industry="",
        company_id=None,
        status_id=None,
        type_id=None,
        currency=None,
        values=(),
        infos=(),
        version=person.version + 1,
    )


def telling(texts: Iterable[str]) -> list[str]:
    """The texts to search for in internal tables: as they are, short ones only as a whole value, as
    JSON or XML writes them."""
    found = set()
    for text in filter(None, (each.strip() for each in texts)):
        found |= {text} if len(text) >= TELLING else {f'"{text}"', f">{text}<"}
    return sorted(found)
