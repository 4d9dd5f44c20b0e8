"""The next step of each open opportunity is looked up once, by the plans of both databases."""

import asyncio
import re

from dealwright.crm.opportunities.board import queries
from dealwright.crm.opportunities.rules import Criteria
from dealwright.storage.engines.engine import Session, explain
from dealwright.storage.engines.opening import open_database
from tests.running import Portal


def test_next_step_is_looked_up_once(portal: Portal) -> None:
    async def text() -> str:
        database = await open_database(portal.database)
        found: list[str] = []

        async def read(session: Session) -> None:
            for is_admin in (True, False):
                found.append(await explain(session, queries.marks(is_admin, Criteria())))

        await database.read(read)
        await database.close()
        return "\n".join(found)

    looked_up = re.findall("(?:SEARCH|SCAN|on task) next_task", asyncio.run(text()))
    assert len(looked_up) == 2  # one for each kind of actor
