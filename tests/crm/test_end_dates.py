"""`toDate` of every filter: a date without a time is the whole day in the portal's zone."""

import pytest

from dealwright.app import routes
from dealwright.wire.openapi import document
from tests.crm.history.making import make_event
from tests.making import make_opportunity, make_person
from tests.running import Portal

EVENING = "2031-05-02T23:59:59.9999990+03:00"
NEXT_DAY = "2031-05-03T00:00:00+03:00"


@pytest.fixture
def moscow(portal: Portal) -> Portal:
    """One of each record on the evening of 2 May in Moscow, and one a moment later."""
    own = portal.fresh(timezone="Europe/Moscow")
    person = make_person(own)
    made = {"creationDate": "2031-05-02T10:00:00+03:00"}
    assert own.call("PUT", f"crm/contact/{person}/creationdate", json=made).status == 200
    for moment in (EVENING, NEXT_DAY):
        make_opportunity(own, title=moment, expectedCloseDate=moment)
        make_event(own, contactId=person, content=moment, created=moment)
        task = {"title": moment, "deadline": moment, "categoryid": _category(own)}
        assert own.call("POST", "crm/task", json=task).status == 201
    return own


def _category(portal: Portal) -> int:
    found: int = portal.call("GET", "crm/task/category").response[0]["id"]
    return found


@pytest.mark.parametrize("entity", ["opportunity", "task", "history"])
def test_end_date_is_the_whole_day_in_the_portals_zone(moscow: Portal, entity: str) -> None:
    def found(until: str) -> int:
        return len(moscow.call("GET", f"crm/{entity}/filter?toDate={until}").response)

    assert found("2031-05-02") == found("5/2/2031") == 1
    assert found("2031-05-03") == 2
    assert found("2031-05-02T00:00:00") == found("2031-05-02T12:00:00") == 0
    assert found("2031-05-02T21:00:00Z") == 2


def test_end_date_of_the_summary_counts_what_the_list_shows(moscow: Portal) -> None:
    for until, count in (("2031-05-02", 1), ("2031-05-03", 2), ("2031-05-02T00:00:00", 0)):
        summary = moscow.call("GET", f"crm/opportunity/summary?toDate={until}").response
        assert summary["total"]["count"] == count


def test_end_date_of_contacts_applies_to_their_creation(moscow: Portal) -> None:
    for until, count in (("2031-05-01", 0), ("2031-05-02", 1), ("2031-05-02T09:59:59", 0)):
        assert len(moscow.call("GET", f"crm/contact/filter?toDate={until}").response) == count


def test_end_date_of_a_deletion_deletes_what_the_list_shows(moscow: Portal) -> None:
    gone = moscow.call("DELETE", "crm/opportunity/filter?toDate=2031-05-02").response
    assert [each["title"] for each in gone] == [EVENING]


def test_every_route_with_an_end_date_includes_the_whole_day() -> None:
    described = document(routes().routes, title="", version="")
    ends = [
        parameter
        for operations in described["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter.get("name", "").lower() in ("todate", "to", "until")
    ]
    assert len(ends) >= 8
    assert all("whole day" in parameter.get("description", "") for parameter in ends)
