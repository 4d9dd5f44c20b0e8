"""SQL about links by which a password is set once."""

from typing import NamedTuple

from sqlalchemy import BigInteger, String, bindparam, func, select

from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement

link, person = schema.password_link, schema.person


class Link(NamedTuple):
    """A link that is still good, and whose it is."""

    person_id: str
    purpose: str
    email: str
    user_name: str
    role: str


GOOD = Statement(
    select(link.c.person_id, link.c.purpose, person.c.email, person.c.user_name, person.c.role)
    .join(person, person.c.id == link.c.person_id)
    .where(
        link.c.hash == bindparam("hash", type_=String()),
        link.c.expires_on > bindparam("now", type_=BigInteger()),
        ~person.c.is_terminated,
    )
)
NEWEST = Statement(
    select(func.max(link.c.created_on)).where(
        link.c.person_id == bindparam("person_id", type_=String()),
        link.c.purpose == constant("forgotten"),
    )
)
