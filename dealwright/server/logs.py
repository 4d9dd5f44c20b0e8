"""Log lines: for people on a terminal, one JSON object a line elsewhere; never with a secret.

Modules log by `structlog.get_logger()`; what is bound in `structlog.contextvars` (the request id)
stands in every line, also in those of libraries that use the standard library's logging. Knows
neither requests nor people.
"""

import contextlib
import logging
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
LONGEST = 4000  # characters of a text, or of a line of a traceback: the search below is slow
_SECRET_WORDS = ("authorization", "cookie", "password", "token", "secret", "asc_auth_key")
# name=value and name: value with one of those words, "Bearer abc", and user:password@ in an address
_SECRET_TEXT = re.compile(
    r"(?P<name>(?:authorization|cookie|password|token|secret|asc_auth_key)\w*"
    r"[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic)\s+)?)"
    r"(?:(?<=\")[^\"]*|(?<=')[^']*|[^\s\"'&;,)}\]]+)"  # between quotes all of it
    r"|(?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=%-]{8,}"
    r"|(?P<user>://[^\s:/@]*:)[^\s@]+(?=@|…\Z)",  # the @ of a text that was cut may be gone
    re.IGNORECASE,
)
# Control characters, line separators, marks that reorder text, lone surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def configure(stream: TextIO | None = None) -> None:
    """Send the log to `stream` (standard error by default). To be called once, before serving."""
    stream = stream or sys.stderr
    is_terminal = stream.isatty()
    kept: Any = _Unfailing(stream)
    render: Processor = structlog.dev.ConsoleRenderer() if is_terminal else _json
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,  # plain: local variables hold secrets
        redact,
        structlog.processors.TimeStamper(fmt="iso", utc=not is_terminal),
        _indent_traceback if is_terminal else _as_it_is,
    ]
    structlog.configure(
        processors=[_unfailing([*chain, render])],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(kept),
        cache_logger_on_first_use=True,
    )
    _adopt_libraries(kept, chain, render)


def _adopt_libraries(stream: TextIO, chain: list[Processor], render: Processor) -> None:
    handler = logging.StreamHandler(stream)
    finish: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=finish, foreign_pre_chain=chain)
    )
    logging.raiseExceptions = False  # nor are failures of the log itself shown
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)


class _Unfailing:
    """A stream for a log that never fails what is logged: a full disk or a closed pipe loses
    lines, not requests."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def _unfailing(chain: list[Processor]) -> Processor:
    """The chain as one processor; of what it cannot show, only the event is left."""

    def run(logger: WrappedLogger, method: str, event: EventDict) -> Any:
        name, line = event.get("event"), event
        try:
            for processor in chain:
                line = processor(logger, method, line)  # type: ignore[assignment]
        except structlog.DropEvent:
            raise
        except Exception as error:
            return f"{method}: {name!r} could not be logged: {type(error).__name__}"
        return line

    return run


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what stands under a secret name or looks like a secret, and keep each value on a line.

    A traceback keeps its line ends.
    """
    for name, value in event.items():
        if name == "exception":
            event[name] = "\n".join(_clean_text(line) for line in str(value).splitlines())
        elif not name.startswith("_"):
            event[name] = _clean(name, value)
    return event


def _clean(name: str, value: object) -> object:
    if _is_secret(name) and value is not None:
        return HIDDEN
    match value:
        case str():
            return _clean_text(value)
        case None | bool() | int() | float():
            return value
        case dict():
            return {_clean_text(str(key)): _clean(str(key), inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean("", inner) for inner in value]
        case _:
            return _clean_text(str(value))


@lru_cache(maxsize=1000)
def _is_secret(name: str) -> bool:
    name = name.lower().replace("-", "_")
    return any(word in name for word in _SECRET_WORDS)


def _clean_text(text: str) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    if ":" in text or "=" in text or " " in text:  # the search is slow, most values are words
        text = _SECRET_TEXT.sub(_hide, text)
    return text if text.isprintable() else _UNSAFE.sub(_escape, text)


def _hide(found: re.Match[str]) -> str:
    return (found["name"] or found["scheme"] or found["user"]) + HIDDEN


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def _indent_traceback(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """No line of a traceback can pass for a log line of its own."""
    if "exception" in event:
        event["exception"] = "  | " + event["exception"].replace("\n", "\n  | ")
    return event


def _as_it_is(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return event


_encode: Callable[[object], bytes] = msgspec.json.Encoder().encode


def _json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return _encode(event).decode()
