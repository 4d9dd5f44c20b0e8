"""A multipart/form-data body in memory -> its texts and its files.

The size of a body is limited before it comes here.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dealwright.errors import Malformed

MOST_FIELDS = 20_000


class Upload(NamedTuple):
    """A file part of a multipart body, in memory; `filename` has no folders."""

    name: str
    filename: str
    content_type: str
    body: bytes


def multipart(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], list[Upload]]:
    """Text parts as names and values in order, and file parts.

    Raises Malformed for a body that is not whole.
    """
    kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Malformed(text="The multipart body has no boundary")
    texts, uploads = [], []
    for part in _parse(boundary, body):
        _, named = parse_options_header(part.headers.get(b"content-disposition"))
        if b"name" not in named:
            raise Malformed(text="A part of the multipart body has no name")
        name, content = utf8(named[b"name"]), b"".join(part.pieces)
        if b"filename" not in named:
            texts.append((name, utf8(content)))
        elif named[b"filename"] or content:  # a form sends a nameless nothing for a file not chosen
            filename = _last(utf8(named[b"filename"]))
            kind_of_file = part.headers.get(b"content-type", b"").decode("latin-1")
            uploads.append(Upload(name, filename, kind_of_file, content))
    return texts, uploads


@dataclass
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    pieces: list[memoryview] = field(default_factory=list)
    name: bytes = b""
    value: bytes = b""


def _parse(boundary: bytes, body: bytes) -> list[_Part]:
    parts: list[_Part] = []
    ended: list[bool] = []

    def begin() -> None:
        if len(parts) >= MOST_FIELDS:
            raise Malformed("body", f"must have at most {MOST_FIELDS} fields")
        parts.append(_Part())

    def header_name(data: bytes, start: int, end: int) -> None:
        parts[-1].name += data[start:end]

    def header_value(data: bytes, start: int, end: int) -> None:
        parts[-1].value += data[start:end]

    def header_end() -> None:
        part = parts[-1]
        part.headers[part.name.lower()] = part.value
        part.name = part.value = b""

    def content(data: bytes, start: int, end: int) -> None:
        parts[-1].pieces.append(memoryview(data)[start:end])

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": header_name,
                "on_header_value": header_value,
                "on_header_end": header_end,
                "on_part_data": content,
                "on_end": lambda: ended.append(True),
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Malformed(text=f"The multipart body is broken: {error}") from None
    if not ended:
        raise Malformed(text="The multipart body ends too early")
    return parts


def utf8(raw: bytes) -> str:
    """Text of bytes that a request says are UTF-8; raises Malformed where they are not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Malformed(text="The request is not valid UTF-8") from None


def _last(filename: str) -> str:
    """Some browsers send the whole path; a folder in a file's name is nobody's business here."""
    return filename.replace("\\", "/").rpartition("/")[2]
