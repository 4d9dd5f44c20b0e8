"""Examples of requests with the answers that clients of either profile are promised.

An example prints one answer in both spellings. Which values come is no promise, unless a test of
its own says so: names, their order, and the kinds of values are.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.reading import Outline, outline_of_json
from tests.crm.files.making import Sent, form
from tests.running import Answer, Portal

Made = Mapping[str, Any]
Making = Callable[[Portal], Made]
ACCEPTS = {
    profile: {
        "json": f'application/json; profile="{profile}"',
        "xml": f'text/xml; profile="{profile}"',
    }
    for profile in ("live", "documented")
}


def nothing(portal: Portal) -> Made:
    """For a request that needs nothing made."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Example:
    """`made` makes what the request needs and names its ids and words, which `path`, `said` and
    `headers` may hold in braces. With `files` it is a form of several parts, and `said` are its
    texts. `live` and `documented` are the `response` of both profiles, or the `error` of a refusal,
    whose `status` says so."""

    made: Making
    method: str
    path: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Sent, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    as_: str | None = "ann"
    status: int = 0
    live: Any = None
    documented: Any = None

    @property
    def expected_status(self) -> int:
        return self.status or (201 if self.method == "POST" else 200)

    def asked(self, portal: Portal, profile: str, kind: str) -> Answer:
        made = self.made(portal)
        path, payload = self.path.format(**made), filled(self.payload, made)
        whole: dict[str, Any] = {"as_": self.as_, "accept": ACCEPTS[profile][kind]}
        headers = filled(self.headers, made)
        if self.files:
            body, parted = form(*self.files, texts=payload)
            return portal.call(self.method, path, body=body, headers=parted | headers, **whole)
        return portal.call(self.method, path, json=payload or None, headers=headers, **whole)

    @property
    def address(self) -> str:
        """Its address with a number for whatever was made."""
        return _NAME.sub("1", self.path).partition("?")[0]

    def promised(self, profile: str) -> Outline:
        return outline_of_json(self.live if profile == "live" else self.documented)

    def given(self, answer: Answer) -> Outline:
        answered = answer.json
        return outline_of_json(answered["response" if self.expected_status < 400 else "error"])


_NAME = re.compile(r"\{\w+\}")


def filled(payload: Any, made: Made) -> Any:
    """The same with what was made for names in braces."""
    match payload:
        case str() if _NAME.fullmatch(payload):
            return made[payload[1:-1]]
        case Mapping():
            return {name: filled(value, made) for name, value in payload.items()}
        case list():
            return [filled(value, made) for value in payload]
    return payload
