"""Log lines: one a line, with the request id, without secrets, wherever they come from."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from dealwright.server import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.contextvars.clear_contextvars()
    structlog.configure(**configuration)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def configured(stream: io.StringIO) -> Any:
    logs.configure(stream)
    return structlog.get_logger()


def test_a_line_is_one_json_object_with_time_level_and_request_id():
    stream = io.StringIO()
    log = configured(stream)
    structlog.contextvars.bind_contextvars(request_id="r-1")
    log.info("request", status=200)
    [line] = lines(stream)
    assert (line["event"], line["status"], line["level"]) == ("request", 200, "info")
    assert line["request_id"] == "r-1"
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_look_the_same():
    stream = io.StringIO()
    configured(stream)
    structlog.contextvars.bind_contextvars(request_id="r-2")
    logging.getLogger("some.library").warning("lost %s", "password=hunter2 now")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old and\nweary", UserWarning, stacklevel=1)
    first, second = lines(stream)
    assert first["event"] == f"lost password={logs.HIDDEN} now"
    assert first["request_id"] == second["request_id"] == "r-2"
    assert "old and\\nweary" in second["event"]


@pytest.mark.parametrize(
    "values",
    [
        {"password": "hunter2"},
        {"Authorization": "hunter2"},
        {"asc_auth_key": "hunter2"},
        {"api_token": "hunter2"},
        {"headers": {"Set-Cookie": "hunter2", "cookie": ["hunter2"]}},
        {"items": [{"newPassword": "hunter2"}]},
        {"header": "Authorization: Bearer hunter2"},
        {"header": "cookie: hunter2"},
        {"text": "Basic hunter2hunter2"},
        {"query": "a=1&asc_auth_key=hunter2&b=2"},
        {"body": '{"userName": "ann", "password": "hunter2"}'},
        {"url": "postgresql://ann:hunter2@db/crm"},
        {"error": ValueError("token=hunter2")},
        {"body": '{"password": "first second hunter2", "a": 1}'},
        {"error": ValueError("password='it, and hunter2'")},
    ],
)
def test_no_secret_reaches_a_line(values: dict[str, Any]):
    for stream in (io.StringIO(), Terminal()):
        configured(stream).info("said", **values)
        assert logs.HIDDEN in stream.getvalue()
        assert "hunter2" not in stream.getvalue()


def test_what_is_no_secret_is_kept():
    stream = io.StringIO()
    values = {"path": "/api/2.0/crm/opportunity/7", "at": "10:30:00", "title": "Basic deal: a = b"}
    configured(stream).info("said", token=None, size=1.5, **values)
    [line] = lines(stream)
    assert values.items() <= line.items()
    assert (line["token"], line["size"]) == (None, 1.5)


@pytest.mark.parametrize(
    "break_", ["\n", "\r", "\x85", "\u2028", "\x1b[2J", "\x00", "\u202e", "\ud800"]
)
def test_no_value_can_forge_or_hide_a_line(break_: str):
    for stream in (io.StringIO(), Terminal()):
        configured(stream).info(f"a{break_}b", path=f"c{break_}d", headers={f"e{break_}f": "g"})
        assert len(stream.getvalue().splitlines()) == 1
        assert break_ not in stream.getvalue().removesuffix("\n")


def test_a_traceback_hides_secrets_and_stands_apart_on_a_terminal():
    for stream in (io.StringIO(), Terminal()):
        log = configured(stream)
        try:
            raise ValueError("Authorization: Bearer hunter2\n2026-01-01 [info] forged")
        except ValueError:
            log.exception("failed")
        written = stream.getvalue()
        assert "hunter2" not in written
        assert "ValueError" in written
        assert not any(line.startswith("2026-01-01 [info]") for line in written.splitlines())
