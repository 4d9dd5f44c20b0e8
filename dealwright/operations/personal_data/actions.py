"""Erases a person permanently: names, contact data, texts and files are removed; rows and sums
stay."""

from typing import Any

from dealwright.access import demand_admin
from dealwright.crm.contacts import repository
from dealwright.crm.trash.actions import erase as erase_rows
from dealwright.operations.personal_data import queries, rules
from dealwright.storage.queue.outbox import job
from dealwright.storage.statements.change import Change
from dealwright.storage.text import fold, sort_key
from dealwright.work import Work

CONTENTS = "personal_data.contents"  # the job that deletes contents from the file store


async def erase(work: Work, contact_id: int, *, is_confirmed: bool) -> None:
    """Replaces all personal data, permanently. Raises Forbidden, NotFound, Stale, Invalid. Needs a
    transaction."""
    demand_admin(work.actor)
    await work.fetch(queries.LOCK, id=contact_id)
    person = (await repository.load_to_edit(work, contact_id)).before
    rules.demand_person(person, is_confirmed=is_confirmed)
    texts = [row[0] for row in await work.fetch(queries.TEXTS, id=contact_id)]
    names = (person.first_name, person.last_name, person.display_name, person.about)
    kept = [*names, person.job_title, person.industry, person.external_id or "", *texts]
    kept += [text for _, text in person.values] + [info.data for info in person.infos]
    files = await work.fetch(queries.FILES, id=contact_id)
    photo = await work.row(queries.PHOTO, id=contact_id)
    merged = await _merged(work, contact_id)
    kept += [text for _, *named in merged for text in named]
    persons = [contact_id, *(row[0] for row in merged)]
    await erase_rows(work.session, "contact", persons[1:])
    mark = fold([rules.MARK])
    binds = {
        "id": contact_id,
        "persons": persons,
        "files": [row[0] for row in files],
        "keys": [info.key for info in person.infos],
        "telling": [(text,) for text in rules.telling([*kept, *(row[2] for row in files)])],
        "words": mark.words,
        "short": mark.short,
        "mark": rules.MARK,
        "mark_key": sort_key(rules.MARK),
    }
    for statement in queries.erasing():
        await work.session.execute(statement, binds)
    await repository.save_after_merge(
        work, person, rules.erased(person), "erased", is_audited=False
    )
    contents = [row[1] for row in files] + [*(photo or ())]
    if contents:
        caused = job(CONTENTS, {"names": contents}, now=work.now, entity_id=None)
        await work.save(Change(None, (caused,)))


async def _merged(work: Work, contact_id: int) -> list[Any]:
    """Contacts that were merged into a contact, directly or through others: id, then names."""
    found: dict[int, Any] = {}
    params = [contact_id]
    while params:
        rows = await work.fetch(queries.MERGED, ids=params)
        params = [row[0] for row in rows if row[0] not in found]
        found |= {row[0]: row for row in rows}
    return [*found.values()]
