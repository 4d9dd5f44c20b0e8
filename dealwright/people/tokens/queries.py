"""SQL about the API tokens of everybody."""

from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

token, person = schema.token, schema.person
MOST = 1000  # shown


class IssuedToken(NamedTuple):
    """A token that is good for the API; its text is not stored."""

    id: int
    title: str
    scope: str
    created_on: int
    used_on: int | None
    person_id: str


_issued = select(
    token.c.id, token.c.title, token.c.scope, token.c.created_on, token.c.used_on, token.c.person_id
).where(token.c.kind == constant("api"))
ISSUED = Statement(_issued.order_by(token.c.id.desc()).limit(constant(MOST)))
ONE = Statement(_issued.where(token.c.id == bindparam("id", type_=Integer())))
