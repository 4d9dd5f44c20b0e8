"""Tasks, events and files written straight into the tables, for tests about what happens to them
rather than how they are created."""

import asyncio
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, func, select

from dealwright import app
from dealwright.access import Actor, Role
from dealwright.records.record import RecordTables
from dealwright.storage import dependents, schema
from dealwright.storage.statements.change import Change, Insert, Put, Update
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement
from dealwright.storage.text import fold, sort_key
from dealwright.work import Work
from tests.running import Portal

__all__ = ["Change", "Update"]


def task(portal: Portal, title: str = "Ring", as_: str = "ann", **columns: object) -> int:
    """A task of Ann with a deadline."""
    named = {"title": title, "title_key": sort_key(title), "deadline": 0}
    answers = {"responsible_id": portal.id_of(as_)}
    return _record(portal, schema.task, [title], as_, **{**named, **answers, **columns})


def task_if_there(portal: Portal, **columns: object) -> bool:
    """A task, if its record is not in the trash: added as `RecordTables.save` does."""
    named = {"title": "Ring", "title_key": "ring", "deadline": 0, "search_text": ""}
    answers = {"responsible_id": portal.id_of("ann")}
    values = {**named, **answers, **columns, **_who(portal, "ann")}
    head = Insert(schema.task, values, given=dependents.held_by("task", values))
    return saved(portal, Change(head)) is not None


def event(portal: Portal, content: str = "Said hello", as_: str = "ann", **columns: object) -> int:
    return _record(portal, schema.history_event, [content], as_, content=content, **columns)


def case(portal: Portal, title: str = "Move", as_: str = "ann", **columns: object) -> int:
    named = {"title": title, "title_key": sort_key(title), "is_private": False}
    return _record(portal, schema.crm_case, [title], as_, **named | columns)


def file(portal: Portal, *events: int, title: str = "plan.pdf", as_: str = "ann") -> int:
    """A file attached to the events."""
    kept = portal.files.put_now(b"%PDF-1.4")
    content = {"stored_as": kept.name, "size": kept.size, "sha256": kept.sha256}
    kind = {"title": title, "content_type": "application/pdf"}
    id = _made(portal, schema.file, {**kind, **content, **_who(portal, as_)})
    for each in events:
        attach(portal, each, id)
    return id


def attach(portal: Portal, event_id: int, file_id: int) -> None:
    saved(
        portal, Change(None, (Put(schema.event_file, {"event_id": event_id, "file_id": file_id}),))
    )


def _record(portal: Portal, table: Table, texts: list[str], as_: str, **columns: object) -> int:
    words = fold(texts)
    found = {"search_text": words.short, "is_long_text": words.is_long}
    id = _made(portal, table, {**_who(portal, as_), **found, **columns})
    held = schema.metadata.tables[f"{table.name}_text"]
    saved(portal, Change(None, (Put(held, {"id": id, "words": words.words}),)))
    return id


def _who(portal: Portal, as_: str) -> dict[str, object]:
    person = portal.id_of(as_)
    return {"created_by": person, "modified_by": person, "created_on": 0, "modified_on": 0}


def _made(portal: Portal, table: Table, values: dict[str, Any]) -> int:
    return int(saved(portal, Change(Insert(table, values)))[0])


def saved(portal: Portal, change: Change) -> Any:
    async def run(work: Work) -> Any:
        return await work.save(change)

    return asyncio.run(app.offline(portal.settings, run))


def move_to_trash(portal: Portal, entity: str, id: int, as_: str = "root") -> None:
    """Moves a record to the trash as the route of its slice does; a contact or an opportunity is
    public."""
    table = dependents.RECORDS[entity]
    kind = RecordTables(entity, f"{entity}_id", table, table, table)

    async def run(work: Work) -> None:
        work.actor = Actor(portal.id_of(as_), Role.OWNER)
        version = select(table.c.version.label("version")).where(table.c.id == constant(id))
        found = await work.row(Statement(version))
        counter = f"{entity}.public" if entity in ("contact", "opportunity") else None
        await kind.move_to_trash(work, SimpleNamespace(id=id, version=found[0]), counter=counter)

    asyncio.run(app.offline(portal.settings, run))


def gone(portal: Portal, table: Table) -> dict[int, str | None]:
    """The rows of a table that are in the trash, each with the record it was deleted with."""

    async def run(work: Work) -> list[Any]:
        lies_with = table.c.deleted_with if "deleted_with" in table.c else constant(None)
        rows = select(table.c.id, lies_with).where(table.c.deleted_on.is_not(None))
        return await work.fetch(Statement(rows))

    return dict(tuple(row) for row in asyncio.run(app.offline(portal.settings, run)))


def count(portal: Portal, table: Table) -> int:
    async def run(work: Work) -> Any:
        return (await work.row(Statement(select(func.count()).select_from(table))))[0]

    return int(asyncio.run(app.offline(portal.settings, run)))


def dump(portal: Portal, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table, without the named columns, in a fixed order."""

    async def run(work: Work) -> dict[str, list[str]]:
        found = {}
        for table in schema.metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in without]
            rows = await work.fetch(Statement(select(*columns)))
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
        return found

    return asyncio.run(app.offline(portal.settings, run))
