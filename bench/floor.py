"""The floor: the least a server can do to give the same answers from the same tables.

The smallest HTTP protocol on uvloop, the product's drivers, one fixed SQL text per operation; no
sign-in, no rights, no binding, no errors. `GET /list?stage,person,word,skip`, `GET /one?id` and
`POST /new` are told apart by one letter. A new opportunity brings all the rows that the product
writes for one, and is answered after they are safe.

    python -m bench.floor DATABASE PORT"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import httptools
import uvloop

from bench.floor_answers import Answers, Page, Row, read_references
from bench.floor_new import New
from dealwright.storage.engines.opening import is_postgresql


class Store(Protocol):
    """A database. What needs no waiting comes at once."""

    def page(self, stage: int, person: str, word: str, skip: int) -> Page | Awaitable[Page]: ...

    def one(self, opportunity_id: int) -> tuple[Any, ...] | Awaitable[Row]: ...

    def create(self, new: New) -> Awaitable[Row]: ...


Answer = bytes | Awaitable[bytes]


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and nothing else."""

    def __init__(self, answer: Callable[[bytes, bytes], Answer]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._url = self._body = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        answer = self._answer(self._url, body)
        if isinstance(answer, bytes):
            self._send(b"200 OK", answer)
        else:
            asyncio.ensure_future(self._send_later(answer))  # noqa: RUF006, what it waits for keeps it

    async def _send_later(self, answer: Awaitable[bytes]) -> None:
        try:
            self._send(b"200 OK", await answer)
        except Exception as failure:  # a floor that hangs would hang the load too
            self._send(b"500 Internal Server Error", repr(failure).encode())

    def _send(self, status: bytes, body: bytes) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (status, len(body), body)
        )


class Floor:
    def __init__(self, store: Store, answers: Answers) -> None:
        self._store = store
        self._answers = answers

    def answer(self, url: bytes, body: bytes) -> Answer:
        match url[1]:
            case 0x6C:  # l
                stage, person, word, skip = url[6:].decode().split(",")
                start = int(skip)
                page = self._store.page(int(stage), person, f" {word}", start)
                if isinstance(page, tuple):
                    return self._answers.listed(page, start)
                return self._listed(page, start)
            case 0x6F:  # o
                row = self._store.one(int(url[5:]))
                return self._answers.single(row) if isinstance(row, tuple) else self._read(row)
        return self._created(self._store.create(New(body)))

    async def _listed(self, page: Awaitable[Page], start: int) -> bytes:
        return self._answers.listed(await page, start)

    async def _read(self, row: Awaitable[Row]) -> bytes:
        return self._answers.single(await row)

    async def _created(self, row: Awaitable[Row]) -> bytes:
        return self._answers.single(await row, 201)


async def _serve(database: str, port: int) -> None:
    answers = Answers(await read_references(database, f"http://127.0.0.1:{port}"))
    floor = Floor(await _open(database), answers)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(floor.answer), "127.0.0.1", port
    )
    await server.serve_forever()


async def _open(database: str) -> Store:
    if is_postgresql(database):
        from bench.floor_postgres import PostgreSQL

        return await PostgreSQL.open(database)
    from bench.floor_sqlite import SQLite

    return SQLite(database)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    uvloop.run(_serve(arguments.database, arguments.port))
