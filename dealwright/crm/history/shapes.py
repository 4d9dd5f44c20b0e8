"""The wire form of events and their files, and how rows become it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts import shapes as contacts
from dealwright.crm.contacts.shapes import ContactBase
from dealwright.crm.history.rules import System
from dealwright.crm.tasks.shapes import Entity, entity
from dealwright.crm.trash.shapes import Dependents
from dealwright.people.queries import Person, everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.categories.queries import items
from dealwright.portal.categories.rules import Item
from dealwright.portal.categories.shapes import IMAGES, Category, embedded_categories
from dealwright.portal.currencies.shapes import Currency, catalogue
from dealwright.portal.organisation.queries import current
from dealwright.storage.cache import Held
from dealwright.wire.shape import MomentText, Shape
from dealwright.wire.values import Moments
from dealwright.work import Work

DOWNLOAD = "/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid="
ROOT_FOLDER = 1  # the id of the folder of all files, as clients know it
_UNITS = ("bytes", "KB", "MB", "GB")
# The types of files that clients distinguish: archive, video, sound, picture, table, slides, text.
_TYPES = {"video": 2, "audio": 3, "image": 4, "text": 7}
_TYPES_BY_WORD = {
    "zip": 1, "compressed": 1, "rar": 1, "7z": 1, "tar": 1, "gzip": 1,
    "spreadsheet": 5, "excel": 5, "presentation": 6, "powerpoint": 6,
    "word": 7, "document": 7, "pdf": 7, "rtf": 7,
}  # fmt: skip


class File(Shape, kw_only=True):
    """A file; clients fetch it from `viewUrl`. `contentLength` is a text for people,
    `pureContentLength` is in bytes; `fileType` is 1 archive, 2 video, 3 sound, 4 picture, 5 table,
    6 slides, 7 text."""

    folder_id: int
    version: int
    version_group: int
    content_length: str
    pure_content_length: int = 0
    file_status: int
    view_url: str
    web_url: str
    file_type: int = 0
    file_exst: str = ""
    comment: str
    id: int
    title: str
    access: int
    shared: bool
    created: MomentText
    created_by: Employee = msgspec.field(name="createdBy")
    updated: MomentText
    updated_by: Employee


class Event(Shape, kw_only=True):
    """An entry in the history of a contact, an opportunity or a case. `contact` is left out if
    there is none, `canEdit` if you may not edit it."""

    documented_optional = ("also_deleted",)

    created_by: Employee
    created: MomentText
    content: str
    category: Category
    contact: ContactBase | None = None
    entity: Entity | None
    can_edit: bool = False
    files: list[File]
    id: int
    also_deleted: Dependents | None = None


class Row(NamedTuple):
    """One row of `queries.rows`. Id and title of the opportunity and of the case follow, then the
    columns of the contact (`contacts.Brief`)."""

    id: int
    category: int
    content: str
    can_edit: bool | int
    created_by: str
    created_on: int
    version: int


WIDTH = len(Row._fields)
VERSION = Row._fields.index("version")


class FileRow(NamedTuple):
    """The columns `queries.SHOWN_OF_FILE`."""

    id: int
    title: str
    content_type: str
    size: int
    created_by: str
    created_on: int
    modified_by: str
    modified_on: int
    version: int


class References(NamedTuple):
    """What events refer to, held in the process."""

    staff: Staff
    categories: dict[int, Category]
    currencies: dict[str, Currency]
    moments: Moments
    base_url: str


async def references(work: Work) -> References:
    language = (await work.cached(current)).language
    people, category_items = await work.cached(everybody), await work.cached(items)
    return _references(people, category_items, work.moments, work.base_url, language)


@lru_cache(maxsize=16)
def _references(
    people: Held[str, Person],
    category_items: Held[int, Item],
    moments: Moments,
    base_url: str,
    language: str,
) -> References:
    """Built once for each reading of the tables and each base URL of the portal."""
    return References(
        staff(people, base_url=base_url, language=language),
        embedded_categories(category_items) | _SYSTEM,
        catalogue(),
        moments,
        base_url,
    )


def _system(category: System, title: str, image: str) -> Category:
    return Category(
        image_path=IMAGES + image, title=title, description="", color="", id=int(category)
    )


_SYSTEM = {
    category.value: _system(category, title, f"event_category_{image}.png")
    for category, title, image in (
        (System.TASK_CLOSED, "Task is closed", "close"),
        (System.FILES_UPLOADED, "Files are uploaded", "attach_file"),
        (System.MAIL_MESSAGE, "Mail Message", "email"),
    )
}
# An event in the trash may outlive its category.
_NO_CATEGORY = Category(image_path="", title="", description="", color="", id=0)


def events(
    rows: Iterable[Sequence[Any]], files: Iterable[Sequence[Any]], to: References
) -> dict[int, Event]:
    """Builds events from the rows of `queries.rows` and `queries.FILES_OF`, by id."""
    files_of: dict[int, list[File]] = {}
    for owner, *columns in files:
        files_of.setdefault(owner, []).append(file(columns, to))
    return {row[0]: _event(row, files_of.get(row[0], []), to) for row in rows}


def _event(columns: Sequence[Any], files: list[File], to: References) -> Event:
    row = Row(*columns[:WIDTH])
    entities, brief = columns[WIDTH : WIDTH + 4], columns[WIDTH + 4 :]
    return Event(
        created_by=to.staff[row.created_by],
        created=to.moments(row.created_on),
        content=row.content,
        category=to.categories.get(row.category, _NO_CATEGORY),
        contact=None
        if brief[0] is None
        else contacts.base(brief, staff=to.staff, currencies=to.currencies),
        entity=entity(entities),
        can_edit=bool(row.can_edit),
        files=files,
        id=row.id,
    )


def file(columns: Sequence[Any], to: References) -> File:
    """Builds a file from the columns of a `FileRow`."""
    row = FileRow(*columns)
    address = f"{to.base_url}{DOWNLOAD}{row.id}"
    return File(
        folder_id=ROOT_FOLDER,
        version=row.version,
        version_group=1,
        content_length=size_text(row.size),
        pure_content_length=row.size,
        file_status=0,
        view_url=address,
        web_url=address,
        file_type=_file_type(row.content_type),
        file_exst=extension(row.title),
        comment="",
        id=row.id,
        title=row.title,
        access=0,
        shared=False,
        created=to.moments(row.created_on),
        created_by=to.staff[row.created_by],
        updated=to.moments(row.modified_on),
        updated_by=to.staff[row.modified_by],
    )


def size_text(size: int) -> str:
    """A number of bytes as people read it: `12.06 KB`."""
    amount, place = float(size), 0
    while amount >= 1024 and place < len(_UNITS) - 1:
        amount, place = amount / 1024, place + 1
    return f"{amount:.2f}".rstrip("0").rstrip(".") + f" {_UNITS[place]}"


def extension(title: str) -> str:
    """The end of a name from its last dot on, in lower case; empty without a dot."""
    stem, point, end = title.rpartition(".")
    return f".{end.lower()}" if point and stem and end.isalnum() else ""


def _file_type(content_type: str) -> int:
    family, _, kind = content_type.partition("/")
    found = next((number for word, number in _TYPES_BY_WORD.items() if word in kind), 0)
    return found or _TYPES.get(family, 0)
