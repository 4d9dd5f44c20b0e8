"""Which names files may have, and how a browser gets them: pure decisions on texts."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 255  # characters of a name
UNNAMED = "unnamed"
_LONGEST_READ = 4 * LONGEST  # characters at either end of a name that are looked at
_TAG = re.compile(r"<\s*+(?:/\s*+)?[a-zA-Z!][^<>]*+>")
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z]+)")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OFFICE = {
    b"word/": f"{_OPEN_XML}wordprocessingml.document",
    b"xl/": f"{_OPEN_XML}spreadsheetml.sheet",
    b"ppt/": f"{_OPEN_XML}presentationml.presentation",
}
# Types that can run code in a browser, or contain something that does.
_RUNS = ("html", "xml", "svg", "script", "xsl", "xul", "pdf+")


def safe_name(sent: str) -> str:
    """The name without folders and invisible characters: control characters, and marks that change
    the writing direction and can hide a file extension."""
    last = sent.replace("\\", "/").rpartition("/")[2]
    if len(last) > 2 * _LONGEST_READ:
        last = last[:_LONGEST_READ] + last[-_LONGEST_READ:]
    visible = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    name = unicodedata.normalize("NFC", visible).strip()
    return _cut(name) if name.strip(".") else UNNAMED


def _cut(name: str) -> str:
    """The name with its extension, at most LONGEST characters."""
    if len(name) <= LONGEST:
        return name
    stem, point, end = name.rpartition(".")
    if not point or len(end) > LONGEST // 4:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(end) - 1]}.{end}"


def named_as_text(title: str, content: str) -> str:
    """The name of a text file: HTML if the content has anything like a tag."""
    ending = ".html" if _TAG.search(content) else ".txt"
    name = safe_name(title)
    return name if name.lower().endswith(ending) else _cut(name + ending)


def disposition(name: str) -> str:
    """A Content-Disposition header value that makes a browser save the file under its name and
    display nothing of it."""
    plain = "".join(
        each if each.isascii() and each.isprintable() and each not in '"\\%;' else "_"
        for each in unicodedata.normalize("NFKD", name)
        if not unicodedata.combining(each)
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def harmless(content_type: str) -> str:
    """The content type for the browser: one that cannot run code.

    # differs: the reference derives the type from the name and lets the browser display it.
    """
    runs = any(part in content_type for part in _RUNS)
    return "application/octet-stream" if runs else content_type


def kind_of_zip(head: bytes) -> str:
    """The office format of a ZIP, by the names in it; None for any other ZIP."""
    found = _OPEN_DOCUMENT.search(head)
    if found:
        return found[1].decode()
    names = (kind for folder, kind in _OFFICE.items() if folder in head)
    return next(names, "application/zip") if b"[Content_Types].xml" in head else "application/zip"


def parts(params: str, size: int) -> tuple[int, int] | None:
    """The byte range (first, last) that a Range header selects of `size` bytes; None for all of
    them.

    Raises ValueError for a range outside of the content. Several ranges, and anything but a byte
    range, count as none.
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
