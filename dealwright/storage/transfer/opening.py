"""Opens the source or the target of a copy by the address of a database."""

from contextlib import AbstractAsyncContextManager

from dealwright.storage.engines.opening import is_postgresql, sqlite_path
from dealwright.storage.transfer import sqlite
from dealwright.storage.transfer.tables import Source, Target


def source(address: str) -> AbstractAsyncContextManager[Source]:
    """One moment of a database of any step. Raises `NoPortal`, `Unavailable`."""
    if is_postgresql(address):
        from dealwright.storage.transfer import postgres

        return postgres.source(address)
    return sqlite.source(sqlite_path(address))


def target(address: str) -> AbstractAsyncContextManager[Target]:
    """One transaction that fills empty tables. Raises `Unavailable`."""
    if is_postgresql(address):
        from dealwright.storage.transfer import postgres

        return postgres.target(address)
    return sqlite.target(sqlite_path(address))
