"""No statement of a running server takes longer than it may."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from dealwright.storage.engines.engine import Session, TooSlow
from dealwright.storage.engines.opening import open_database
from dealwright.storage.migrations.migrate import upgrade
from dealwright.storage.statements.statement import Statement
from tests import postgres

# Counts for minutes; the same text on both databases.
ENDLESS = Statement(
    text(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000000000)"
        " select count(*) from n"
    )
)
LIMIT = 0.2


@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_statement_that_takes_too_long_is_stopped(
    system: str, heavy: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_postgresql = system == "postgresql"
    address = (
        postgres.fresh_database(request.getfixturevalue("server"))
        if is_postgresql
        else str(tmp_path / "slow.db")
    )

    async def read(session: Session) -> object:
        return await session.fetch(ENDLESS)

    async def scene() -> None:
        await upgrade(address)
        database = await open_database(address, on_announcement=lambda name: None, longest=LIMIT)
        with pytest.raises(TooSlow, match=r"longer than 0\.2 s"):
            await database.read(read, heavy=heavy)
        # The connection serves the next one.
        one = Statement(text("select 1"))
        found = await database.read(lambda session: session.fetch(one), heavy=heavy)
        assert [tuple(row) for row in found] == [(1,)]
        await database.close()

    asyncio.run(scene())
    if is_postgresql:
        postgres.drop_database(address)
