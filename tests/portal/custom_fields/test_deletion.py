"""Deleting a field deletes its values, and their search words."""

import asyncio
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright import app
from dealwright.portal.custom_fields import actions
from dealwright.portal.custom_fields import repository as deletion
from dealwright.storage import schema
from tests.making import at_once, make_opportunity, make_person, stored


def make_field(portal, kind, **inputs):
    requested = {"label": "Field", "fieldType": "Date", **inputs}
    answer = portal.call("POST", f"crm/{kind}/customfield", json=requested, as_="root")
    return answer.response["id"]


def delete_field(portal, kind, field_id):
    return portal.call("DELETE", f"crm/{kind}/customfield/{field_id}", as_="root")


def words(portal, kind, record_id):
    """All search words of a record."""
    record, texts = schema.metadata.tables[kind], schema.metadata.tables[f"{kind}_text"]
    query = select(record.c.search_text, record.c.is_long_text, texts.c.words)
    (row,) = stored(portal, query.where(record.c.id == record_id, texts.c.id == record_id))
    return row


MAKERS = {"opportunity": make_opportunity, "contact": make_person}
TEXTS = {
    "opportunity": {"title": "Red Güter", "description": "dark red"},
    "contact": {"firstName": "Red", "lastName": "Güter", "jobTitle": "dark red", "about": "Red!"},
}


@pytest.mark.parametrize("long", ["", "long " * 200])
@pytest.mark.parametrize("kind", ["opportunity", "contact"])
def test_a_record_is_left_with_the_words_of_one_that_never_had_the_value(portal, kind, long):
    gone, kept = make_field(portal, kind), make_field(portal, kind)
    make, texts = MAKERS[kind], TEXTS[kind]
    value, other = {"key": gone, "value": f"dark red {long}"}, {"key": kept, "value": "red car"}
    record = make(portal, **texts, customFieldList=[value, other])
    twin = make(portal, **texts, customFieldList=[other])
    assert words(portal, kind, record) != words(portal, kind, twin)
    assert delete_field(portal, kind, gone).status == 200
    assert words(portal, kind, record) == words(portal, kind, twin)
    values = schema.metadata.tables[f"{kind}_value"]
    query = select(values.c.value).where(values.c[f"{kind}_id"] == record)
    assert stored(portal, query) == [("red car",)]


def test_a_record_is_not_found_by_a_value_whose_field_is_gone(portal):
    field, word = make_field(portal, "opportunity"), f"w{uuid4().hex}"
    deal = make_opportunity(portal, customFieldList=[{"key": field, "value": word}])
    path = f"crm/opportunity/filter?filterValue={word}"
    assert [each["id"] for each in portal.call("GET", path).response] == [deal]
    delete_field(portal, "opportunity", field)
    assert portal.call("GET", path).response == []
    shown = portal.call("GET", f"crm/opportunity/{deal}").response["customFields"]
    assert field not in [each["id"] for each in shown]


@pytest.mark.parametrize("kind", ["opportunity", "contact"])
def test_a_record_that_loses_a_value_is_another_version_and_tells_why(portal, kind):
    field = make_field(portal, kind)
    record = MAKERS[kind](portal, customFieldList=[{"key": field, "value": "old"}])
    path = f"crm/{kind}/{record}"
    before = portal.call("GET", path).headers["ETag"]
    delete_field(portal, kind, field)
    assert portal.call("GET", path).headers["ETag"] != before
    audit = schema.audit
    query = select(audit.c.action, audit.c.changes).where(
        audit.c.entity_type == kind, audit.c.entity_id == record
    )
    *_, last = stored(portal, query.order_by(audit.c.id))
    assert last == ("updated", f'[["values",[[{field},"old"]],[]]]')


def test_more_records_than_are_taken_at_once_all_lose_their_value(portal, monkeypatch):
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    field = make_field(portal, "opportunity")
    values = {"customFieldList": [{"key": field, "value": "gone"}]}
    deals = [make_opportunity(portal, title="Plain", **values) for _ in range(5)]
    portal.call("DELETE", f"crm/opportunity/{deals[0]}")
    twin = words(portal, "opportunity", make_opportunity(portal, title="Plain"))
    assert delete_field(portal, "opportunity", field).status == 200
    assert [words(portal, "opportunity", deal) for deal in deals] == [twin] * 5


def test_the_trash_loses_the_values_too(portal):
    field = make_field(portal, "opportunity")
    deal = make_opportunity(portal, customFieldList=[{"key": field, "value": "gone"}])
    portal.call("DELETE", f"crm/opportunity/{deal}")
    assert delete_field(portal, "opportunity", field).status == 200
    item = {"entityType": "opportunity", "id": deal}
    assert portal.call("PUT", "crm/trash/restore", json={"items": [item]}).status == 200
    assert portal.call("GET", f"crm/opportunity/{deal}").status == 200


def test_a_deletion_that_was_broken_off_is_finished_later(portal):
    field = make_field(portal, "opportunity")
    values = {"customFieldList": [{"key": field, "value": "gone"}]}
    deals = [make_opportunity(portal, title="Plain", **values) for _ in range(3)]
    table = schema.custom_field
    broken_off = table.update().values(retired_on=1).where(table.c.id == field)
    stored(portal, broken_off.returning(table.c.id))
    left = 1
    while left:
        left = asyncio.run(app.offline(portal.settings, partial(actions.finish, limit=2)))
    twin = words(portal, "opportunity", make_opportunity(portal, title="Plain"))
    assert [words(portal, "opportunity", deal) for deal in deals] == [twin] * 3
    assert stored(portal, select(table.c.id).where(table.c.id == field)) == []


def test_a_field_of_cases_has_no_values_to_take_along(portal):
    assert delete_field(portal, "case", make_field(portal, "case")).status == 200


def test_values_that_come_while_their_field_goes_leave_nothing_behind(portal):
    for _ in range(6):
        field, word = make_field(portal, "opportunity"), f"w{uuid4().hex}"
        deals = [make_opportunity(portal, title="Plain") for _ in range(3)]
        sent = {"fieldValue": word}
        *put, deleted = at_once(
            *(
                lambda deal=deal, field=field, sent=sent: portal.call(
                    "POST", f"crm/opportunity/{deal}/customfield/{field}", json=sent
                )
                for deal in deals
            ),
            lambda field=field: delete_field(portal, "opportunity", field),
        )
        assert deleted.status == 200, deleted.text
        assert all(answer.status in (201, 404) for answer in put), [each.text for each in put]
        assert portal.call("GET", f"crm/opportunity/filter?filterValue={word}").response == []
        twin = words(portal, "opportunity", make_opportunity(portal, title="Plain"))
        assert [words(portal, "opportunity", deal) for deal in deals] == [twin] * 3
