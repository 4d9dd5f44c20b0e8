"""SQL about the portal's settings, and the public key of its first web form."""

from typing import NamedTuple

from sqlalchemy import select

from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

setting, form = schema.portal_setting, schema.web_form

SETTINGS = Statement(select(setting.c.name, setting.c.value))


async def settings(session: Session) -> Held[str, str]:
    """All settings by name, as JSON. For `Work.cached`."""
    return Held((name, value) for name, value in await session.fetch(SETTINGS))


class FirstForm(NamedTuple):
    id: int
    form_key: str


FIRST_FORM = Statement(select(form.c.id, form.c.form_key).order_by(form.c.id).limit(constant(1)))
