"""Names of archives, and which of them a rotation keeps."""

import re
from collections.abc import Collection
from datetime import UTC, datetime

DAYS, WEEKS, MONTHS = 7, 4, 3
_NAME = re.compile(r"dealwright-(\d{8}T\d{6}Z)\.zip", re.ASCII)
_BEFORE_UPGRADE = re.compile(r"before-upgrade-of-\w+-(\d{8}T\d{6}Z)\.zip", re.ASCII)
_MOMENT = "%Y%m%dT%H%M%SZ"


def name(moment: datetime) -> str:
    """The file name of an archive that is made at a moment."""
    return f"dealwright-{moment.astimezone(UTC):{_MOMENT}}.zip"


def name_before_upgrade(moment: datetime, step: str) -> str:
    """A name that no rotation removes."""
    return f"before-upgrade-of-{step}-{moment.astimezone(UTC):{_MOMENT}}.zip"


def moment(file_name: str) -> datetime | None:
    """When an archive was made, by its name; None if the name is another one."""
    found = _NAME.fullmatch(file_name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def moment_before_upgrade(file_name: str) -> datetime | None:
    """The same for a backup of before an upgrade."""
    found = _BEFORE_UPGRADE.fullmatch(file_name)
    return moment(f"dealwright-{found[1]}.zip") if found else None


def surplus(moments: Collection[datetime]) -> set[datetime]:
    """All but the newest archive of each of the last seven days, four weeks and three months in
    which there is one."""
    kept: set[datetime] = set()
    for period, count in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        newest = {f"{each:{period}}": each for each in sorted(moments)}
        kept |= {newest[each] for each in sorted(newest)[-count:]}
    return set(moments) - kept
