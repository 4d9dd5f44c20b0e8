"""A multipart/form-data body, read piece by piece -> its texts and its files.

Files go where the caller says: into memory, or into a store, so that no large one has to be held.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dealwright.errors import Malformed, TooLarge
from dealwright.storage.files.file_store import Stored
from dealwright.wire.charsets import charset_of, codec_of, text
from dealwright.wire.file_names import decoded_name, extended_name, without_folders

MOST_FIELDS = 20_000
MOST_FILES = 100
LONGEST_HEADER = 4 * 1024  # bytes of a part's header, or of a Content-Type
MOST_OPTIONS = 100  # of a header; a name may hold some semicolons
LONGEST_TEXTS = 10 * 1024 * 1024  # bytes of all that is no file


class Content:
    """What a file holds that lies in the store already. Two are alike when they hold the same,
    under whatever names."""

    __slots__ = ("stored",)

    def __init__(self, stored: Stored) -> None:
        self.stored = stored

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[int, str]:
        return self.stored.size, self.stored.sha256


class Upload(NamedTuple):
    """A file part of a multipart body, in memory or in the store; `filename` has no folders."""

    name: str
    filename: str
    content_type: str
    body: bytes
    content: Content | None = None


class Sink(Protocol):
    """Where a file goes; all of it waits."""

    @property
    def size(self) -> int: ...
    def write_now(self, piece: bytes) -> None: ...
    def keep_now(self) -> Stored: ...
    def drop_now(self) -> None: ...


def multipart(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], list[Upload]]:
    """Text parts as names and values in order, and file parts, in memory.

    Raises Malformed for a body that is not whole.
    """
    reading = Reading(content_type)
    reading.feed(body)
    return reading.end()


@dataclass
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)
    name: bytes = b""
    value: bytes = b""
    field: str = ""
    filename: str | None = None  # of a file
    sink: Sink | None = None
    content: Content | None = None


class Reading:
    """A body on its way in: `feed` it, then `end`. With a `sink` its files go there, each kept when
    it is whole; dropping what came of a body that is refused is up to the caller."""

    def __init__(self, content_type: str, sink: Callable[[], Sink] | None = None) -> None:
        kind, options = header_options(content_type.encode("latin-1", "replace"))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise Malformed(text="The multipart body has no boundary")
        self._sink = sink
        self._charset = charset_of(content_type)
        self._parts: list[_Part] = []
        self._files = 0
        self._held = 0
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._data,
                    "on_part_end": self._part_end,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _broken(error) from None

    def feed(self, data: bytes) -> None:
        """Raises Malformed, TooLarge, and what the sinks raise."""
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _broken(error) from None

    def end(self) -> tuple[list[tuple[str, str]], list[Upload]]:
        """Text parts as names and values in order, and file parts. Raises Malformed for a body that
        is not whole."""
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise _broken(error) from None
        if not self._is_whole:
            raise Malformed(text="The multipart body ends too early")
        texts, uploads = [], []
        charset = self._named_charset()
        for part in self._parts:
            held = b"".join(part.pieces)
            if part.filename is None:
                own = part.headers.get(b"content-type", b"").decode("latin-1")
                is_own = "charset" in own.lower()
                texts.append((part.field, text(held, charset_of(own) if is_own else charset)))
            elif part.filename or held or part.content:  # a form sends a nameless nothing for none
                kind = part.headers.get(b"content-type", b"").decode("latin-1")
                name = without_folders(part.filename)
                uploads.append(Upload(part.field, name, kind, held, part.content))
        return texts, uploads

    def _named_charset(self) -> str:
        """The charset of all texts: that of a hidden field `_charset_` (RFC 7578 4.6), else that of
        the body."""
        for part in self._parts:
            if part.field == "_charset_" and part.filename is None:
                said = b"".join(part.pieces)[:40].decode("latin-1").strip()
                return codec_of(said) or self._charset
        return self._charset

    def _begin(self) -> None:
        if len(self._parts) >= MOST_FIELDS:
            raise Malformed("body", f"must have at most {MOST_FIELDS} fields")
        self._parts.append(_Part())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._hold(end - start)
        part = self._parts[-1]
        _demand_short(len(part.name) + end - start)
        part.name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._hold(end - start)
        part = self._parts[-1]
        _demand_short(len(part.value) + end - start)
        part.value += data[start:end]

    def _header_end(self) -> None:
        part = self._parts[-1]
        part.headers[part.name.lower()] = part.value
        part.name = part.value = b""

    def _headers_end(self) -> None:
        part = self._parts[-1]
        disposition = part.headers.get(b"content-disposition", b"")
        _, named = header_options(disposition)
        if b"name" not in named:
            raise Malformed(text="A part of the multipart body has no name")
        part.field = text(named[b"name"], self._charset)
        part.filename = extended_name(disposition.decode("latin-1"))
        if part.filename is None and b"filename" in named:
            part.filename = decoded_name(text(named[b"filename"], self._charset))
        if part.filename is None:
            return
        self._files += 1
        if self._sink is not None:
            if self._files > MOST_FILES:
                raise Malformed("body", f"must have at most {MOST_FILES} files")
            part.sink = self._sink()

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self._parts[-1]
        if part.sink is not None:
            part.sink.write_now(data[start:end])
            return
        if self._sink is not None:
            self._hold(end - start)
        part.pieces.append(data[start:end])

    def _part_end(self) -> None:
        part = self._parts[-1]
        if part.sink is not None and (part.filename or part.sink.size):
            part.content = Content(part.sink.keep_now())

    def _end(self) -> None:
        self._is_whole = True

    def _hold(self, size: int) -> None:
        self._held += size
        if self._held > LONGEST_TEXTS and self._sink is not None:
            raise TooLarge(f"What is no file may hold at most {LONGEST_TEXTS} bytes")


def header_options(header: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """What a header says, and its options. Raises Malformed for one that would take long: the
    parser looks at all of it again at each semicolon."""
    _demand_short(len(header))
    if header.count(b";") > MOST_OPTIONS:
        raise Malformed(text=f"A multipart header may hold at most {MOST_OPTIONS} semicolons")
    return parse_options_header(header)


def _demand_short(size: int) -> None:
    if size > LONGEST_HEADER:
        raise Malformed(text=f"A multipart header may hold at most {LONGEST_HEADER} bytes")


def _broken(error: FormParserError) -> Malformed:
    return Malformed(text=f"The multipart body is broken: {error}")
