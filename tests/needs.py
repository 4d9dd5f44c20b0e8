"""What a machine may lack: named with the command that brings it, never passed over in silence."""

from typing import NoReturn

import pytest


def cannot_run(what: str, *, enabled_by: str) -> NoReturn:
    """Leave a test out; it is listed at the end of the run, and is a failure when CI is set."""
    pytest.skip(f"{what} cannot run here; to enable: {enabled_by}")
