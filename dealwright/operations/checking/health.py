"""How the server is: versions, jobs that wait, storage, and the checks of the data."""

import asyncio
import platform
import shutil
from pathlib import Path
from typing import NamedTuple

from dealwright.access import demand_portal_admin
from dealwright.errors import NotNow
from dealwright.operations.checking import actions
from dealwright.operations.metrics.queries import JOBS
from dealwright.portal.organisation.queries import USED_SPACE
from dealwright.settings import VERSION
from dealwright.storage.engines.opening import sqlite_path
from dealwright.storage.migrations.plan import NEWEST
from dealwright.work import Work

_one_at_a_time = asyncio.Lock()


class Health(NamedTuple):
    """Sizes in bytes; `late`: for how many microseconds the oldest due job has waited."""

    version: str
    python: str
    engine: str
    step: str
    due: int
    given_up: int
    late: int
    files: int
    database: int | None
    free: int


async def look(work: Work) -> Health:
    """Raises Forbidden."""
    demand_portal_admin(work.actor)
    due, given_up, oldest = await work.row(JOBS, now=work.now) or (0, 0, None)
    (files,) = await work.row(USED_SPACE) or (0,)
    settings = work.settings
    path = sqlite_path(settings.database) if settings.is_sqlite else None
    return Health(
        version=VERSION,
        python=platform.python_version(),
        engine="SQLite" if path else "PostgreSQL",
        step=NEWEST,
        due=int(due),
        given_up=int(given_up),
        late=0 if oldest is None else max(work.now - oldest, 0),
        files=int(files),
        database=await asyncio.to_thread(_size, path) if path else None,
        free=shutil.disk_usage(_there(settings.files)).free,
    )


async def check(work: Work) -> list[str]:
    """The faults of the data, one line each; one look at a time. Raises Forbidden, NotNow."""
    demand_portal_admin(work.actor)
    if _one_at_a_time.locked():
        raise NotNow("The data is being checked already")
    async with _one_at_a_time:
        return await actions.check(work.session)


def _size(path: Path) -> int:
    """With what SQLite has not yet written into the file."""
    beside = [path, path.with_name(f"{path.name}-wal")]
    return sum(each.stat().st_size for each in beside if each.exists())


def _there(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())
