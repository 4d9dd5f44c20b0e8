"""The job that makes a backup."""

from collections.abc import Mapping

from dealwright.background.job import Handler
from dealwright.operations.backups.schedule import KIND, make

HANDLERS: Mapping[str, Handler] = {KIND: make}
