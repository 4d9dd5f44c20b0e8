"""A client for the stream of changes, over a socket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple

from dealwright.wire.credentials import COOKIE
from tests.running import SECONDS_TO_ANSWER, Portal


class Event(NamedTuple):
    """One event. `id`: empty if the stream gave none."""

    name: str
    data: Any
    id: str = ""


class Stream:
    """What one open page hears. `text` is everything so far."""

    def __init__(self, answer: HTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.text = ""
        self.told_on = ""

    def events(self) -> Iterator[Event]:
        """Each event as it comes, until the server ends the stream."""
        name = data = ""
        heartbeats = 0
        while line := self._answer.readline().decode():
            self.text += line
            field, _, value = line.rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif field == "id":
                self.told_on = value
            elif not field and name:
                yield Event(name, json.loads(data), self.told_on)
                name = data = ""
            elif not field:
                heartbeats += 1
                assert heartbeats < 4, f"the stream says nothing more after {self.text}"

    def until(self, opportunity_id: int) -> list[int]:
        """The ids that it names, up to this one."""
        named: list[int] = []
        for each in self.events():
            if each.name == "changes":
                named += each.data["ids"]
            if opportunity_id in named:
                return named
        raise AssertionError(f"the stream ended after {self.text}")

    def next(self, name: str) -> Any:
        """The data of the next event with this name."""
        for each in self.events():
            if each.name == name:
                return each.data
        raise AssertionError(f"the stream ended after {self.text}")


@contextmanager
def listening(
    portal: Portal, as_: str | None = "bob", *, token: str = "", since: int = 0, told: str = ""
) -> Iterator[Stream]:
    """A stream that has begun. Without `since` and `told` it is told at once to read everything."""
    cookie = token or (portal.ground.tokens[as_] if as_ else "")
    headers = {"Accept": "text/event-stream", "Cookie": f"{COOKIE}={cookie}"}
    if told:
        headers["Last-Event-ID"] = told
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", f"/live?since={since}", headers=headers)
        stream = Stream(connection.getresponse())
        if stream.status == 200:
            stream.next("hello")
            if not since and not told:
                stream.next("resync")
        yield stream
    finally:
        connection.close()
