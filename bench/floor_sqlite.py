"""The floor's SQLite: reads on the loop; one writer thread that commits what has gathered."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import msgspec

from bench.floor_answers import COLUMNS, Page, Row
from bench.floor_new import COLUMNS as INSERTED
from bench.floor_new import CREATOR, New

AT_ONCE = 64
PEOPLE = """(select json_group_array(json_array(person_id)) from opportunity_access
    where opportunity_id = o.id)"""
ROWS = f"""select {COLUMNS.format(people=PEOPLE)}
    from opportunity o left join contact c on c.id = o.contact_id
    where o.id in (select value from json_each(?))"""
ONE = f"""select {COLUMNS.format(people=PEOPLE)},
    (select json_group_array(json_array(m.id, m.is_company, m.display_name, m.share_type,
        m.currency)) from opportunity_member join contact m on m.id = contact_id
        where opportunity_id = o.id),
    (select json_group_array(json_array(field_id, value)) from opportunity_value
        where opportunity_id = o.id)
    from opportunity o left join contact c on c.id = o.contact_id where o.id = ?"""
# As the product asks: a window in the order of the index needs no sort, and SQLite finds a word
# faster by its first letter than by the space before it.
PAGE = """select id, count(*) over (order by created_on desc, id desc
        rows between unbounded preceding and unbounded following)
    from opportunity where deleted_on is null and stage_id = ?1 and responsible_id = ?2
        and instr(search_text, substr(?3, 2)) > 0 and instr(search_text, ?3) > 0
    order by created_on desc, id desc limit 25 offset ?4"""
MEMBERS = """select opportunity_id, m.id, m.is_company, m.display_name, m.share_type, m.currency
    from opportunity_member join contact m on m.id = contact_id
    where opportunity_id in (select value from json_each(?))"""
VALUES = """select opportunity_id, field_id, value from opportunity_value
    where opportunity_id in (select value from json_each(?))"""
NEW = f"insert into opportunity ({', '.join(INSERTED)}) values ({', '.join('?' * len(INSERTED))})"
NEW_MEMBERS = "insert into opportunity_member select ?, value from json_each(?)"
NEW_VALUES = """insert into opportunity_value
    select ?, value ->> 'key', value ->> 'value' from json_each(?)"""
NEW_TEXT = "insert into opportunity_text (id, words) values (?, ?)"
STAYS = """insert into stage_stay (opportunity_id, stage_id, stage_title, entered_on, entered_by)
    values (?, ?, ?, ?, ?)"""
COUNTED = "update counter set value = value + 1 where name = 'opportunity.public' and slot = 0"
AUDITED = """insert into audit (entity_type, entity_id, action, person_id, "on", changes)
    values ('opportunity', ?, 'created', ?, ?, ?)"""
JOB = """insert into outbox (kind, entity_id, payload, created_on, due_on)
    values ('opportunity.created', ?, '{}', ?, ?)"""
TOLD = """insert into notification (person_id, kind, entity_type, entity_id, caused_by, created_on)
    values (?, 'responsible', 'opportunity', ?, ?, ?)"""


class SQLite:
    def __init__(self, path: str) -> None:
        self._reader, self._writer = _open(path), _open(path)
        self._queue: queue.SimpleQueue[tuple[asyncio.Future[Row], New]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()

    def page(self, stage: int, person: str, word: str, skip: int) -> Page:
        run: Callable[..., sqlite3.Cursor] = self._reader.execute
        found = run(PAGE, (stage, person, word, skip)).fetchall()
        ids = (msgspec.json.encode([row[0] for row in found]).decode(),)
        rows = run(ROWS, ids).fetchall()
        return found, rows, run(MEMBERS, ids).fetchall(), run(VALUES, ids).fetchall()

    def one(self, opportunity_id: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._reader.execute(ONE, (opportunity_id,)).fetchall()[0]
        return row

    def create(self, new: New) -> asyncio.Future[Row]:
        future: asyncio.Future[Row] = self._loop.create_future()
        self._queue.put((future, new))
        return future

    def _write(self) -> None:
        while True:
            waiting = [self._queue.get()]
            while len(waiting) < AT_ONCE and not self._queue.empty():
                waiting.append(self._queue.get())
            self._writer.execute("begin immediate")
            done = [(future, self._insert(new)) for future, new in waiting]
            self._writer.execute("commit")
            self._loop.call_soon_threadsafe(_settle, done)

    def _insert(self, new: New) -> Row:
        run = self._writer.execute
        key = run(NEW, new.row).lastrowid
        run(NEW_MEMBERS, (key, msgspec.json.encode(new.members).decode()))
        run(NEW_VALUES, (key, msgspec.json.encode(new.custom).decode()))
        run(NEW_TEXT, (key, new.words))
        run(STAYS, (key, *new.stay))
        run(COUNTED)
        run(AUDITED, (key, CREATOR, new.now, new.changes))
        run(JOB, (key, new.now, new.now))
        if new.told is not None:
            run(TOLD, (new.told, key, CREATOR, new.now))
        row: Row = run(ONE, (key,)).fetchall()[0]
        return row


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=500
    )
    for each in (
        "journal_mode = wal", "synchronous = full", "foreign_keys = on", "busy_timeout = 10000",
        "temp_store = memory", "mmap_size = 268435456", "cache_size = -32000",
        "wal_autocheckpoint = 4000",
    ):  # fmt: skip
        connection.execute(f"pragma {each}")
    return connection


def _settle(done: list[tuple[asyncio.Future[Any], Row]]) -> None:
    for future, row in done:
        if not future.done():
            future.set_result(row)
