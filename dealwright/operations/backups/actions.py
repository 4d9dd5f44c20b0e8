"""Makes backups of a portal, and puts one into an empty database."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from dealwright.operations.backups import reading, rules, writing
from dealwright.operations.backups.manifest import ArchiveRefused, Manifest, TablePart
from dealwright.operations.backups.reading import Archive
from dealwright.storage.files.file_store import Directory, prepare_directory
from dealwright.storage.migrations.migrate import found_step, upgrade
from dealwright.storage.migrations.plan import NEWEST
from dealwright.storage.transfer.opening import target
from dealwright.storage.transfer.tables import Rows, Table, Target


class Written(NamedTuple):
    """`removed`: how many older archives the rotation removed."""

    path: Path
    manifest: Manifest
    removed: int = 0


async def back_up(address: str, files: Path, to: Path, *, now: datetime) -> Written:
    """Writes one archive, verified by opening it and counting. In a directory it gets a name by its
    moment, and older archives there are rotated.

    Raises ArchiveRefused, `Unavailable`.
    """
    if not _is_directory(to):
        return Written(to, await _written(address, files, to, now=now))
    path = to / rules.name(now)
    manifest = await _written(address, files, path, now=now)
    return Written(path, manifest, _rotate(to))


async def back_up_before_upgrade(
    address: str, files: Path, directory: Path, *, now: datetime
) -> Written | None:
    """A backup of a portal whose tables are those of an older version; None if there is no such
    portal. Raises ArchiveRefused, `Unavailable`."""
    step = await found_step(address)
    if step is None or step >= NEWEST:
        return None
    make_directory(directory)
    path = directory / rules.name_before_upgrade(now, step)
    return Written(path, await _written(address, files, path, now=now))


def make_directory(directory: Path) -> None:
    """For its owner alone. Raises ArchiveRefused."""
    with _explained(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)


async def _written(address: str, files: Path, path: Path, *, now: datetime) -> Manifest:
    """The archive appears under its name only when it is whole and on the disk."""
    _demand_free(path)
    incomplete = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        with _explained(path):
            number = os.open(incomplete, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with os.fdopen(number, "w+b") as file:
                await writing.write(file, address, files, now=now)
                file.flush()
                os.fsync(file.fileno())
        with reading.opened(incomplete) as archive:
            archive.verify()
        with _explained(path):
            incomplete.rename(path)
            _sync(path.parent)
    finally:
        incomplete.unlink(missing_ok=True)
    return archive.manifest


def _demand_free(path: Path) -> None:
    if path.exists():
        raise ArchiveRefused(f"{path}: exists already; give another name")


def _is_directory(path: Path) -> bool:
    return path.is_dir()


def _rotate(directory: Path) -> int:
    found = {each: moment for each in directory.iterdir() if (moment := rules.moment(each.name))}
    surplus = rules.surplus(found.values())
    old = [path for path, moment in found.items() if moment in surplus and path.is_file()]
    with _explained(directory):
        for each in old:
            each.unlink()
    return len(old)


async def restore(path: Path, address: str, files: Path) -> Manifest:
    """Puts an archive into an empty database of either kind, and upgrades it to the tables of this
    version. Everything in the archive is checked before anything is written.

    Raises ArchiveRefused, `Unavailable`.
    """
    with reading.opened(path) as archive:
        manifest = archive.manifest
        if not (manifest.step.isdecimal() and manifest.step <= NEWEST):
            raise ArchiveRefused(f"was made by a newer version ({manifest.version}) than this")
        _demand_room(manifest, files)
        archive.verify()
        if await found_step(address) not in (None, manifest.step):
            raise ArchiveRefused("needs an empty database, and there are tables in this one")
        await upgrade(address, to=manifest.step)
        prepare_directory(files)
        async with target(address) as filled:
            pairs = _matched(manifest, await filled.tables())
            for _, table in pairs:
                if table.name == "portal" and not await filled.is_empty(table):
                    raise ArchiveRefused("needs an empty database, and this one holds a portal")
            await _restore_contents(archive, files)
            for part, table in pairs:
                await _restore_table(archive, filled, part, table)
    await upgrade(address)
    return manifest


def _demand_room(manifest: Manifest, files: Path) -> None:
    """An archive may say that it unpacks to more than there is room for."""
    there = next(each for each in (files, *files.parents) if each.exists())
    free = shutil.disk_usage(there).free
    if manifest.size > free:
        raise ArchiveRefused(f"unpacks to {manifest.size} bytes, and {free} are free in {there}")


def _matched(manifest: Manifest, tables: Sequence[Table]) -> list[tuple[TablePart, Table]]:
    """Each table of the database with its part of the archive, which must be the same."""
    parts = {each.name: each for each in manifest.tables}
    shapes = {each.name: set(each.columns) for each in tables}
    if shapes != {name: set(part.table.columns) for name, part in parts.items()}:
        raise ArchiveRefused(f"holds other tables than those of step {manifest.step}")
    return [(parts[each.name], each) for each in tables]


async def _restore_table(archive: Archive, filled: Target, part: TablePart, table: Table) -> None:
    await filled.load(part.table, _rows(archive, part))
    if part.last_id:
        await filled.continue_after(table, part.last_id)


async def _rows(archive: Archive, part: TablePart) -> Rows:
    for row in archive.rows(part):
        yield row


async def _restore_contents(archive: Archive, files: Path) -> None:
    [portal] = [each for each in archive.manifest.tables if each.name == "portal"]
    place = portal.table.place("secret")
    secrets = [row[place] for row in archive.rows(portal)] if place is not None else []
    if len(secrets) != 1:
        raise ArchiveRefused("holds no portal")
    store = Directory(files, secrets[0])
    for content in archive.contents():
        await store.bring(content.name, archive.content(content))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Failures of the file system in one line."""
    try:
        yield
    except OSError as failure:
        reason = (failure.strerror or str(failure)).lower()
        raise ArchiveRefused(f"{path}: {reason}") from None


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
