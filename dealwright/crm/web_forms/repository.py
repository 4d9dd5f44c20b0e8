"""Loads web forms by id or key, stores and deletes them."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from dealwright.crm.web_forms import queries
from dealwright.crm.web_forms.rules import Choices, WebForm
from dealwright.errors import Invalid, NotFound
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Insert, Remove, Update
from dealwright.work import Work

ENTITY = "web_form"
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def every(work: Work) -> list[WebForm]:
    return [_form(row) for row in await work.fetch(queries.ALL)]


async def one(work: Work, form_id: int) -> WebForm:
    """The form with an id. Raises Invalid, NotFound."""
    if form_id <= 0:
        raise Invalid("formid", "must be the id of a web form")
    row = await work.row(queries.ONE, id=form_id)
    if row is None:
        raise NotFound
    return _form(row)


async def by_key(work: Work, form_key: str) -> WebForm:
    """The form with a key. Raises NotFound, also for a disabled form."""
    row = None
    if _KEY.fullmatch(form_key):
        row = await work.row(queries.BY_KEY, form_key=form_key)
    if row is None or row[3]:
        raise NotFound
    return _form(row)


def _form(row: Sequence[Any]) -> WebForm:
    form_id, title, form_key, is_disabled, choices, created_by, created_on = row
    return WebForm(
        id=form_id,
        title=title,
        form_key=form_key,
        is_disabled=bool(is_disabled),
        choices=msgspec.json.decode(choices, type=Choices),
        created_by=created_by,
        created_on=created_on,
    )


async def add(work: Work, form: WebForm) -> int:
    stamps = {"created_by": form.created_by, "created_on": form.created_on}
    audit_row = entry(work, ENTITY, "created", difference(None, form, without=_NOT_AUDITED))
    row = await work.save(Change(Insert(schema.web_form, _row(form) | stamps), (audit_row,)))
    return int(row[0])


async def put(work: Work, before: WebForm, after: WebForm) -> None:
    audit_row = entry(work, ENTITY, "updated", difference(before, after, without=_NOT_AUDITED))
    await work.save(Change(Update(schema.web_form, before.id, _row(after)), (audit_row,)))


async def remove(work: Work, form: WebForm) -> None:
    changes = difference(form, None, without=_NOT_AUDITED)
    audit_row = entry(work, ENTITY, "deleted", changes, entity_id=form.id)
    await work.save(Change(None, (Remove(schema.web_form, {"id": [form.id]}), audit_row)))


_NOT_AUDITED = ("id", "created_by", "created_on")


def _row(form: WebForm) -> dict[str, Any]:
    return {
        "title": form.title,
        "form_key": form.form_key,
        "choices": msgspec.json.encode(form.choices).decode(),
        "is_disabled": form.is_disabled,
    }
