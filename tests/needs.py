"""Names what a machine lacks, with the command that installs it; no test is skipped silently."""

from typing import NoReturn

import pytest


def cannot_run(what: str, *, enabled_by: str) -> NoReturn:
    """Skips a test; it is listed at the end of the run, and is a failure if CI is set."""
    pytest.skip(f"{what} cannot run here; to enable: {enabled_by}")
