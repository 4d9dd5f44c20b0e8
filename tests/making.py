"""Makes records as a client does, and reads what is really stored."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import text
from sqlalchemy.sql import ClauseElement

from dealwright.storage.engines.opening import open_database
from dealwright.storage.statements.printing import DIALECTS
from dealwright.storage.statements.statement import Statement

if TYPE_CHECKING:
    from tests.running import Portal

Result = TypeVar("Result")


def make_opportunity(portal: "Portal", as_: str = "ann", **inputs: object) -> int:
    """The id of a new opportunity of the caller, on the first stage."""
    requested = {
        "title": "A deal",
        "responsibleid": portal.id_of(as_),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        **inputs,
    }
    answer = portal.call("POST", "crm/opportunity", json=requested, as_=as_)
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def make_person(portal: "Portal", as_: str = "ann", **inputs: object) -> int:
    """The id of a new contact that every user may edit."""
    requested = {"firstName": "Pat", "lastName": "Person", "shareType": 1, **inputs}
    answer = portal.call("POST", "crm/contact/person", json=requested, as_=as_)
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def stored(portal: "Portal", asked: ClauseElement) -> list[tuple[Any, ...]]:
    """Reads the portal's database, or changes it directly."""

    async def look() -> list[tuple[Any, ...]]:
        database = await open_database(portal.database)
        try:
            dialect = DIALECTS[database.dialect]
            printed = asked.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            statement = Statement(text(str(printed)))
            rows = await database.write(lambda session: session.fetch(statement))
            return [tuple(row) for row in rows]
        finally:
            await database.close()

    return asyncio.run(look())


def at_once(*calls: Callable[[], Result]) -> Sequence[Result]:
    """The results of calls that run at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        waiting = [pool.submit(call) for call in calls]
        return [each.result() for each in waiting]
