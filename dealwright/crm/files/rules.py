"""What names files may have, and how they are told to a browser: pure decisions on texts."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 255  # characters of a name
UNNAMED = "unnamed"
_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!][^<>]*>")
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z]+)")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OFFICE = {
    b"word/": f"{_OPEN_XML}wordprocessingml.document",
    b"xl/": f"{_OPEN_XML}spreadsheetml.sheet",
    b"ppt/": f"{_OPEN_XML}presentationml.presentation",
}
# What a browser might run or draw with something in it that runs.
_RUNS = ("html", "xml", "svg", "script", "xsl", "xul", "pdf+")


def safe_name(sent: str) -> str:
    """A name as it came, without folders and without what cannot be seen: control characters, and
    marks that turn the direction of writing and so hide an ending."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    visible = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    name = unicodedata.normalize("NFC", visible).strip()
    return _cut(name) if name.strip(".") else UNNAMED


def _cut(name: str) -> str:
    """The name with its ending, at most LONGEST characters."""
    if len(name) <= LONGEST:
        return name
    stem, point, end = name.rpartition(".")
    if not point or len(end) > LONGEST // 4:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(end) - 1]}.{end}"


def named_as_text(title: str, content: str) -> str:
    """The name of a text file: as HTML where there is something like a tag in it."""
    ending = ".html" if _TAG.search(content) else ".txt"
    name = safe_name(title)
    return name if name.lower().endswith(ending) else _cut(name + ending)


def disposition(name: str) -> str:
    """The value of a Content-Disposition header by which a browser saves a file under its name and
    shows nothing of it."""
    plain = "".join(
        each if each.isascii() and each.isprintable() and each not in '"\\%;' else "_"
        for each in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(each)
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def harmless(content_type: str) -> str:
    """The type that a browser is told: nothing that could run in it.

    # differs: the reference tells the type of the name and lets the browser show it.
    """
    runs = any(part in content_type for part in _RUNS)
    return "application/octet-stream" if runs else content_type


def kind_of_zip(head: bytes) -> str:
    """What a ZIP is besides: a document of an office suite, by the names in it."""
    found = _OPEN_DOCUMENT.search(head)
    if found:
        return found[1].decode()
    names = (kind for folder, kind in _OFFICE.items() if folder in head)
    return next(names, "application/zip") if b"[Content_Types].xml" in head else "application/zip"


def parts(params: str, size: int) -> tuple[int, int] | None:
    """From which byte up to which a Range header asks of so many: None for all of them.

    Raises ValueError for a range that the content does not reach. Several ranges, and what is no
    range of bytes, count as none.
    """
    found = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", params, re.ASCII)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, end = max(0, size - int(found[2])), size
    else:
        start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < int(found[1]):
            return None
    if start >= size or start >= end:
        raise ValueError
    return start, end
