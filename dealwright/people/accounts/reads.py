"""Shows the accounts that were changed, with the open records of those who have left."""

from collections.abc import Sequence

from msgspec import structs

from dealwright.people import reads
from dealwright.people.accounts.queries import in_hands
from dealwright.people.shapes import EmployeeFull, ResponsibleFor
from dealwright.work import Work


async def shown(work: Work, ids: Sequence[str]) -> list[EmployeeFull]:
    """In the order of their ids."""
    known = await reads.directory(work)
    people = [person for person in map(known.find, dict.fromkeys(ids)) if person is not None]
    idle = [person.id for person in people if not person.may_be_responsible]
    held = await in_hands(work.session, idle) if idle else {}
    return [
        structs.replace(known.full(person), responsible_for=_in_words(held.get(person.id)))
        for person in people
    ]


def _in_words(held: tuple[int, int] | None) -> ResponsibleFor | None:
    return held and ResponsibleFor(opportunities=held[0], tasks=held[1])
