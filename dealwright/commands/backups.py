"""`dealwright backup`, `dealwright restore` and `dealwright upgrade`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dealwright.commands.declaring import command, program, wait
from dealwright.settings import Settings


@command(program, "database", "files")
def backup(
    settings: Settings,
    to: Annotated[
        Path | None,
        typer.Argument(help="a new file, or a directory; absent: backups beside the files"),
    ] = None,
) -> None:
    """Write everything into one archive, and read it again to be sure.

    The server may be running. Works from SQLite and PostgreSQL. In a directory, the newest archive
    of each of 7 days, 4 weeks and 3 months stays, and older ones are removed.

    \\b
    Examples:
      dealwright backup /mnt/backups
      dealwright backup before-the-move.zip
    """
    from dealwright.operations.backups import actions

    if to is None:
        to = settings.backups
        actions.make_directory(to)
    now = datetime.now(UTC)
    written = wait(settings, actions.back_up(settings.database, settings.files, to, now=now))
    manifest = written.manifest
    print(f"{written.path}: {manifest.rows} rows, {manifest.files.rows} files, opened and counted.")
    if manifest.missing:
        print(f"{manifest.missing} files were not in {settings.files} and are not in the backup.")
    if written.removed:
        print(f"Older backups removed: {written.removed}.")


@command(program, "database", "files")
def restore(
    settings: Settings,
    archive: Annotated[Path, typer.Argument(help="what `dealwright backup` has written")],
) -> None:
    """Put a backup into an empty database, of either kind.

    Checks the whole archive first. A backup of an older version is upgraded.

    \\b
    Example:
      dealwright restore backup.zip --database postgresql://crm:secret@db/crm --files /srv/files
    """
    from dealwright.operations.backups import actions

    manifest = wait(settings, actions.restore(archive, settings.database, settings.files))
    print(
        f"The portal of {manifest.created_on} is in {settings.place}:"
        f" {manifest.rows} rows, {manifest.files.rows} files."
    )


@command(program, "database", "files")
def upgrade(
    settings: Settings,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
) -> int:
    """Bring the database to the tables of this version, after a backup.

    `serve` does this by itself. With --check nothing is changed, and the exit code is 1 if there is
    something to do.
    """
    from dealwright import app
    from dealwright.storage.migrations.migrate import found_step
    from dealwright.storage.migrations.plan import NEWEST

    step = wait(settings, found_step(settings.database))
    if step == NEWEST:
        print(f"{settings.place} is at step {step}, the newest.")
        return 0
    if check:
        print(f"{settings.place} is at step {step or 'none'} of {NEWEST}.")
        print(f"An upgrade first makes a backup in {settings.backups}.")
        return 1
    made = wait(settings, app.upgrade_portal(settings))
    print(f"{settings.place} is at step {NEWEST} now.")
    if made is not None:
        print(f"The backup of before: {made.path}")
    return 0
