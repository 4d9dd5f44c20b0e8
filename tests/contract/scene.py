"""Records that fill every member of an opportunity, to hold an answer against a page."""

import asyncio
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

import asyncpg

from tests.running import Ground, Portal

PROFILES = {"live": "false", "documented": "true"}


class Scene(NamedTuple):
    """A portal with one of everything that an opportunity can point to.

    `contact` and `participant` are private and have a currency; `plain` is private without one.
    """

    portal: Portal
    stage: int
    field: int
    contact: int
    participant: int
    plain: int

    def opportunity(self, **changes: object) -> int:
        """A new opportunity in which nothing is left empty unless `changes` say so."""
        payload = {
            "contactid": self.contact,
            "members": [self.contact, self.participant],
            "title": "Hotel catalogue",
            "description": "description",
            "responsibleid": self.portal.id_of("ann"),
            "bidType": "PerHour",
            "bidValue": 11.5,
            "bidCurrencyAbbr": "CNY",
            "perPeriodValue": 1,
            "stageid": self.stage,
            "successProbability": 65,
            "actualCloseDate": "2020-12-11",
            "expectedCloseDate": "2020-12-11",
            "customFieldList": [{"Key": self.field, "Value": "2020-12-08T17:37:04.5916406Z"}],
            "isPrivate": True,
            "accessList": [self.portal.id_of("bob")],
        }
        return int(self.post("crm/opportunity", {**payload, **changes})["id"])

    def post(self, path: str, payload: Mapping[str, object], *, as_: str = "ann") -> Any:
        """What a POST made, whatever profile the portal has."""
        return made(self.portal, path, payload, as_=as_)


def made(portal: Portal, path: str, payload: Mapping[str, object], *, as_: str = "ann") -> Any:
    accept = "application/json; profile=live"
    answer = portal.call("POST", path, json=payload, as_=as_, accept=accept)
    assert answer.status == 201, answer.text
    return answer.response


def scene(ground: Ground, profile: str) -> Scene:
    """A new portal of this profile with its records."""
    database = ground.databases.copy(ground.template)
    # No route sets these: a portal's profile is chosen when it is founded.
    run(database, f"update portal set is_documented = {PROFILES[profile]}")
    run(database, "update person set job_title = 'Manager'")
    portal = Portal(ground, database, {})
    contact, participant, plain = (_contact(portal, name) for name in ("Bachir", "Amina", "Yusuf"))
    # Nor does any route set a contact's currency, in the reference as here.
    run(database, f"update contact set currency = 'CNY' where id in ({contact}, {participant})")
    field = made(
        portal,
        "crm/opportunity/customfield",
        {"label": "Birthdate", "fieldType": 5, "position": 10, "mask": ""},
        as_="root",
    )
    stages = portal.call("GET", "crm/opportunity/stage", accept="application/json; profile=live")
    return Scene(portal, stages.response[0]["id"], field["id"], contact, participant, plain)


def _contact(portal: Portal, first_name: str) -> int:
    payload = {
        "firstName": first_name,
        "lastName": "Tadjeddine",
        "shareType": 0,
        "managerList": [portal.id_of("ann")],
    }
    return int(made(portal, "crm/contact/person", payload)["id"])


def run(database: str, statement: str) -> None:
    """One statement beside the server, on either database."""
    if database.startswith("sqlite:///"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
        connection.close()
    else:
        asyncio.run(_run_on_postgres(database, statement))


async def _run_on_postgres(database: str, statement: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
