"""A database that is locked, full or gone is a 503, never a 500; what was answered stays, what was
refused is not there, and when the database is well again so is the server."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from uuid import uuid4

import asyncpg
import pytest

from dealwright import app
from dealwright.storage.engines import postgres, sqlite, sqlite_file
from dealwright.storage.engines.opening import sqlite_path
from tests.crash.process import serving
from tests.making import at_once, make_opportunity
from tests.needs import cannot_run
from tests.running import Answer, Portal

on_sqlite = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("portal", ["postgresql"], indirect=True)
WRITERS = 12
LONG = "word " * 10_000


def create(portal: Portal, **changed: object) -> Answer:
    inputs = {
        "title": "A deal",
        "responsibleid": portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        "externalId": uuid4().hex,
        **changed,
    }
    return portal.call("POST", "crm/opportunity", json=inputs)


def demand_refused(answers: Sequence[Answer]) -> None:
    for answer in answers:
        assert answer.status == 503, answer.text
        error = answer.json["error"]
        assert (error["message"], error["hresult"]) == ("ServiceUnavailable", -2146233088)


def demand_sound(portal: Portal, made: int) -> None:
    """So many opportunities are there, and nothing is wrong with them."""
    listed = portal.call("GET", "crm/opportunity/filter?count=1000&fields=id", as_="root")
    assert (len(listed.response), listed.json["total"]) == (made, made)
    assert asyncio.run(app.check(portal.settings, mend=False)) == []


# ------------------------------------------------------------------------------------------ locked


@contextmanager
def locked_file(portal: Portal) -> Iterator[None]:
    """Another process writes and does not come to an end."""
    with closing(sqlite3.connect(sqlite_path(portal.database), isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


@on_sqlite
def test_a_file_that_another_process_has_locked_is_read_and_not_written(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "SECONDS_TO_WAIT", 0.1)
    own = portal.fresh()
    deal = make_opportunity(own)
    key = {"Idempotency-Key": uuid4().hex}
    with locked_file(own):
        demand_refused(at_once(*[partial(create, own)] * WRITERS))
        demand_refused([own.call("PUT", f"crm/opportunity/{deal}/stage/2")])
        demand_refused([own.call("DELETE", f"crm/opportunity/{deal}")])
        demand_refused(
            [own.call("POST", "crm/opportunity/tag", json={"tagName": "x"}, headers=key)]
        )
        assert own.call("GET", f"crm/opportunity/{deal}").response["stage"]["id"] == 1
        assert own.call("GET", "crm/opportunity/filter?filterValue=deal").json["total"] == 1
        assert own.call("GET", "/healthz", as_=None).status == 200
    answers = at_once(*[partial(create, own)] * WRITERS)
    assert {answer.status for answer in answers} == {201}
    demand_sound(own, 1 + WRITERS)


@on_postgresql
def test_a_table_that_another_process_has_locked_is_waited_for_and_then_refused(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres.SETTINGS, "lock_timeout", "200")
    own = portal.fresh()
    deal = make_opportunity(own)
    with asyncio.Runner() as runner:
        other = runner.run(asyncpg.connect(own.database))
        runner.run(other.execute("begin"))
        runner.run(other.execute("lock table opportunity in share row exclusive mode"))
        demand_refused(at_once(*[partial(create, own)] * WRITERS))
        demand_refused([own.call("PUT", f"crm/opportunity/{deal}/stage/2")])
        assert own.call("GET", f"crm/opportunity/{deal}").status == 200
        runner.run(other.execute("lock table opportunity in access exclusive mode"))
        demand_refused([own.call("GET", f"crm/opportunity/{deal}")])
        demand_refused([own.call("GET", "crm/opportunity/filter")])
        runner.run(other.execute("rollback"))
        runner.run(other.close())
    answers = at_once(*[partial(create, own)] * WRITERS)
    assert {answer.status for answer in answers} == {201}
    demand_sound(own, 1 + WRITERS)


# -------------------------------------------------------------------------------------------- full


@on_sqlite
def test_a_file_that_may_not_grow_refuses_what_does_not_fit(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(sqlite_path(portal.ground.template))) as template:
        ((pages,),) = template.execute("pragma page_count").fetchall()
    full = f"max_page_count = {pages + 100}"
    monkeypatch.setattr(sqlite, "_PRAGMAS", (*sqlite._PRAGMAS, full))
    own = portal.fresh()
    answers: list[Answer] = []
    while not answers or answers[-1].status == 201:
        answers += at_once(*[partial(create, own, description=LONG)] * 5)
    assert {answer.status for answer in answers} <= {201, 503}
    demand_refused([answer for answer in answers if answer.status != 201])
    made = [answer.response["id"] for answer in answers if answer.status == 201]
    for each in made:
        assert own.call("GET", f"crm/opportunity/{each}").status == 200
    demand_sound(own, len(made))
    monkeypatch.undo()
    own._server.stop()
    wider = Portal(own.ground, own.database, {})
    assert create(wider, description=LONG).status == 201
    demand_sound(wider, len(made) + 1)
    wider._server.stop()


@on_sqlite
def test_a_disk_that_takes_no_more_refuses_writes_until_it_does(portal: Portal) -> None:
    """The process may not write beyond the first page of any file."""
    resource = pytest.importorskip("resource")
    if not hasattr(resource, "prlimit"):
        cannot_run("A full disk", enabled_by="running on Linux")
    database = portal.ground.databases.copy(portal.ground.template)
    with serving(portal.ground, database) as server:
        deal = make_opportunity(server)
        limit = partial(resource.prlimit, server.process.pid, resource.RLIMIT_FSIZE)
        soft, hard = limit()
        limit((4096, hard))
        demand_refused(at_once(*[partial(create, server)] * WRITERS))
        demand_refused([server.call("DELETE", f"crm/opportunity/{deal}")])
        assert server.call("GET", f"crm/opportunity/{deal}").status == 200
        limit((soft, hard))
        answers = at_once(*[partial(create, server)] * WRITERS)
        assert {answer.status for answer in answers} == {201}
        demand_sound(server, 1 + WRITERS)
    portal.ground.databases.drop(database)


@on_postgresql
@pytest.mark.parametrize(
    "code", ["disk_full", "out_of_memory", "too_many_connections", "query_canceled", "io_error"]
)
def test_a_server_that_lacks_something_refuses_until_it_has_it(portal: Portal, code: str) -> None:
    own = portal.fresh()
    execute(
        own,
        "create function refuse() returns trigger language plpgsql as"
        f" $$ begin raise exception 'no' using errcode = '{code}'; end $$",
        "create trigger refuse before insert on opportunity_text execute function refuse()",
    )
    demand_refused(at_once(*[partial(create, own)] * WRITERS))
    demand_sound(own, 0)
    execute(own, "drop trigger refuse on opportunity_text")
    assert create(own).status == 201
    demand_sound(own, 1)


def execute(portal: Portal, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(portal.database)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


# -------------------------------------------------------------------------------------------- gone

END_ALL = """select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and application_name = 'dealwright'"""


@on_postgresql
def test_writes_whose_connections_are_ended_are_made_once_or_refused(portal: Portal) -> None:
    """A refused one may have been made all the same; its Idempotency-Key makes it once."""
    own = portal.fresh()
    keys = [uuid4().hex for _ in range(60)]

    def make(key: str) -> Answer:
        inputs = {"externalId": key, "responsibleid": own.id_of("ann"), "title": key, "stageid": 1}
        headers = {"Idempotency-Key": key}
        sent = {**inputs, "bidCurrencyAbbr": "EUR"}
        return own.call("POST", "crm/opportunity", json=sent, headers=headers)

    def end_all() -> None:
        for _ in range(10):
            execute(own, END_ALL)

    *answers, _ = at_once(*(partial(make, key) for key in keys), end_all)
    seen = [answer for answer in answers if isinstance(answer, Answer)]
    assert {answer.status for answer in seen} <= {201, 503}
    again = [make(key) for key in keys]
    assert {answer.status for answer in again} == {201}
    for before, after in zip(seen, again, strict=True):
        assert before.status == 503 or before.body == after.body
    demand_sound(own, len(keys))
