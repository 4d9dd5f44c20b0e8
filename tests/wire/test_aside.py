"""Large bodies are read, bound and packed beside the event loop, small ones on it."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from dealwright.wire import parse, sending
from dealwright.wire.aside import LARGE, THREAD
from dealwright.wire.bind import Binder
from tests.running import Portal

LONG = "x" * LARGE
FORM = "application/x-www-form-urlencoded"
sqlite_only = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


def watched(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, threads: list[str]) -> None:
    """Has every call of a function note the thread it runs on."""
    real: Callable[..., Any] = getattr(owner, name)

    def noted(*given: Any, **named: Any) -> Any:
        threads.append(threading.current_thread().name)
        return real(*given, **named)

    monkeypatch.setattr(owner, name, noted)


@sqlite_only
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", json.dumps({"title": LONG})),
        (FORM, f"title={LONG}"),
        ("application/xml", f"<r><title>{LONG}</title></r>"),
        (
            "multipart/form-data; boundary=b",
            f"--b\r\nContent-Disposition: form-data; name=title\r\n\r\n{LONG}\r\n--b--\r\n",
        ),
    ],
)
def test_a_large_body_is_parsed_and_bound_beside_the_event_loop(
    portal: Portal, kind: str, body: str, monkeypatch: pytest.MonkeyPatch
):
    threads: list[str] = []
    watched(monkeypatch, parse, "body", threads)
    watched(monkeypatch, Binder, "bind", threads)
    answer = portal.call("POST", "crm/case/tag", body=body, headers={"Content-Type": kind})
    assert answer.status == 400, answer.text
    assert len(threads) == 2
    assert all(name.startswith(THREAD) for name in threads)


@sqlite_only
def test_a_small_body_is_parsed_on_the_event_loop(portal: Portal, monkeypatch: pytest.MonkeyPatch):
    threads: list[str] = []
    watched(monkeypatch, parse, "body", threads)
    watched(monkeypatch, Binder, "bind", threads)
    portal.call("POST", "crm/case/tag", form={"title": "x" * 1000})
    assert len(threads) == 2
    assert not any(name.startswith(THREAD) for name in threads)


@sqlite_only
def test_a_large_answer_is_packed_beside_the_event_loop(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
):
    threads: list[str] = []
    watched(monkeypatch, sending, "_pack", threads)
    for path in ("/openapi.json", "settings.json", "people"):
        portal.call("GET", path, headers={"Accept-Encoding": "gzip"})
    assert threads[0].startswith(THREAD)
    assert not any(name.startswith(THREAD) for name in threads[1:])


def test_a_json_body_has_a_bounded_number_of_values():
    few = b'{"a":[' + b"1," * (parse.MOST_VALUES - 1) + b"1]}"
    assert len(parse.json(few)["a"]) == parse.MOST_VALUES  # type: ignore[arg-type]
    with pytest.raises(parse.Malformed):
        parse.json(b'{"a":[' + b"1," * (parse.MOST_VALUES + 1) + b"1]}")
