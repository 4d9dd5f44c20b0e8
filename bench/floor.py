"""The floor: the least a server can do to give the same answers from the same tables.

The smallest HTTP protocol on uvloop and the same drivers, one fixed SQL text per operation, no
sign-in, no rights, no binding, no errors. Three operations, told apart by the first letters: `GET
/list?stage,person,word,skip`, `GET /one?id` and `POST /new`. Everything that the product writes for
a new opportunity is written here too."""

import argparse
import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import httptools
import msgspec
import uvloop

from bench.make import person_id
from dealwright.opportunities import shapes
from dealwright.opportunities.shapes import References
from dealwright.wire.envelope import success
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.values import moments

PAGE = Paging(count=25)
COLUMNS = """o.id, o.external_id, o.title, o.description, o.responsible_id, o.bid_type, o.bid_value, o.bid_currency,
    o.per_period_value, o.stage_id, o.success_probability, o.actual_close_on, o.expected_close_on, o.is_private,
    case when o.is_private then {people} end, true, o.created_by, o.created_on, o.version,
    c.id, c.is_company, c.display_name, c.share_type, c.currency, true, null"""
INSERTED = (
    "title", "title_key", "description", "responsible_id", "contact_id", "bid_type", "bid_value", "bid_currency",
    "per_period_value", "stage_id", "success_probability", "close_on", "is_private", "search_text", "created_by",
    "created_on", "modified_by", "modified_on",
)  # fmt: skip

Answer = Callable[[bytes, bytes], Awaitable[bytes]]


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and nothing else."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser: Any = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)
        self._body: list[bytes] = []

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url = url

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body, self._body = b"".join(self._body), []
        asyncio.ensure_future(self._respond(self._url, body))

    async def _respond(self, url: bytes, body: bytes) -> None:
        try:
            answer, status = await self._answer(url, body), b"200 OK"
        except Exception as failure:  # a floor that hangs would hang the load too
            answer, status = repr(failure).encode(), b"500 Internal Server Error"
        head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (
            status,
            len(answer),
        )
        self._transport.write(head + answer)


class Floor:
    """Answers from rows that a database gives."""

    def __init__(self, database: Any, references: References) -> None:
        self._database = database
        self._references = references

    async def answer(self, url: bytes, body: bytes) -> bytes:
        asked = url.partition(b"?")[2].decode()
        match url[1:2]:
            case b"l":
                stage, person, word, skip = asked.split(",")
                found, rows, members, values = await self._database.page(
                    int(stage), person, f" {word}", int(skip)
                )
                by_id = {row[0]: row for row in rows}
                listed = shapes.listed(
                    [by_id[row[0]] for row in found], members, values, self._references
                )
                return success(Listing(listed, total=found[0][1] if found else 0), paging=PAGE)
            case b"o":
                return await self._one(int(asked))
        sent = msgspec.json.decode(body)
        return await self._one(
            await self._database.create(_new(sent), sent["members"], sent["customFieldList"])
        )

    async def _one(self, opportunity_id: int) -> bytes:
        return success(shapes.single(await self._database.one(opportunity_id), self._references))


def _new(sent: dict[str, Any]) -> tuple[Any, ...]:
    now = time.time_ns() // 1000
    key = sent["title"].lower()
    words = f" {key} {sent['description'].lower()} north fair "
    person = sent["responsibleid"]
    return (
        sent["title"], key, sent["description"], person, sent["contactid"], 0, int(sent["bidValue"] * 10_000),
        sent["bidCurrencyAbbr"], 0, sent["stageid"], sent["successProbability"], 0, False, words, person, now, person, now,
    )  # fmt: skip


class SQLite:
    """Reads on the loop; one writer thread that commits what has gathered."""

    PEOPLE = "(select json_group_array(json_array(person_id)) from opportunity_access where opportunity_id = o.id)"
    ROWS = f"select {COLUMNS.format(people=PEOPLE)} from opportunity o left join contact c on c.id = o.contact_id where o.id"
    ONE = ROWS.replace(
        " from opportunity o",
        """, (select json_group_array(json_array(m.id, m.is_company, m.display_name, m.share_type, m.currency, 1, null))
            from opportunity_member join contact m on m.id = contact_id where opportunity_id = o.id),
            (select json_group_array(json_array(field_id, value)) from opportunity_value where opportunity_id = o.id)
            from opportunity o""",
        1,
    )
    PAGE = """select id, count(*) over () from opportunity
        where deleted_on is null and stage_id = ? and responsible_id = ? and instr(search_text, ?) > 0
        order by created_on desc, id desc limit 25 offset ?"""
    MEMBERS = """select opportunity_id, m.id, m.is_company, m.display_name, m.share_type, m.currency, 1, null
        from opportunity_member join contact m on m.id = contact_id
        where opportunity_id in (select value from json_each(?)) order by 1, 2"""
    VALUES = """select opportunity_id, field_id, value from opportunity_value
        where opportunity_id in (select value from json_each(?))"""
    NEW = f"insert into opportunity ({', '.join(INSERTED)}) values ({', '.join('?' for _ in INSERTED)})"

    def __init__(self, path: str) -> None:
        self._reader, self._writer = self._open(path), self._open(path)
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()

    @staticmethod
    def _open(path: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=500
        )
        settings = (
            "journal_mode = wal", "synchronous = full", "foreign_keys = on", "mmap_size = 268435456",
            "cache_size = -262144", "busy_timeout = 10000",
        )  # fmt: skip
        for each in settings:
            connection.execute(f"pragma {each}")
        return connection

    async def page(self, stage: int, person: str, word: str, skip: int) -> tuple[Any, ...]:
        run = self._reader.execute
        found = run(self.PAGE, (stage, person, word, skip)).fetchall()
        ids = (msgspec.json.encode([row[0] for row in found]).decode(),)
        rows = run(f"{self.ROWS} in (select value from json_each(?))", ids).fetchall()
        return found, rows, run(self.MEMBERS, ids).fetchall(), run(self.VALUES, ids).fetchall()

    async def one(self, opportunity_id: int) -> Sequence[Any]:
        return self._reader.execute(f"{self.ONE} = ?", (opportunity_id,)).fetchall()[0]  # type: ignore[no-any-return]

    async def create(
        self, row: tuple[Any, ...], members: list[int], values: list[dict[str, Any]]
    ) -> int:
        future = self._loop.create_future()
        self._queue.put((future, row, members, values))
        return await future  # type: ignore[no-any-return]

    def _write(self) -> None:
        while True:
            waiting = [self._queue.get()]
            while len(waiting) < 64 and not self._queue.empty():
                waiting.append(self._queue.get())
            self._writer.execute("begin immediate")
            done = [(future, self._insert(*rest)) for future, *rest in waiting]
            self._writer.execute("commit")
            self._loop.call_soon_threadsafe(self._settle, done)

    def _insert(
        self, row: tuple[Any, ...], members: list[int], values: list[dict[str, Any]]
    ) -> int:
        run = self._writer.execute
        new = int(run(self.NEW, row).lastrowid or 0)
        people = sorted({*members, row[4]})
        run(
            "insert into opportunity_member select ?, value from json_each(?)",
            (new, msgspec.json.encode(people).decode()),
        )
        pairs = [[each["key"], each["value"]] for each in values]
        run(
            "insert into opportunity_value select ?, value ->> 0, value ->> 1 from json_each(?)",
            (new, msgspec.json.encode(pairs).decode()),
        )
        run("insert into opportunity_text (id, words) values (?, ?)", (new, row[13]))
        run("update counter set value = value + 1 where name = 'opportunity.public' and slot = 0")
        run(
            'insert into audit (entity_type, entity_id, action, person_id, "on", changes) values (?, ?, ?, ?, ?, ?)',
            ("opportunity", new, "created", row[3], row[15], _changes(row)),
        )
        run(
            "insert into outbox (kind, entity_id, payload, created_on, due_on) values (?, ?, ?, ?, ?)",
            ("opportunity.created", new, "{}", row[15], row[15]),
        )
        return new

    @staticmethod
    def _settle(done: list[tuple[asyncio.Future[int], int]]) -> None:
        for future, new in done:
            if not future.done():
                future.set_result(new)


def _changes(row: tuple[Any, ...]) -> str:
    changed = [[name, None, value] for name, value in zip(INSERTED, row, strict=True)]
    return msgspec.json.encode(changed).decode()


class PostgreSQL:
    """A list of connections; the new opportunity with all its rows is one statement."""

    PEOPLE = "(select json_agg(json_build_array(person_id))::text from opportunity_access where opportunity_id = o.id)"
    ROWS = f"select {COLUMNS.format(people=PEOPLE)} from opportunity o left join contact c on c.id = o.contact_id where o.id"
    ONE = (
        ROWS.replace(
            " from opportunity o",
            """, (select coalesce(json_agg(json_build_array(m.id, m.is_company, m.display_name, m.share_type, m.currency, true,
                null))::text, '[]') from opportunity_member join contact m on m.id = contact_id where opportunity_id = o.id),
                (select coalesce(json_agg(json_build_array(field_id, value))::text, '[]')
                from opportunity_value where opportunity_id = o.id) from opportunity o""",
            1,
        )
        + " = $1"
    )
    PAGE = """select id, count(*) over () from opportunity
        where deleted_on is null and stage_id = $1 and responsible_id = $2 and strpos(search_text, $3) > 0
        order by created_on desc, id desc limit 25 offset $4"""
    MEMBERS = """select opportunity_id, m.id, m.is_company, m.display_name, m.share_type, m.currency, true, null
        from opportunity_member join contact m on m.id = contact_id where opportunity_id = any($1) order by 1, 2"""
    VALUES = "select opportunity_id, field_id, value from opportunity_value where opportunity_id = any($1)"
    NEW = f"""with new as (insert into opportunity ({", ".join(INSERTED)})
            values ({", ".join(f"${n + 1}" for n in range(len(INSERTED)))}) returning id),
        members as (insert into opportunity_member select new.id, m from new, unnest($19::int[]) m),
        own as (insert into opportunity_value select new.id, f, v from new, unnest($20::int[], $21::text[]) as g (f, v)),
        words as (insert into opportunity_text (id, words) select new.id, $14 from new),
        counted as (insert into counter (name, slot, value) values ('opportunity.public', pg_backend_pid() % 16, 1)
            on conflict (name, slot) do update set value = counter.value + 1),
        audited as (insert into audit (entity_type, entity_id, action, person_id, "on", changes)
            select 'opportunity', new.id, 'created', $4, $16, $22 from new),
        job as (insert into outbox (kind, entity_id, payload, created_on, due_on)
            select 'opportunity.created', new.id, '{{}}', $16, $16 from new)
        select id from new"""

    def __init__(self, connections: list[Any]) -> None:
        self._idle = connections
        self._waiting: asyncio.Semaphore = asyncio.Semaphore(len(connections))

    @classmethod
    async def open(cls, database: str) -> "PostgreSQL":
        settings = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
        return cls([await asyncpg.connect(database, server_settings=settings) for _ in range(16)])

    async def page(self, stage: int, person: str, word: str, skip: int) -> tuple[Any, ...]:
        async with self._waiting:
            connection = self._idle.pop()
            try:
                found = await connection.fetch(self.PAGE, stage, person, word, skip)
                ids = [row[0] for row in found]
                rows = await connection.fetch(f"{self.ROWS} = any($1)", ids)
                return (
                    found,
                    rows,
                    await connection.fetch(self.MEMBERS, ids),
                    await connection.fetch(self.VALUES, ids),
                )
            finally:
                self._idle.append(connection)

    async def one(self, opportunity_id: int) -> Sequence[Any]:
        async with self._waiting:
            connection = self._idle.pop()
            try:
                return (await connection.fetch(self.ONE, opportunity_id))[0]  # type: ignore[no-any-return]
            finally:
                self._idle.append(connection)

    async def create(
        self, row: tuple[Any, ...], members: list[int], values: list[dict[str, Any]]
    ) -> int:
        async with self._waiting:
            connection = self._idle.pop()
            try:
                people = sorted({*members, row[4]})
                fields, texts = [each["key"] for each in values], [each["value"] for each in values]
                rows = await connection.fetch(self.NEW, *row, people, fields, texts, _changes(row))
                return rows[0][0]  # type: ignore[no-any-return]
            finally:
                self._idle.append(connection)


async def _serve(database: str, port: int, references: References) -> None:
    store: Any = (
        await PostgreSQL.open(database) if database.startswith("postgres") else SQLite(database)
    )
    floor = Floor(store, references)
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(floor.answer), "127.0.0.1", port
    )
    await server.serve_forever()


async def _references(database: str) -> References:
    """What opportunities point to, read once."""
    from dealwright.settings import read
    from dealwright.storage.engine import open_database
    from dealwright.storage.memory import Memory
    from dealwright.work import Work

    opened = await open_database(database)
    from dealwright.access import Actor, Role

    def work(session: Any) -> Work:
        actor = Actor(person_id(0), Role.OWNER)
        return Work(
            session, actor, now=0, memory=Memory(), settings=read({}, {}), moments=moments(ZoneInfo("UTC")),
            base_url="http://127.0.0.1",
        )  # fmt: skip

    try:
        return await opened.read(lambda session: shapes.references(work(session)))
    finally:
        await opened.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    known = asyncio.run(_references(arguments.database))
    uvloop.run(_serve(arguments.database, arguments.port, known))
