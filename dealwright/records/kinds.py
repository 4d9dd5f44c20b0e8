"""Every kind of record that can be in the trash, with its table and the rule that guards it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, func, select

from dealwright import access
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant

ONE, ZERO = constant(1), constant(0)


class RecordKind(NamedTuple):
    """A table whose rows can be in the trash, and its access rule. `title_key` is folded and is
    what words are searched in; `is_private` separates the counters, None: nothing is counted."""

    table: Table
    rights: Callable[..., access.Rights]
    title: ColumnElement[Any]
    title_key: ColumnElement[Any]
    is_private: ColumnElement[Any] | None = None

    def counter(self, *, is_private: bool) -> str:
        """The name of the counter that includes the record while it is outside the trash."""
        return f"{self.table.name}.{'private' if is_private else 'public'}"


_c, _o, _case, _task = schema.contact.c, schema.opportunity.c, schema.crm_case.c, schema.task.c
_invoice = schema.invoice.c
_event, _file = schema.history_event.c, schema.file.c
_words = schema.history_event_text.c
_words_of_event = select(_words.words).where(_words.id == _event.id).scalar_subquery()

KINDS: Mapping[str, RecordKind] = {
    "contact": RecordKind(
        schema.contact, access.contact, _c.display_name, _c.display_key, _c.share_type == ZERO
    ),
    "opportunity": RecordKind(
        schema.opportunity, access.opportunity, _o.title, _o.title_key, _o.is_private
    ),
    "case": RecordKind(schema.crm_case, access.crm_case, _case.title, _case.title_key),
    "task": RecordKind(schema.task, access.task, _task.title, _task.title_key),
    "event": RecordKind(
        schema.history_event,
        access.history_event,
        func.substr(_event.content, ONE, constant(255)),
        func.coalesce(_words_of_event, constant("")),
    ),
    # File names are not stored folded: ASCII letters match in any case, others exactly.
    "file": RecordKind(schema.file, access.file, _file.title, func.lower(_file.title)),
    "invoice": RecordKind(
        schema.invoice, access.invoice, _invoice.number, func.lower(_invoice.number)
    ),
}
