"""Reads and changes the settings of the portal: cached in the process, with every change in the
audit trail."""

from typing import TypeVar
from uuid import uuid4

import msgspec

from dealwright.access import demand_admin
from dealwright.errors import Conflict
from dealwright.portal.settings import queries
from dealwright.portal.settings.rules import Setting, differences
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.engines.engine import UniqueViolation
from dealwright.storage.statements.change import Change, Insert, Put, Update
from dealwright.work import Work

ENTITY = "setting"
NO_NUMBER = 0  # settings have names; the trail finds one by its fields
FORM_TITLE = "Web form"
Value = TypeVar("Value")


async def setting_of(work: Work, setting: Setting[Value]) -> Value:
    """The setting, or its defaults."""
    stored = (await work.cached(queries.settings)).get(setting.name)
    return setting.kind() if stored is None else msgspec.json.decode(stored, type=setting.kind)


async def put(work: Work, setting: Setting[Value], value: Value) -> Value:
    """Stores a setting and returns it. Raises Forbidden."""
    demand_admin(work.actor)
    changes = differences(setting, await setting_of(work, setting), value)
    if changes:
        row = {"name": setting.name, "value": msgspec.json.encode(value).decode()}
        audit_entry = entry(work, ENTITY, "updated", changes, entity_id=NO_NUMBER)
        await work.save(Change(None, (Put(schema.portal_setting, row, "update"), audit_entry)))
        work.invalidate(queries.settings)
    return value


async def change_form_key(work: Work, wanted: str | None = None) -> str:
    """Changes the key of the portal's first web form, to a generated one by default; makes the form
    if there is none. The old key stops working at once.

    Raises Forbidden, and Conflict for the key of another form.
    """
    demand_admin(work.actor)
    key = wanted or str(uuid4())
    row = await work.row(queries.FIRST_FORM)
    before = None if row is None else queries.FirstForm(*row)
    head: Insert | Update
    if before is None:
        made = {"title": FORM_TITLE, "form_key": key, "choices": "{}"}
        stamps = {"created_by": work.actor.id, "created_on": work.now}
        head = Insert(schema.web_form, made | stamps)
    else:
        head = Update(schema.web_form, before.id, {"form_key": key})
    changes = [("form_key", before and before.form_key, key)]
    audit_entry = entry(work, "web_form", "updated" if before else "created", changes)
    try:
        await work.save(Change(head, (audit_entry,)))
    except UniqueViolation as taken:
        raise Conflict(f"webFormKey {key} belongs to another web form") from taken
    return key
