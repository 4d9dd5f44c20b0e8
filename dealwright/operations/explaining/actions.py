"""Explains why a user may or may not see a record: every clause of the access rule with its truth.

For people who may read the database; it also describes records that the user may not see.
"""

from typing import NamedTuple

from dealwright.access import Actor, crm
from dealwright.errors import Invalid, NoCrm, NotFound
from dealwright.operations.explaining import queries
from dealwright.people import rules
from dealwright.people.queries import Person, everybody
from dealwright.storage.engines.engine import Session


class Clause(NamedTuple):
    """One line of the explanation, and whether it is true."""

    text: str
    holds: bool


async def explain(session: Session, entity: str, entity_id: int, *, person: str) -> list[Clause]:
    """The clauses that decide whether a user may see, edit, delete and share a record, then the
    results.

    `entity`: a key of `queries.RULES`; `person`: e-mail address, user name or id. Raises Invalid,
    NotFound.
    """
    if entity not in queries.RULES:
        kinds = ", ".join(queries.RULES)
        raise Invalid("entity", f"must be one of {kinds}, not {entity!r}", "There is no such rule")
    looker = await _named(session, person)
    actor = Actor(looker.id, looker.role)
    statement = queries.truth(entity, actor.is_admin)
    is_id = 0 < entity_id < 2**31
    row = await session.row(statement, {"id": entity_id, "actor": actor.id}) if is_id else None
    if row is None:
        raise NotFound(f"There is no {entity} {entity_id}, not in the trash either")
    is_alive, *truths, see, edit, share = map(bool, row)
    facts = [
        Clause("the account is in use", not looker.is_terminated),
        Clause(f"the account has the CRM: it is {_role(looker)}", _has_crm(actor)),
        Clause(f"the {entity} is in front of the trash", is_alive),
    ]
    may_look = all(clause.holds for clause in facts)
    return [
        *facts,
        Clause("the user is an administrator of the CRM", actor.is_admin),
        *map(Clause, queries.clauses(entity), truths),
        Clause("so the user may see it", may_look and see),
        Clause("so the user may edit and delete it", may_look and see and edit),
        Clause("so the user may decide who sees it", may_look and see and share),
    ]


async def _named(session: Session, name: str) -> Person:
    key = rules.folded(name)
    for person in (await everybody(session)).values():
        if key in (rules.folded(person.email), person.user_name, person.id):
            return person
    raise NotFound(f"There is no user {name}")


def _role(person: Person) -> str:
    return person.role.value.replace("_", " ")


def _has_crm(actor: Actor) -> bool:
    try:
        crm(actor)
    except NoCrm:
        return False
    return True
