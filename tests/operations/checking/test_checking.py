"""Every fault that is planted is found, by one line with the way out; a sound portal has none."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table, func, select

from dealwright.operations.checking.actions import check, mend
from dealwright.operations.checking.rules import finding
from dealwright.storage import schema
from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.change import Alter, Bump, Change, Put, Remove, Step
from dealwright.storage.statements.dialect import constant
from tests.operations.demo.portals import NOW, Ground, rows, run

o, c = schema.opportunity, schema.contact
Plant = Callable[[str], tuple[Step, ...]]


def found(address: str) -> list[str]:
    return run(address, check)


def plant(address: str, *steps: Step) -> None:
    async def save(session: Session) -> None:
        for step in steps:
            await session.save(Change(None, (step,)))

    run(address, save, writes=True)


def one(address: str, table: Table, **where: int | str | bool) -> Any:
    """The id of the first row of which this is true."""
    conditions = [table.c[name] == constant(value) for name, value in where.items()]
    key = table.primary_key.columns[0]
    return rows(address, select(func.min(key)).where(*conditions))[0][0]


def test_nothing_is_wrong_with_a_portal_that_was_just_founded(founded: str):
    assert found(founded) == []


def test_nothing_is_wrong_with_the_invented_team(ground: Ground):
    assert found(ground.filled) == []


def test_wrong_counters_are_found_each_and_mended(filled: str):
    plant(filled, Bump("opportunity.public", 3), Bump("contact.private", -1))
    contact, opportunity = found(filled)
    assert contact.startswith("the counter contact.private says ")
    assert opportunity.startswith("the counter opportunity.public says ")
    assert opportunity.endswith("; `check --mend` counts anew")
    run(filled, mend, writes=True)
    assert found(filled) == []


@pytest.mark.parametrize(
    "step",
    [
        Alter(schema.opportunity_text, {"words": " other words "}, {"id": 7}),
        Remove(schema.opportunity_text, {"id": [7]}),
        Alter(o, {"search_text": " other words "}, {"id": 7}),
        Alter(o, {"is_long_text": True}, {"id": 7}),
        Alter(o, {"title_key": "zzz"}, {"id": 7}),
        Alter(o, {"description": "Said behind the server's back"}, {"id": 7}),
        Put(
            schema.opportunity_value, {"opportunity_id": 7, "field_id": 2, "value": "Ah"}, "update"
        ),
    ],
)
def test_words_that_are_not_those_of_the_record_are_found_and_mended(filled: str, step: Step):
    plant(filled, step)
    expected = "opportunity 7: its search words are not its own; `check --mend` "
    assert found(filled) == [f"{expected}folds them anew"]
    run(filled, mend, writes=True)
    assert found(filled) == []


def test_a_contact_without_words_is_found_and_mended(filled: str):
    plant(filled, Remove(schema.contact_text, {"id": [1, 2, 3, 4, 5, 6, 7]}))
    [line] = found(filled)
    assert line.startswith("contact 1, 2, 3, 4, 5 and 2 more: its search words")
    run(filled, mend, writes=True)
    assert found(filled) == []


def test_a_key_of_a_name_behind_the_servers_back_is_found_and_mended(filled: str):
    plant(filled, Alter(schema.contact, {"name_key": "stale"}, {"id": 7}))
    [line] = found(filled)
    assert line.startswith("contact 7: its search words are not its own; `check --mend`")
    run(filled, mend, writes=True)
    assert found(filled) == []


def test_contact_data_behind_the_servers_back_is_found_and_mended(filled: str):
    info = {"contact_id": 7, "info_type": 0, "category": 1, "data_key": "stale"}
    plant(filled, Put(schema.contact_info, {**info, "data": "+7 495 123-45-67"}))
    key, words = found(filled)
    assert key.startswith("contact 7: the key of its data is not theirs; `check --mend`")
    assert words.startswith("contact 7: its search words are not its own")
    run(filled, mend, writes=True)
    assert found(filled) == []
    words = schema.contact_text.c.words
    [[kept]] = rows(filled, select(words).where(schema.contact_text.c.id == constant(7)))
    assert " 74951234567 " in kept


def test_a_wrong_close_date_is_found_and_mended(filled: str):
    plant(filled, Alter(o, {"close_on": 1}, {"id": [3, 4]}))
    [line] = found(filled)
    assert line.startswith("opportunity 3, 4: its close date is not that of its stage; ")
    assert line.endswith("`check --mend` sets it anew")
    run(filled, mend, writes=True)
    assert found(filled) == []


def test_mending_leaves_what_people_have_entered_and_its_versions(filled: str):
    before = rows(filled, select(o).order_by(o.c.id))
    plant(filled, Alter(o, {"close_on": 1, "title_key": ""}, {"id": [3, 4]}))
    run(filled, mend, writes=True)
    assert rows(filled, select(o).order_by(o.c.id)) == before


# ------------------------------------------------------------------------ what no foreign key holds


def strange_currency(address: str) -> tuple[Step, ...]:
    return (Alter(o, {"bid_currency": "XXX"}, {"id": 5}),)


def strange_currency_of_contact(address: str) -> tuple[Step, ...]:
    return (Alter(c, {"currency": "eur"}, {"id": 5}),)


def strange_currency_of_portal(address: str) -> tuple[Step, ...]:
    return (Alter(schema.portal, {"currency": ""}, {"id": 1}),)


def strange_pair(address: str) -> tuple[Step, ...]:
    pair = one(address, schema.currency_pair)
    return (Alter(schema.currency_pair, {"from_currency": "XXX"}, {"id": pair}),)


def tag_of_contacts(address: str) -> tuple[Step, ...]:
    tag = one(address, schema.tag, entity_type=0)
    return (Put(schema.opportunity_tag, {"opportunity_id": 5, "tag_id": tag}),)


def tag_of_opportunities(address: str) -> tuple[Step, ...]:
    tag = one(address, schema.tag, entity_type=1)
    return (Put(schema.contact_tag, {"contact_id": 5, "tag_id": tag}),)


def value_of_heading(address: str) -> tuple[Step, ...]:
    heading = one(address, schema.custom_field, field_type=4)
    return value(address, schema.opportunity_value, 5, heading)


def value_of_company(address: str) -> tuple[Step, ...]:
    person = one(address, c, is_company=False)
    return value(
        address, schema.contact_value, person, one(address, schema.custom_field, entity_type=4)
    )


def value(address: str, table: Table, record_id: int, field_id: int) -> tuple[Step, ...]:
    """An empty value, so that the search words stay right."""
    owner = table.columns[0].name
    return (Put(table, {owner: record_id, "field_id": field_id, "value": ""}),)


def status_of_another_list(address: str) -> tuple[Step, ...]:
    other = one(address, schema.list_item, kind=4)
    return (Alter(c, {"status_id": other}, {"id": 5}),)


def type_of_another_list(address: str) -> tuple[Step, ...]:
    other = one(address, schema.list_item, kind=1)
    return (Alter(c, {"type_id": other}, {"id": 5}),)


def in_a_person(address: str) -> tuple[Step, ...]:
    first = one(address, c, is_company=False)
    return (Alter(c, {"company_id": first}, {"id": first}),)


def company_in_company(address: str) -> tuple[Step, ...]:
    first = one(address, c, is_company=True)
    return (Alter(c, {"company_id": first}, {"id": first}),)


def job_about_nothing(address: str) -> tuple[Step, ...]:
    job = {"kind": "contact.created", "entity_id": 999, "payload": "{}"}
    return (Put(schema.outbox, job | {"created_on": NOW, "due_on": NOW}),)


def listed_public(address: str) -> tuple[Step, ...]:
    record, person = one(address, o, is_private=False), one(address, schema.person, role="user")
    return (Put(schema.opportunity_access, {"opportunity_id": record, "person_id": person}),)


def left_by_all(address: str) -> tuple[Step, ...]:
    """Private; its responsible user is a guest now and its access list is empty."""
    record, guest = one(address, o, is_private=True), one(address, schema.person, role="guest")
    return (
        Remove(schema.opportunity_access, {"opportunity_id": record}),
        Alter(o, {"responsible_id": guest}, {"id": record}),
    )


def managed_by_nobody(address: str) -> tuple[Step, ...]:
    """Private; the only manager has left."""
    record, gone = one(address, c, share_type=0), "0" * 36
    names = {"first_name": "Al", "last_name": "", "role": "admin", "created_on": NOW}
    keys = {"id": gone, "user_name": "al", "email": "al@x", "email_key": "al@x"}
    return (
        Put(schema.person, {**keys, **names, "is_terminated": True}),
        Remove(schema.contact_access, {"contact_id": record}),
        Put(schema.contact_access, {"contact_id": record, "person_id": gone}),
    )


def task_of_what_is_gone(address: str) -> tuple[Step, ...]:
    record = one(address, c, share_type=1)
    gone = Alter(c, {"deleted_on": NOW}, {"id": record})
    bare = bared("contact_id", record)
    return (*bare, *task(address, contact_id=record), gone, Bump("contact.public", -1))


def bared(column: str, record: int) -> tuple[Step, ...]:
    """Nothing belongs to the record any more."""
    tables = (schema.task, schema.history_event)
    return tuple(Alter(table, {column: None}, {column: record}) for table in tables)


def task_gone_with_what_is_there(address: str) -> tuple[Step, ...]:
    record = one(address, c, share_type=1)
    lies = {"deleted_on": NOW, "deleted_with": f"contact:{record}"}
    return task(address, contact_id=record, **lies)


def task_gone_with_nothing(address: str) -> tuple[Step, ...]:
    return task(address, deleted_on=NOW, deleted_with="contact:99999")


def task(address: str, **columns: int | str) -> tuple[Step, ...]:
    person = one(address, schema.person, role="user")
    who = dict.fromkeys(("created_by", "modified_by", "responsible_id"), person)
    on = dict.fromkeys(("created_on", "modified_on", "deadline"), NOW)
    named = {"title": "Ring", "title_key": "ring", "search_text": " ring "}
    return (
        Put(schema.task, {"id": 9000, **named, **who, **on, **columns}),
        Put(schema.task_text, {"id": 9000, "words": " ring "}),
    )


HELD = "in front of the trash, yet its contact is in it"
LOST = "said to have gone into the trash with what is not in it"
NO_CURRENCY = "in a currency that does not exist"
NO_TAG = "carries a tag of another kind of record"
NO_FIELD = "holds a value of a field that is not its own"
UNSEEN = "nobody but administrators sees it; an administrator can share it: PUT api/2.0/crm"


@pytest.mark.parametrize(
    ("planted", "record", "rest"),
    [
        (
            strange_currency,
            "opportunity 5",
            f"{NO_CURRENCY}; PUT api/2.0/crm/opportunity/{{id}} with another",
        ),
        (strange_currency_of_contact, "contact 5", f"{NO_CURRENCY}; empty its currency"),
        (
            strange_currency_of_portal,
            "portal 1",
            f"{NO_CURRENCY}; PUT api/2.0/crm/settings/currency",
        ),
        (strange_pair, "currency pair ", f"{NO_CURRENCY}; delete that pair"),
        (tag_of_contacts, "opportunity 5", f"{NO_TAG}; delete those rows of opportunity_tag"),
        (tag_of_opportunities, "contact 5", f"{NO_TAG}; delete those rows of contact_tag"),
        (value_of_heading, "opportunity 5", f"{NO_FIELD}; delete those rows of opportunity_value"),
        (value_of_company, "contact ", f"{NO_FIELD}; delete those rows of contact_value"),
        (
            status_of_another_list,
            "contact 5",
            "its contact status is an item of another list; empty its status_id",
        ),
        (
            type_of_another_list,
            "contact 5",
            "its contact type is an item of another list; empty its type_id",
        ),
        (
            in_a_person,
            "contact ",
            "belongs to a contact that is no company; empty its company_id",
        ),
        (
            company_in_company,
            "contact ",
            "a company that belongs to another; empty its company_id",
        ),
        (job_about_nothing, "job ", "about a missing contact; delete those rows of outbox"),
        (
            listed_public,
            "opportunity ",
            "public, yet it has an access list; PUT api/2.0/crm/opportunity/{id}/access says which",
        ),
        (
            task_of_what_is_gone,
            "task 9000",
            f"{HELD}; restore that contact: PUT api/2.0/crm/trash/restore",
        ),
        (
            task_gone_with_what_is_there,
            "task 9000",
            f"{LOST}; empty its deleted_with",
        ),
        (
            task_gone_with_nothing,
            "task 9000",
            f"{LOST}; empty its deleted_with",
        ),
        (left_by_all, "opportunity ", f"{UNSEEN}/opportunity/{{id}}/access"),
        (managed_by_nobody, "contact ", f"{UNSEEN}/contact/{{id}}/access"),
    ],
)
def test_what_no_foreign_key_holds_is_found(filled: str, planted: Plant, record: str, rest: str):
    plant(filled, *planted(filled))
    [line] = found(filled)
    assert line.startswith(record)
    assert line.endswith(f": {rest}")


def test_records_in_the_trash_may_be_visible_to_nobody(filled: str):
    plant(filled, *left_by_all(filled))
    record = one(filled, o, is_private=True)
    plant(filled, *bared("opportunity_id", record))
    plant(filled, Alter(o, {"deleted_on": NOW}, {"id": record}), Bump("opportunity.private", -1))
    assert found(filled) == []


def test_a_finding_names_a_few_and_counts_the_rest():
    assert finding("job", [1, 2], "late", "wait") == "job 1, 2: late; wait"
    assert finding("job", [*range(1, 10)], "late", "wait").startswith(
        "job 1, 2, 3, 4, 5 and 4 more"
    )


# ------------------------------------------------------------------------------- below the tables


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_rows_that_refer_to_nothing_are_found(filled: str):
    spoil_file(
        filled,
        "insert into opportunity_tag values (9999, 1)",
        "insert into contact_tag values (9999, 9999)",
    )
    lost = "that are not there; delete those rows"
    assert found(filled)[:3] == [
        f"1 rows of contact_tag refer to rows of contact {lost}",
        f"1 rows of contact_tag refer to rows of tag {lost}",
        f"1 rows of opportunity_tag refer to rows of opportunity {lost}",
    ]


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_damaged_file_is_found(filled: str):
    definition = "update sqlite_master set sql = replace(sql, {}, {}) where name = 'stage'"
    strict, loose = "'title VARCHAR NOT NULL'", "'title VARCHAR'"
    spoil_file(filled, "pragma writable_schema = on", definition.format(strict, loose))
    spoil_file(filled, "update stage set title = null where id = 1")
    spoil_file(filled, "pragma writable_schema = on", definition.format(loose, strict))
    assert found(filled) == [
        "the file is damaged (NULL value in stage.title); stop the server and go back to a backup"
    ]


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_full_text_index_that_lost_rows_is_found_and_mended(filled: str):
    spoil_file(
        filled,
        "insert into contact_text_fts(contact_text_fts, rowid, words) "
        "select 'delete', id, words from contact_text where id < 4",
        "insert into contact_text_fts(rowid, words) values (9999, 'gone')",
    )
    [line] = found(filled)
    assert line.startswith("the full-text index of contact_text differs in 4 rows; ")
    assert line.endswith("`check --mend` makes it anew")
    run(filled, mend, writes=True)
    assert found(filled) == []


def spoil_file(address: str, *statements: str) -> None:
    """Behind the server's back, with nothing that watches."""
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_what_postgresql_does_not_trust_is_found(filled: str):
    asyncio.run(distrust(filled))
    unusable, unchecked = found(filled)
    assert unusable.startswith("index ix_contact_created is not usable; ")
    assert unusable.endswith("; run `reindex index ix_contact_created` on the database")
    assert unchecked.startswith("later of opportunity was never checked; ")
    assert unchecked.endswith("; run `alter table opportunity validate constraint later`")


async def distrust(address: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(
        "update pg_index set indisvalid = false where indexrelid = 'ix_contact_created'::regclass"
    )
    await connection.execute(
        "alter table opportunity add constraint later "
        "foreign key (created_by) references person (id) not valid"
    )
    await connection.close()
