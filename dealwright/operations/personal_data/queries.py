"""SQL that reads everything stored about one person, and that erases it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, Contains, constant, rows_of
from dealwright.storage.statements.statement import Statement, shape

ID = bindparam("id", type_=Integer())
ONE, NULL, NO = constant(1), constant(None), constant(False)
contact, task, event, file = schema.contact, schema.task, schema.history_event, schema.file
info, merge, audit = schema.contact_info, schema.contact_merge, schema.audit
_shows = schema.event_file

LOCK = Statement(select(contact.c.id).where(contact.c.id == ID).with_for_update())

# Contacts in the trash that were merged into these are the same person, with their names.
MERGED = Statement(
    select(contact.c.id, contact.c.first_name, contact.c.last_name, contact.c.display_name)
    .join(merge, merge.c.source_id == contact.c.id)
    .where(AnyOf(merge.c.contact_id, "ids", Integer()), merge.c.undone_on.is_(NULL))
)


def _of_contact(table: Table) -> Select[Any]:
    return select(table.c.id).where(table.c.contact_id == ID)


def _shown_by_contact_alone() -> ColumnElement[Any]:
    """Files that only events of this contact show."""
    own, other = event.alias("of_contact"), event.alias("other")
    here = select(ONE).where(_shows.c.file_id == file.c.id)
    of_contact = here.join_from(_shows, own, own.c.id == _shows.c.event_id).where(
        own.c.contact_id == ID
    )
    foreign = or_(other.c.contact_id.is_(NULL), other.c.contact_id != ID)
    of_other = here.join_from(_shows, other, other.c.id == _shows.c.event_id).where(foreign)
    return and_(exists(of_contact.correlate(file)), ~exists(of_other.correlate(file)))


FILES = Statement(
    select(file.c.id, file.c.stored_as, file.c.title).where(_shown_by_contact_alone())
)
PHOTO = Statement(
    select(schema.contact_photo.c.small, schema.contact_photo.c.medium, schema.contact_photo.c.big)
    .where(schema.contact_photo.c.contact_id == ID)
)  # fmt: skip
# Texts of tasks and events, and what mailings say of the contact, as other tables may repeat them.
TEXTS = Statement(
    select(task.c.title)
    .where(task.c.contact_id == ID)
    .union_all(
        select(task.c.description).where(task.c.contact_id == ID),
        select(event.c.content).where(event.c.contact_id == ID),
    )
)

_words, _short, _mark = (bindparam(name, type_=String()) for name in ("words", "short", "mark"))


@cache
def erasing() -> tuple[Statement, ...]:
    """Every statement that erases, in order. Binds: `id`, `persons` (that, and what
    was merged into it), `files`, `keys` of e-mail, `words`,
    `short`, `mark` with its sort key `mark_key`, and the texts `telling`."""
    return tuple(map(Statement, (*_trails(), *_texts(), *_hanging(), *_kept_elsewhere())))


def _trails() -> Iterator[Any]:
    """The trail keeps who did what when, and none of the values."""
    of = audit.c.entity_type, audit.c.entity_id
    mine = or_(
        and_(of[0] == constant("contact"), AnyOf(of[1], "persons")),
        and_(of[0] == constant("task"), of[1].in_(_of_contact(task))),
        and_(of[0] == constant("event"), of[1].in_(_of_contact(event))),
        and_(of[0] == constant("file"), AnyOf(of[1], "files")),
    )
    yield update(audit).where(mine).values(changes=constant("[]"))


def _texts() -> Iterator[Any]:
    key, folded = bindparam("mark_key", type_=String()), {"search_text": _short, "is_long_text": NO}
    no_key = {"title_key": key, "description": constant(""), "external_id": NULL}
    for table, texts, erased in (
        (task, schema.task_text, {"title": _mark, **no_key}),
        (event, schema.history_event_text, {"content": _mark}),
    ):
        yield update(texts).where(texts.c.id.in_(_of_contact(table))).values(words=_words)
        changed = {**erased, **folded, "version": table.c.version + ONE}
        yield update(table).where(table.c.contact_id == ID).values(changed)


def _hanging() -> Iterator[Any]:
    letters = schema.mailing_recipient
    yield delete(file).where(AnyOf(file.c.id, "files"))
    gone = (info, schema.contact_value, schema.contact_tag, schema.contact_photo)
    for table in gone:
        yield delete(table).where(table.c.contact_id == ID)
    empty = constant("")
    yield update(letters).where(letters.c.contact_id == ID).values(email=empty, error=empty)
    yield delete(merge).where(or_(merge.c.contact_id == ID, merge.c.source_id == ID))
    refused = schema.mail_refusal
    yield delete(refused).where(AnyOf(refused.c.email_key, "keys"))


def _kept_elsewhere() -> Iterator[Any]:
    """Stored answers, jobs and notifications that contain the person's texts are deleted."""
    job = schema.outbox
    of_contact = func.substr(job.c.kind, ONE, constant(8)) == constant("contact.")
    merged = and_(of_contact, AnyOf(job.c.entity_id, "persons"), job.c.entity_id != ID)
    yield delete(job).where(merged)
    for column in (
        schema.idempotency.c.answer,
        schema.outbox.c.payload,
        schema.notification.c.payload,
    ):
        telling = rows_of("telling", text=String())
        holds = exists(select(ONE).select_from(telling).where(Contains(column, telling.c.text)))
        yield delete(column.table).where(holds)


# ------------------------------------------------------------- what is stored of a person


@shape
def kept(name: str) -> Statement:
    """The complete rows of a table that belong to the contact `id`."""
    table = schema.metadata.tables[name]
    return Statement(select(*table.c).where(_about(table)).order_by(*table.primary_key))


KEPT = (
    "contact",
    "contact_info",
    "contact_value",
    "contact_tag",
    "contact_merge",
    "task",
    "history_event",
    "file",
    "opportunity",
    "crm_case",
    "mailing_recipient",
    "mail_refusal",
    "audit",
)


def columns(name: str) -> list[str]:
    return [str(column.name) for column in schema.metadata.tables[name].c]


def _about(table: Table) -> ColumnElement[Any]:
    if table is contact:
        return table.c.id == ID
    if table is merge:
        return or_(table.c.contact_id == ID, table.c.source_id == ID)
    if table is file:
        here = select(ONE).join_from(_shows, event, event.c.id == _shows.c.event_id)
        here = here.where(_shows.c.file_id == file.c.id, event.c.contact_id == ID)
        return exists(here.correlate(file))
    if table is schema.mail_refusal:
        own = select(info.c.data_key).where(info.c.contact_id == ID)
        return table.c.email_key.in_(own)
    if table is audit:
        return and_(table.c.entity_type == constant("contact"), table.c.entity_id == ID)
    if table in (schema.opportunity, schema.crm_case):
        return _takes_part(table)
    return table.c.contact_id == ID


def _takes_part(table: Table) -> ColumnElement[Any]:
    members, column = {
        schema.opportunity: (schema.opportunity_member, "opportunity_id"),
        schema.crm_case: (schema.case_member, "case_id"),
    }[table]
    own = select(members.c[column]).where(members.c.contact_id == ID)
    primary = table.c.contact_id == ID if "contact_id" in table.c else NO
    return or_(table.c.id.in_(own), primary)
