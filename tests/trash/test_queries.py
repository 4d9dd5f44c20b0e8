import pytest

from dealwright import access
from dealwright.storage import schema
from dealwright.trash import queries


def test_every_table_with_a_trash_is_known():
    trashed = {table.name for table in schema.metadata.sorted_tables if "deleted_on" in table.c}
    assert trashed == set(queries.KINDS)


@pytest.mark.parametrize("kind", queries.KINDS)
def test_whatever_points_to_a_record_goes_with_it_or_can_be_emptied(kind: str):
    columns = [*queries.pointing(queries.KINDS[kind].table)]
    assert all(column.nullable for column in columns)


def test_the_rule_of_access_is_that_of_the_kind():
    for name, kind in queries.KINDS.items():
        assert kind.rights is getattr(access, name)
