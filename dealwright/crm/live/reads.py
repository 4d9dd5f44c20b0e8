"""Which changes which people may know of."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from dealwright.crm.live import queries
from dealwright.crm.live.rules import Changed, Seen, losers
from dealwright.storage.engines.engine import Database, Session

HEAVY = 200  # rows above which a read does not run beside requests
Known = Mapping[str, list[Seen]]


async def seen_by(
    database: Database, changes: Sequence[Changed], people: Mapping[str, bool]
) -> Known:
    """The changes that each person sees, by the person. `people`: the ids of some people, and
    whether they are administrators. At most six statements, however many people and changes."""
    is_heavy = len(changes) * len(people) > HEAVY
    return await database.read(partial(_seen_by, changes=changes, people=people), heavy=is_heavy)


async def announce(database: Database, texts: Sequence[str]) -> None:
    """Tells other processes. Only PostgreSQL has any that serve the same portal."""

    async def job(session: Session) -> None:
        for each in texts:
            session.announce(each)

    if database.dialect == "postgresql":
        await database.write(job)


async def _seen_by(
    session: Session, *, changes: Sequence[Changed], people: Mapping[str, bool]
) -> Known:
    known: defaultdict[str, list[Seen]] = defaultdict(list)
    for is_admin in (False, True):
        of_kind = [id for id, each in people.items() if each is is_admin]
        for kind in dict.fromkeys(each.kind for each in changes):
            if of_kind:
                some = [each for each in changes if each.kind == kind]
                await _add(session, known, some, of_kind, is_admin=is_admin)
    return known


async def _add(
    session: Session,
    known: defaultdict[str, list[Seen]],
    changes: Sequence[Changed],
    people: Collection[str],
    *,
    is_admin: bool,
) -> None:
    kind = changes[0].kind
    is_own = kind == "opportunity"
    statement = queries.opportunities(is_admin) if is_own else queries.belonging(kind, is_admin)
    ids = list({each.id for each in changes})
    rows = await session.fetch(statement, {"people": [*people], "ids": ids})
    by_record: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for person, record, *shown in rows:
        by_record[record][person] = shown
    for change in changes:
        seeing = by_record[change.id]
        for person, (opportunity, version, title, stage, is_gone) in seeing.items():
            version = version if is_own and not is_gone else 0
            known[person].append(
                Seen(opportunity, version, title, stage, kind, change.action, change.by)
            )
        for person in losers(change, people, seeing) if is_own else ():
            known[person].append(Seen(change.id))
