"""Opens the database that an address names: a SQLite file or a PostgreSQL."""

from pathlib import Path

from sqlalchemy import MetaData

from dealwright.storage.engines.engine import LONGEST, Announced, Database


async def open_database(
    address: str,
    *,
    metadata: MetaData | None = None,
    connections: int = 10,
    on_announcement: Announced | None = None,
    longest: float = LONGEST,
) -> Database:
    """Opens a SQLite file (a path or `sqlite:///path`; never makes one) or a PostgreSQL
    (`postgresql://…`).

    `metadata` names the constraints (absent: the product's tables). `on_announcement` hears every
    name called out, and "" when some may have been missed: on SQLite at every write of another
    process; with it, no statement takes longer than `longest` seconds. Raises `Unavailable`.
    """
    # The other database is not imported: that takes a tenth of a second of every start.
    if is_postgresql(address):
        from dealwright.storage.engines.postgres import Postgres

        return await Postgres.open(
            address,
            connections=connections,
            on_announcement=on_announcement,
            longest=longest if on_announcement else None,
        )
    from dealwright.storage.engines.sqlite import SQLite
    from dealwright.storage.schema import metadata as tables

    return await SQLite.open(
        sqlite_path(address),
        metadata=metadata or tables,
        on_announcement=on_announcement,
        longest=longest if on_announcement else None,
    )


def is_postgresql(address: str) -> bool:
    return address.startswith(("postgresql://", "postgres://"))


def sqlite_path(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))
