"""What an archive says about itself, and how its members are called.

An archive is a ZIP file with `manifest.json`, one `tables/NAME.jsonl` for each table (a row is a
JSON list on a line), `files.jsonl` (name, bytes and SHA-256 of each content) and `files/NAME`.
"""

import re

import msgspec

from dealwright.errors import CrmError
from dealwright.storage.transfer.tables import Column, Table

PROGRAM, LAYOUT = "dealwright", 1
MANIFEST, CONTENTS = "manifest.json", "files.jsonl"
NAME_OF_CONTENT = re.compile(r"[0-9a-f]{32}", re.ASCII)


class ArchiveRefused(CrmError):
    """An archive that cannot be written or used; the text is one line."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A member of JSON lines. `size` is in bytes, before compression."""

    rows: int
    size: int
    sha256: str


class TablePart(Part, frozen=True, kw_only=True):
    name: str
    columns: list[tuple[str, str]]  # name and kind
    last_id: int | None = None

    @property
    def table(self) -> Table:
        return Table(self.name, tuple(Column(*each) for each in self.columns), self.last_id)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`files`: the list of contents; `files_size`: bytes of all contents; `missing`: how many
    contents the rows name that the file store did not have."""

    program: str
    layout: int
    version: str
    step: str
    created_on: str
    database: str
    tables: list[TablePart]
    files: Part
    files_size: int
    missing: int = 0

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables)

    @property
    def size(self) -> int:
        """Bytes of everything inside."""
        return self.files.size + self.files_size + sum(each.size for each in self.tables)


class Content(msgspec.Struct, frozen=True, array_like=True):
    """A line of `files.jsonl`."""

    name: str
    size: int
    sha256: str


def member_of_table(name: str) -> str:
    return f"tables/{name}.jsonl"


def member_of_content(name: str) -> str:
    return f"files/{name}"
