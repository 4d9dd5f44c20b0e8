"""SQL about people, groups, tokens and sign-in attempts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from dealwright.access import Role
from dealwright.storage import schema
from dealwright.storage.engine import Session
from dealwright.storage.memory import Held
from dealwright.storage.statement import Statement

person = schema.person


class Person(NamedTuple):
    """A user as the process remembers him; nothing secret in it."""

    id: str
    user_name: str
    email: str
    first_name: str
    last_name: str
    job_title: str
    role: Role
    is_terminated: bool
    created_on: int

    @property
    def may_be_responsible(self) -> bool:
        """Records are given only to those who can work with them."""
        return not self.is_terminated and self.role is not Role.GUEST


EVERYBODY = Statement(
    select(
        person.c.id,
        person.c.user_name,
        person.c.email,
        person.c.first_name,
        person.c.last_name,
        person.c.job_title,
        person.c.role,
        person.c.is_terminated,
        person.c.created_on,
    ).order_by(person.c.id)
)


async def everybody(session: Session) -> Held[str, Person]:
    """All users by id. For `Work.recall`."""
    rows = await session.fetch(EVERYBODY)
    return Held((row[0], _person(row)) for row in rows)


def _person(row: Sequence[Any]) -> Person:
    return Person(*row[:6], Role(row[6]), bool(row[7]), *row[8:])
