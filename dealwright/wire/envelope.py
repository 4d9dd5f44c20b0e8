"""The envelope of successes and failures, and how it is written.

Maps the errors of `dealwright.errors` to HTTP; knows neither routes, rights nor the trade.
"""

import errno
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from dealwright import errors
from dealwright.storage.engines.engine import TooSlow, Unavailable
from dealwright.wire import xml
from dealwright.wire.documented import documented, project
from dealwright.wire.exchange import ClientDisconnected, ProtocolError
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.router import MethodNotAllowed
from dealwright.wire.shape import Shape

Value = TypeVar("Value")


class Answer(msgspec.Struct, Generic[Value], frozen=True):
    """For handlers that set more than the value: status, headers, the ETag without its quotes.

    A handler declares the type of the value: `-> Answer[Opportunity]`.
    """

    value: Value
    status: int | None = None
    headers: Mapping[str, str] = {}
    etag: str | None = None


class Representation(NamedTuple):
    """How an answer is written: JSON or XML, live or documented names."""

    xml: bool = False
    documented: bool = False

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


def negotiate(accept: str, suffix: str, default_documented: bool) -> Representation:
    """The suffix (`json`, `xml` or none) decides the format, else Accept.

    The first known `profile` parameter decides the names, whatever range carries it.
    """
    known = _negotiated if len(accept) <= _LONGEST_KEPT else _negotiated.__wrapped__
    return known(accept, suffix, default_documented)


@lru_cache(maxsize=256)
def _negotiated(accept: str, suffix: str, default_documented: bool) -> Representation:
    as_json = as_xml = False
    as_documented = default_documented
    for choice in reversed(accept.lower().split(",")):
        kind, *options = (part.strip() for part in choice.split(";"))
        profile = _option(options, "profile")
        if profile in ("live", "documented"):
            as_documented = profile == "documented"
        quality = _option(options, "q")
        if quality.strip("0.") or not quality:
            as_json = as_json or kind.endswith(("/json", "+json"))
            as_xml = as_xml or kind in ("text/xml", "application/xml")
    wanted = suffix.lstrip(".") or ("xml" if as_xml and not as_json else "json")
    return Representation(wanted == "xml", as_documented)


def _option(options: Sequence[str], name: str) -> str:
    for option in options:
        key, _, value = option.partition("=")
        if key.strip() == name:
            return value.strip().strip('"')
    return ""


_CONTENT_TYPES = {
    Representation(False, False): "application/json; charset=utf-8",
    Representation(False, True): 'application/json; profile="documented"; charset=utf-8',
    Representation(True, False): "text/xml; charset=utf-8",
    Representation(True, True): 'text/xml; profile="documented"; charset=utf-8',
}
_LONGEST_KEPT = 500  # characters of an Accept header that the process remembers
DEFAULT_PAGING = Paging()
DEFAULT_REPRESENTATION = Representation()


class Envelope(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The keys of a live answer in wire order."""

    count: int = 0
    start_index: int = msgspec.field(default=0, name="startIndex")
    next_index: int | None = msgspec.field(default=None, name="nextIndex")
    next_cursor: str | None = msgspec.field(default=None, name="nextCursor")
    total: int | None = None
    status: int
    status_code: int = msgspec.field(name="statusCode")
    response: Any = None
    error: "Fault | None" = None


class Fault(msgspec.Struct, kw_only=True):
    message: str
    hresult: int
    data: dict[str, object] = {}


_encode = msgspec.json.Encoder().encode


def success(
    value: object,
    *,
    method: str = "GET",
    status: int = 200,
    paging: Paging | None = None,
    representation: Representation = DEFAULT_REPRESENTATION,
) -> bytes:
    """The body of a success. `value`: a shape, a scalar, a list, a map, a Listing or nothing."""
    page = paging or DEFAULT_PAGING
    listing = value if isinstance(value, Listing) else None
    response = {} if value is None else value if listing is None else listing.rows
    whole = Envelope(
        count=_count(response),
        start_index=page.start_index,
        next_index=_next_index(listing, page),
        next_cursor=listing.next_cursor if listing else None,
        total=listing.total if listing else None,
        status=0,
        status_code=status,
        response=response,
    )
    if representation.documented:
        return _documented(
            whole, page, is_list=method in ("GET", "HEAD"), as_xml=representation.xml
        )
    if page.fields:
        whole.response = project(response, page.fields)
    return _xml(_tree(whole)) if representation.xml else _encode(whole)


def _count(response: object) -> int:
    if isinstance(response, Shape):
        return 1
    if isinstance(response, str):
        # quirk: a bare text counts its characters, as .NET does: UTF-16 units.
        return len(response.encode("utf-16-le", "surrogatepass")) // 2
    if isinstance(response, Sequence | Mapping):
        return len(response)
    return 1


def _next_index(listing: Listing[Any] | None, page: Paging) -> int | None:
    """Where the next page starts, if this one is full and more rows exist."""
    if listing is None or listing.total is None or not listing.rows:
        return None
    # differs: the reference adds one more, which skips a row.
    following = page.start_index + page.count
    return following if len(listing.rows) == page.count and following < listing.total else None


def _documented(whole: Envelope, page: Paging, *, is_list: bool, as_xml: bool) -> bytes:
    """`status` and `response`; a list that was read tells its place, `nextIndex` 0 at the end."""
    response = whole.response
    if page.fields:
        shown = project(response, page.fields, as_documented=True)
    else:
        shown = documented(response)
    tree: dict[str, object] = {"status": whole.status, "response": shown}
    if is_list and isinstance(response, list | tuple):
        tree["count"] = whole.count
        tree["startIndex"] = whole.start_index
        tree["nextIndex"] = whole.next_index or 0
        if page.cursor is not None:
            tree["nextCursor"] = whole.next_cursor
        seen = whole.start_index + whole.count
        tree["total"] = seen if whole.total is None else whole.total
    return _xml(tree, as_documented=True) if as_xml else _encode(tree)


def _tree(whole: Envelope) -> dict[str, object]:
    """The keys that a live answer prints, for the XML writer."""
    tree = {
        field.encode_name: getattr(whole, field.name)
        for field in msgspec.structs.fields(whole)
        if field.required or getattr(whole, field.name) is not field.default
    }
    if isinstance(whole.error, Fault):
        tree["error"] = msgspec.structs.asdict(whole.error)
    return tree


def _xml(tree: Mapping[str, object], *, as_documented: bool = False) -> bytes:
    return xml.document(tree, documented=as_documented).encode("utf-8", "replace")


class Failure(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def failure(
    error: BaseException,
    *,
    start_index: int = 0,
    representation: Representation = DEFAULT_REPRESENTATION,
) -> Failure:
    """Status, headers and body of an error; an error that is no CrmError shows only that it
    happened."""
    status, hresult = code(error)
    message = _message(error).encode("utf-8", "replace").decode()
    fault = Fault(message=message, hresult=hresult)
    shown = 0 if representation.documented else start_index
    whole = Envelope(start_index=shown, status=1, status_code=status, error=fault)
    body = _xml(_tree(whole)) if representation.xml else _encode(whole)
    return Failure(status, _headers(error, representation), body)


def is_unavailable(error: BaseException) -> bool:
    """Whether another attempt may go well: the database is away, or the process has as many files
    open as it may."""
    if isinstance(error, OSError):
        return error.errno in (errno.EMFILE, errno.ENFILE)
    return isinstance(error, Unavailable)


def _message(error: BaseException) -> str:
    if isinstance(error, errors.CrmError):
        return error.text
    if isinstance(error, ClientDisconnected):
        return "The request ended before its body did"
    if isinstance(error, TooSlow):
        return (
            f"The database needs more than {error.seconds:g} s for this: "
            "choose a filter that leaves fewer rows"
        )
    return "ServiceUnavailable" if is_unavailable(error) else "Internal error"


def _headers(error: BaseException, representation: Representation) -> dict[str, str]:
    headers = {"Content-Type": representation.content_type, "Vary": "Accept"}
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join([*error.allowed, "OPTIONS"])
    return headers


def code(error: BaseException) -> tuple[int, int]:
    """HTTP status and `hresult` of an error."""
    if isinstance(error, ProtocolError):
        return error.status, -2146233088
    if is_unavailable(error):
        return 503, -2146233088
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return 500, -2146233088


_CODES: Mapping[type, tuple[int, int]] = {
    errors.Invalid: (400, -2147024809),
    errors.Malformed: (400, -2146233033),
    ClientDisconnected: (400, -2146233033),
    errors.Unauthenticated: (401, -2146233087),
    errors.Forbidden: (403, -2146233078),
    errors.NoCrm: (403, -2147467259),
    errors.NotNow: (403, -2146233079),
    errors.NotFound: (404, -2147467259),
    errors.NoSuchRoute: (404, -2146233069),
    MethodNotAllowed: (405, -2146233069),
    errors.Conflict: (409, -2146233079),
    errors.Stale: (412, -2146233079),
    errors.KeyReused: (422, -2146233079),
    errors.TooLarge: (413, -2146233088),
    errors.TooMany: (429, -2146233088),
    errors.Pending: (501, -2147467263),
}
