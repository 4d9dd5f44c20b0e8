"""What contacts show of their tasks: how many, whether one is overdue, which is next."""

from typing import Any

from tests.crm.contacts.making import contact, make_company, word
from tests.crm.tasks.making import category, make_task
from tests.making import make_person
from tests.running import Portal

LATE, SOON, FAR = "2001-01-01", "2100-01-01", "2100-02-01"


def shown(portal: Portal, mark: str, as_: str = "ann") -> list[Any]:
    answer = portal.call("GET", f"crm/contact/filter?filterValue={mark}", as_=as_)
    assert answer.status == 200, answer.text
    return list(answer.response)


def simple(portal: Portal, mark: str, as_: str = "ann") -> list[Any]:
    answer = portal.call("GET", f"crm/contact/simple/filter?filterValue={mark}", as_=as_)
    assert answer.status == 200, answer.text
    return list(answer.response)


def task_summary(each: dict[str, Any]) -> tuple[int, bool]:
    return each.get("taskCount", 0), each["haveLateTasks"]


def test_contact_counts_its_tasks_including_closed_ones(portal: Portal):
    mark = word()
    person = make_person(portal, lastName=mark)
    assert task_summary(contact(portal, person)) == (0, False)
    late, _ = make_task(portal, contactid=person, deadline=LATE), make_task(portal)
    make_task(portal, contactid=person, deadline=FAR)
    assert task_summary(contact(portal, person)) == (2, True)
    portal.call("PUT", f"crm/task/{late}/close")
    assert task_summary(contact(portal, person)) == (2, False)
    assert [task_summary(each) for each in shown(portal, mark)] == [(2, False)]
    portal.call("DELETE", f"crm/task/{late}")
    assert task_summary(contact(portal, person)) == (1, False)


def test_hidden_tasks_are_not_counted(portal: Portal):
    """A task of a hidden opportunity is hidden even if its contact is visible."""
    mark = word()
    company = make_company(portal, companyName=mark)
    hidden = portal.call(
        "POST",
        "crm/opportunity",
        json={
            "title": "T",
            "responsibleid": portal.id_of("ann"),
            "stageid": 1,
            "bidCurrencyAbbr": "EUR",
            "isPrivate": True,
        },
    ).response["id"]
    secret = {"entityType": "opportunity", "entityid": hidden, "deadline": LATE}
    make_task(portal, contactid=company, **secret)
    make_task(portal, contactid=company, deadline=SOON, title="Seen")
    for as_, expected in (("ann", (2, True)), ("bob", (1, False)), ("root", (2, True))):
        assert task_summary(contact(portal, company, as_)) == expected
        assert [task_summary(each) for each in shown(portal, mark, as_)] == [expected]
        [one] = simple(portal, mark, as_)
        assert task_summary(one["contact"]) == expected
        assert (one["task"]["title"] == "Seen") is (as_ == "bob")


def test_next_task_is_the_open_one_with_the_nearest_deadline(portal: Portal):
    mark = word()
    person = make_person(portal, lastName=mark)
    assert [list(each) for each in simple(portal, mark)] == [["contact"]]
    make_task(portal, contactid=person, deadline=FAR, title="Far")
    make_task(portal, contactid=person, deadline=SOON, title="Soon", alertValue=5)
    done = make_task(portal, contactid=person, deadline=LATE)
    portal.call("PUT", f"crm/task/{done}/close")
    [one] = simple(portal, mark)
    assert list(one) == ["task", "contact"]
    assert list(one["task"]) == [
        *("title", "description", "deadLine", "alertValue", "responsible", "category", "id"),
    ]
    assert (one["task"]["title"], one["task"]["category"]["id"]) == ("Soon", category(portal))
