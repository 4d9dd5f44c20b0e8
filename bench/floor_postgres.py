"""The floor's PostgreSQL: a list of connections; an opportunity with all its rows is written by
one statement."""

import asyncio
from typing import Any

import asyncpg

from bench.floor_answers import COLUMNS, Page, Row
from bench.floor_new import COLUMNS as INSERTED
from bench.floor_new import New
from dealwright.settings import read

PEOPLE = """(select json_agg(json_build_array(person_id))::text from opportunity_access
    where opportunity_id = o.id)"""
ONE = f"""select {COLUMNS.format(people=PEOPLE)},
    (select coalesce(json_agg(json_build_array(m.id, m.is_company, m.display_name, m.share_type,
        m.currency))::text, '[]') from opportunity_member join contact m on m.id = contact_id
        where opportunity_id = o.id),
    (select coalesce(json_agg(json_build_array(field_id, value))::text, '[]')
        from opportunity_value where opportunity_id = o.id)
    from opportunity o left join contact c on c.id = o.contact_id where o.id = $1"""
# First the ids by the index alone, then their rows, in one round trip.
PAGE = f"""with page as materialized (
        select id, created_on, count(*) over () as total from opportunity
        where deleted_on is null and stage_id = $1 and responsible_id = $2
            and strpos(search_text, $3) > 0
        order by created_on desc, id desc limit 25 offset $4)
    select {COLUMNS.format(people=PEOPLE)}, page.total
    from page join opportunity o on o.id = page.id left join contact c on c.id = o.contact_id
    order by page.created_on desc, page.id desc"""
MEMBERS = """select opportunity_id, m.id, m.is_company, m.display_name, m.share_type, m.currency
    from opportunity_member join contact m on m.id = contact_id
    where opportunity_id = any($1) order by 1, 2"""
VALUES = """select opportunity_id, field_id, value from opportunity_value
    where opportunity_id = any($1)"""
_FIRST = len(INSERTED)
NEW = f"""with new as (
        insert into opportunity ({", ".join(INSERTED)})
        values ({", ".join(f"${n}" for n in range(1, _FIRST + 1))}) returning id),
    members as (
        insert into opportunity_member select new.id, m from new, unnest(${_FIRST + 1}::int[]) m),
    own as (
        insert into opportunity_value
        select new.id, f, v from new, unnest(${_FIRST + 2}::int[], ${_FIRST + 3}::text[]) g (f, v)),
    words as (insert into opportunity_text (id, words) select new.id, $15 from new),
    stays as (
        insert into stage_stay (opportunity_id, stage_id, stage_title, entered_on, entered_by)
        select new.id, $10, ${_FIRST + 6}, $17, $16 from new),
    counted as (
        insert into counter (name, slot, value)
        values ('opportunity.public', pg_backend_pid() % 16, 1)
        on conflict (name, slot) do update set value = counter.value + 1),
    audited as (
        insert into audit (entity_type, entity_id, action, person_id, "on", changes)
        select 'opportunity', new.id, 'created', $16, $17, ${_FIRST + 4} from new),
    job as (
        insert into outbox (kind, entity_id, payload, created_on, due_on)
        select 'opportunity.created', new.id, '{{}}', $17, $17 from new),
    told as (
        insert into notification
            (person_id, kind, entity_type, entity_id, caused_by, created_on)
        select p, 'responsible', 'opportunity', new.id, $16, $17
        from new, (select ${_FIRST + 5}::text) g (p) where p is not null)
    select id from new"""
assert INSERTED[9] == "stage_id"
assert INSERTED[14:17] == ("search_text", "created_by", "created_on")


class PostgreSQL:
    """As many connections as the product has by default."""

    def __init__(self, connections: list[Any]) -> None:
        self._idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        for each in connections:
            self._idle.put_nowait(each)

    @classmethod
    async def open(cls, database: str) -> "PostgreSQL":
        settings = {"plan_cache_mode": "force_generic_plan", "jit": "off"}
        many = range(read({}, {}).connections)
        return cls([await asyncpg.connect(database, server_settings=settings) for _ in many])

    async def page(self, stage: int, person: str, word: str, skip: int) -> Page:
        connection = await self._idle.get()
        fetch = connection.fetch
        try:
            rows = await fetch(PAGE, stage, person, word, skip)
            found: list[Row] = [(row[0], row[-1]) for row in rows]
            ids = [row[0] for row in rows]
            members = await fetch(MEMBERS, ids)
            return found, rows, members, await fetch(VALUES, ids)
        finally:
            self._idle.put_nowait(connection)

    async def one(self, opportunity_id: int) -> Row:
        connection = await self._idle.get()
        try:
            rows: list[Row] = await connection.fetch(ONE, opportunity_id)
            return rows[0]
        finally:
            self._idle.put_nowait(connection)

    async def create(self, new: New) -> Row:
        connection = await self._idle.get()
        custom = [each.key for each in new.custom], [each.value for each in new.custom]
        try:
            ((key,),) = await connection.fetch(
                NEW, *new.row, new.members, *custom, new.changes, new.told, new.stay[1]
            )
            rows: list[Row] = await connection.fetch(ONE, key)
            return rows[0]
        finally:
            self._idle.put_nowait(connection)
