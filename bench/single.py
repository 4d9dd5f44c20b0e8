"""Requests one after the other over one connection: what one person waits for, what it costs the
server, and how both grow with the portal."""

import http.client
import time
from collections.abc import Mapping
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from bench.requests import HOST
from bench.rows import USER, person_id, token_of
from bench.servers import Server, cpu_of

API = "/api/2.0/crm/"
_NEWEST = {"sortBy": "created", "sortOrder": "descending", "count": 25}


class Cost(NamedTuple):
    """Of one request: the median wait and the mean processor time of the server, milliseconds."""

    wait: float
    cpu: float


def growing(opportunities: int) -> dict[str, str]:
    """The requests whose times are compared between two sizes of a portal, by what they ask."""
    stage, person = {"opportunityStagesid": 2}, {"responsibleid": person_id(USER)}
    lists = {
        "list of a stage, responsible, word": stage | person | {"filterValue": "harbour"},
        "list of a stage, responsible": stage | person,
        "list of a stage": stage,
        "list, unfiltered, with total": {},
        "list, rare text": {"filterValue": str(opportunities - 1)},
        "list, common text": {"filterValue": "harbour"},
        "list, two letters": {"filterValue": "ha"},
        "list, startIndex in the middle": {"startIndex": opportunities // 2},
        "list, first page by cursor": {"cursor": ""},
    }
    paths = {
        what: f"opportunity/filter?{urlencode(asked | _NEWEST)}" for what, asked in lists.items()
    }
    paths["get"] = f"opportunity/{opportunities // 2 + 1}"
    paths["summary of all"] = "opportunity/summary"
    paths["summary of one responsible"] = f"opportunity/summary?{urlencode(person)}"
    paths["contacts, 25"] = "contact/filter?count=25&sortBy=displayName"
    return {what: API + path for what, path in paths.items()}


def growth(server: Server, opportunities: int) -> dict[str, Cost]:
    return {what: cost(server, path, times=9) for what, path in growing(opportunities).items()}


def formats(server: Server) -> dict[str, Cost]:
    """A list of 1000 as JSON and as XML."""
    query = urlencode(_NEWEST | {"count": 1000})
    return {
        name: cost(server, f"{API}opportunity/filter.{name}?{query}", times=15)
        for name in ("json", "xml")
    }


def cost(
    server: Server, path: str, *, times: int, headers: Mapping[str, str] | None = None
) -> Cost:
    """The first request is not counted: it compiles the statement. Raises RuntimeError."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    headers = headers or {"Authorization": token_of(USER)}
    waits, before = [], 0.0
    for number in range(times + 1):
        if number == 1:
            before = cpu_of(server.process)
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        waits.append((time.perf_counter() - began) * 1000)
    spent = cpu_of(server.process) - before
    connection.close()
    return Cost(median(waits[1:]), spent * 1000 / times)


def fetched(server: Server, path: str, headers: Mapping[str, str]) -> bytes:
    """The body of one answer."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    connection.request("GET", path, headers=dict(headers))
    content = connection.getresponse().read()
    connection.close()
    return content


def posting(
    server: Server, path: str, form: str, headers: Mapping[str, str], *, method: str = "POST"
) -> float:
    """Milliseconds of one change. Raises RuntimeError when it is refused."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=120)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    connection.request(method, path, form, {**headers, **kind})
    answer = connection.getresponse()
    content = answer.read()
    waited = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
    return waited
