"""The requests of the load, prepared once for the floor and for the product: the same questions in
the same order, drawn with a fixed seed."""

import random
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from bench.rows import CURRENCIES, REGIONS, SOURCES, STAGES, WORDS, is_private, person_id

HOST = "127.0.0.1"
SEED = 7
DIFFERENT = 20_000  # requests of a kind; a load that sends more starts again from the first
PAGE = 25
OPEN_STAGES = STAGES - 2


class Asked(NamedTuple):
    """One question, as the floor and as the product take it."""

    floor: str
    product: str
    body: bytes = b""


def ask(kind: str, opportunities: int) -> list[Asked]:
    """All requests of one kind: list, get or create."""
    chance = random.Random(SEED)
    return [_MADE[kind](chance, opportunities) for _ in range(DIFFERENT)]


def raw(path: str, body: bytes, *, port: int, token: str = "") -> bytes:
    """The bytes of a request."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", f"Host: {HOST}:{port}"]
    if token:
        lines.append(f"Authorization: {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _list(chance: random.Random, opportunities: int) -> Asked:
    """Stage, responsible and a word, newest first, one of the first two pages."""
    stage, person = chance.randrange(STAGES) + 1, person_id(chance.randrange(50))
    word, skip = chance.choice(WORDS), chance.choice((0, 0, 0, PAGE))
    query = {
        "opportunityStagesid": stage,
        "responsibleid": person,
        "filterValue": word,
        "sortBy": "created",
        "sortOrder": "descending",
        "count": PAGE,
        "startIndex": skip,
    }
    return Asked(
        f"/list?{stage},{person},{word},{skip}",
        f"/api/2.0/crm/opportunity/filter?{urlencode(query)}",
    )


def _get(chance: random.Random, opportunities: int) -> Asked:
    """One that every user sees."""
    n = chance.randrange(opportunities) + 1
    n -= is_private(n)
    return Asked(f"/one?{n}", f"/api/2.0/crm/opportunity/{n}")


def _create(chance: random.Random, opportunities: int) -> Asked:
    """With two members, of whom one is also the contact, and two custom values."""
    contacts = chance.sample(range(1, opportunities // 2 + 1), 3)
    stage = chance.randrange(OPEN_STAGES) + 1
    sent = {
        "title": " ".join(chance.sample(WORDS, 4)) + f" {chance.randrange(10**6)}",
        "description": " ".join(chance.choices(WORDS, k=12)),
        "responsibleid": person_id(chance.randrange(50)),
        "contactid": contacts[0],
        "members": contacts,
        "stageid": stage,
        "bidValue": chance.randrange(1, 10**7) / 100,
        "bidCurrencyAbbr": chance.choice(CURRENCIES),
        "successProbability": 10 * stage,
        "expectedCloseDate": f"2027-{chance.randrange(12) + 1:02d}-15T00:00:00.0000000Z",
        "customFieldList": [
            {"key": 1, "value": chance.choice(REGIONS)},
            {"key": 2, "value": chance.choice(SOURCES)},
        ],
    }
    return Asked("/new", "/api/2.0/crm/opportunity", msgspec.json.encode(sent))


_MADE: Mapping[str, Callable[[random.Random, int], Asked]] = {
    "list": _list,
    "get": _get,
    "create": _create,
}
