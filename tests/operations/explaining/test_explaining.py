"""Why somebody may see a record: every clause with its truth, and what follows from them is what
lists show and changes allow."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from dealwright.access import Role
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.contacts.shapes import Brief
from dealwright.crm.opportunities import queries as opportunities
from dealwright.crm.opportunities.shapes import Row
from dealwright.errors import Invalid, NotFound
from dealwright.operations.explaining.actions import explain
from dealwright.people.queries import Person, everybody
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.change import Alter, Change
from dealwright.storage.statements.statement import Statement
from tests.operations.demo.portals import run

o, c = schema.opportunity, schema.contact
IDS = [*range(1, 301, 5)]
Truth = Mapping[str, bool]


class World(NamedTuple):
    """What the tables hold, read without the rule."""

    people: list[Person]
    rows: dict[int, dict[str, Any]]
    listed: set[tuple[int, str]]


@pytest.fixture
def address(filled: str) -> str:
    """The invented team, one of whom has left; some of its records lie in the trash."""
    run(filled, _age, writes=True)
    return filled


async def _age(session: Session) -> None:
    gone = {"deleted_on": 1, "deleted_by": await _id(session, "chiara.vitale")}
    steps = (
        Alter(schema.person, {"is_terminated": True}, {"user_name": "fergus.doyle"}),
        Alter(o, gone, {"id": [1, 6, 11]}),
        Alter(c, gone, {"id": [1, 6, 11]}),
    )
    await session.save(Change(None, steps))


async def _id(session: Session, user_name: str) -> str:
    people = (await everybody(session)).values()
    return next(person.id for person in people if person.user_name == user_name)


async def world(session: Session, kind: str) -> World:
    table, access = (
        (o, schema.opportunity_access) if kind == "opportunity" else (c, schema.contact_access)
    )
    names = [column.name for column in table.columns]
    rows = await session.fetch(Statement(select(table)))
    listed = await session.fetch(Statement(select(access)))
    return World(
        [*(await everybody(session)).values()],
        {row[0]: dict(zip(names, row, strict=True)) for row in rows},
        {(record_id, person_id) for record_id, person_id in listed},
    )


async def explained(session: Session, kind: str, record_id: int, person: Person) -> Truth:
    clauses = await explain(session, kind, record_id, person=person.email)
    assert len({clause.text for clause in clauses}) == len(clauses)
    return {clause.text: clause.holds for clause in clauses}


def of_account(person: Person, kind: str, row: Mapping[str, Any]) -> Truth:
    role = person.role.value.replace("_", " ")
    return {
        "the account is in use": not person.is_terminated,
        f"the account has the CRM: it is {role}": person.role is not Role.GUEST,
        f"the {kind} is in front of the trash": row["deleted_on"] is None,
        "the user is an administrator of the CRM": is_admin(person),
    }


def is_admin(person: Person) -> bool:
    return person.role in (Role.OWNER, Role.ADMIN, Role.CRM_ADMIN)


def follows(*, see: bool, edit: bool, share: bool) -> Truth:
    return {
        "so the user may see it": see,
        "so the user may edit and delete it": edit,
        "so the user may decide who sees it": share,
    }


def test_explanation_of_an_opportunity_has_the_truth_of_every_clause(address: str):
    async def compare(session: Session) -> None:
        people, rows, listed = await world(session, "opportunity")
        for record_id in IDS:
            for person in people:
                row = rows[record_id]
                account = of_account(person, "opportunity", row)
                clauses = {
                    "it is public": not row["is_private"],
                    "the user is responsible": row["responsible_id"] == person.id,
                    "the user is on its access list": (record_id, person.id) in listed,
                }
                created = row["created_by"] == person.id
                *gates, admin = account.values()
                see = all(gates) and (admin or any(clauses.values()))
                share = see and (admin or created)
                assert await explained(session, "opportunity", record_id, person) == {
                    **account,
                    **clauses,
                    "the user created it": created,
                    **follows(see=see, edit=see, share=share),
                }

    run(address, compare)


def test_explanation_of_a_contact_has_the_truth_of_every_clause(address: str):
    async def compare(session: Session) -> None:
        people, rows, listed = await world(session, "contact")
        for record_id in IDS[:30]:
            for person in people:
                row = rows[record_id]
                account = of_account(person, "contact", row)
                clauses = {
                    "everyone may edit it": row["share_type"] == 1,
                    "everyone may read it": row["share_type"] == 2,
                    "the user is one of its managers": (record_id, person.id) in listed,
                }
                everyone_edits, _, manages = clauses.values()
                *gates, admin = account.values()
                see = all(gates) and (admin or any(clauses.values()))
                edit = all(gates) and (admin or everyone_edits or manages)
                assert await explained(session, "contact", record_id, person) == {
                    **account,
                    **clauses,
                    **follows(see=see, edit=edit, share=edit),
                }

    run(address, compare)


def test_what_follows_is_what_lists_show(address: str):
    async def compare(session: Session) -> None:
        people, _, _ = await world(session, "opportunity")
        known = [each for each in people if each.role is not Role.GUEST and not each.is_terminated]
        for person in known:
            for kind, rows, place, ids in (
                ("opportunity", opportunities.rows, Row._fields.index("can_edit"), IDS),
                ("contact", contacts.briefs, Brief._fields.index("rights"), IDS[:30]),
            ):
                binds = {"ids": ids, "actor": person.id}
                found = await session.fetch(rows(is_admin(person)), binds)
                shown = {row[0]: bool(row[place]) for row in found}
                assert shown == await told(session, kind, person, ids)

    run(address, compare)


async def told(session: Session, kind: str, person: Person, ids: list[int]) -> dict[int, bool]:
    """Which of the records the explanation lets the user see, and edit."""
    truths = {each: await explained(session, kind, each, person) for each in ids}
    return {
        each: truth["so the user may edit and delete it"]
        for each, truth in truths.items()
        if truth["so the user may see it"]
    }


def test_user_is_found_by_address_user_name_or_id(address: str):
    async def compare(session: Session) -> None:
        person_id = await _id(session, "ann.keller")
        names = ("ann.keller", "ANN.Keller@demo.example ", person_id, person_id.upper())
        first, *others = [await explain(session, "contact", 2, person=name) for name in names]
        assert others == [first] * 3

    run(address, compare)


@pytest.mark.parametrize(
    ("kind", "record_id", "person", "refusal", "text"),
    [
        ("deal", 1, "ann.keller", Invalid, "must be one of contact, opportunity, case"),
        ("contact", 1, "nobody", NotFound, "There is no user nobody"),
        ("contact", 151, "ann.keller", NotFound, "There is no contact 151"),
        ("contact", 0, "ann.keller", NotFound, "There is no contact 0"),
        ("opportunity", 10**20, "ann.keller", NotFound, "There is no opportunity"),
    ],
)
def test_what_cannot_be_explained_is_refused_by_name(
    ground: Any, kind: str, record_id: int, person: str, refusal: type[Exception], text: str
):
    with pytest.raises(refusal, match=text):
        run(ground.filled, lambda session: explain(session, kind, record_id, person=person))
