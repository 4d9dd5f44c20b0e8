import pytest

from dealwright import access
from dealwright.crm.trash import queries
from dealwright.records.kinds import KINDS
from dealwright.storage import dependents, schema


def test_every_table_with_a_trash_is_known():
    trashed = {table.name for table in schema.metadata.sorted_tables if "deleted_by" in table.c}
    assert trashed == {kind.table.name for kind in KINDS.values()}
    assert {name: kind.table for name, kind in KINDS.items()} == dependents.RECORDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_to_a_record_is_deleted_or_emptied(kind: str):
    columns = [*queries.pointing(KINDS[kind].table)]
    assert all(column.nullable for column in columns)


def test_access_rule_is_that_of_the_kind():
    for kind in KINDS.values():
        assert kind.rights is getattr(access, kind.table.name)


def test_dependents_are_read_from_the_schema():
    assert dependents.parents("task") == {
        "case_id": "case",
        "contact_id": "contact",
        "opportunity_id": "opportunity",
    }
    assert dependents.children("case") == {"task": "case_id", "event": "case_id"}
    assert dependents.children("event") == dependents.parents("file") == {}
    [link] = dependents.links()
    assert (link.shows, link.shown) == (schema.event_file.c.event_id, schema.event_file.c.file_id)
