"""The dependents of a deleted record go to the trash with it and are restored with it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dealwright.storage import schema
from tests.crm.trash import record_trees
from tests.crm.trash.record_trees import case, event, file, gone, task
from tests.crm.trash.test_routes import company, delete, opportunity, purge, restore, trash
from tests.running import Portal

EVENT, TASK, FILE = schema.history_event, schema.task, schema.file
ALL = {"tasks": 1, "events": 2, "files": 1}


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def owner(portal: Portal, kind: str) -> int:
    return company(portal) if kind == "contact" else opportunity(portal)


def furnished(portal: Portal, kind: str) -> tuple[int, dict[str, Any]]:
    """A record with a task, two events and a file on one of those, and the ids of all."""
    id, other = owner(portal, kind), owner(portal, kind)
    on = {f"{kind}_id": id}
    events = [event(portal, **on), event(portal, **on)]
    made = {"task": task(portal, **on), "events": events, "file": file(portal, events[0])}
    task(portal, **{f"{kind}_id": other})
    file(portal, event(portal, **{f"{kind}_id": other}))
    task(portal)
    file(portal)
    return id, made


@pytest.mark.parametrize("kind", ["contact", "opportunity"])
def test_tasks_events_and_files_are_deleted_and_restored_with_a_record(own: Portal, kind: str):
    id, made = furnished(own, kind)
    changing = frozenset({"version"})
    before = record_trees.dump(own, changing)
    answer = own.call("DELETE", f"crm/{kind}/{id}")
    assert answer.response["alsoDeleted"] == ALL
    name = f"{kind}:{id}"
    assert gone(own, TASK) == {made["task"]: name}
    assert gone(own, EVENT) == dict.fromkeys(made["events"], name)
    assert gone(own, FILE) == {made["file"]: name}
    [lying] = trash(own)
    assert (lying["entityType"], lying["id"], lying["alsoDeleted"]) == (kind, id, ALL)
    [back] = restore(own, (kind, id)).response
    assert back["restoredTogether"] == ALL
    assert "alsoDeleted" not in back
    after = record_trees.dump(own, changing)
    for trail in ("audit", "outbox", "counter"):
        before.pop(trail)
        after.pop(trail)
    assert after == before


@pytest.mark.parametrize("kind", ["contact", "opportunity"])
def test_deleting_many_records_deletes_their_dependents(own: Portal, kind: str):
    first, made = furnished(own, kind)
    second, others = furnished(own, kind)
    record_trees.attach(own, others["events"][1], made["file"])  # attached to events of both
    key = f"{kind}ids"
    shown = own.call("PUT", f"crm/{kind}", json={key: [first, second]}).response
    assert [each["alsoDeleted"] for each in shown] == [
        ALL,
        {"tasks": 1, "events": 2, "files": 2},
    ]
    assert set(gone(own, FILE).values()) == {f"{kind}:{first}", f"{kind}:{second}"}
    [back] = restore(own, (kind, second)).response
    assert back["restoredTogether"] == {"tasks": 1, "events": 2, "files": 2}
    assert gone(own, FILE) == {}
    assert set(gone(own, EVENT).values()) == {f"{kind}:{first}"}


def test_record_without_dependents_has_no_count(own: Portal):
    firm = company(own)
    assert "alsoDeleted" not in own.call("DELETE", f"crm/contact/{firm}").response
    assert "alsoDeleted" not in trash(own)[0]
    assert "restoredTogether" not in restore(own, ("contact", firm)).response[0]


def test_file_stays_while_another_event_shows_it(own: Portal):
    firm, deal = company(own), opportunity(own)
    shared = file(own, event(own, contact_id=firm), event(own, opportunity_id=deal))
    delete(own, "contact", firm)
    assert gone(own, FILE) == {}
    delete(own, "opportunity", deal)
    assert gone(own, FILE) == {shared: f"opportunity:{deal}"}
    restore(own, ("contact", firm))
    assert gone(own, FILE) == {}


def test_dependents_held_by_another_record_in_the_trash_pass_to_it(own: Portal):
    firm, deal = company(own), opportunity(own)
    both = {"contact_id": firm, "opportunity_id": deal}
    ring, answer = task(own, **both), event(own, **both)
    plan = file(own, answer)
    delete(own, "contact", firm)
    delete(own, "opportunity", deal)
    [back] = restore(own, ("contact", firm)).response
    assert "restoredTogether" not in back
    name = f"opportunity:{deal}"
    assert (gone(own, TASK), gone(own, EVENT), gone(own, FILE)) == (
        {ring: name},
        {answer: name},
        {plan: name},
    )
    [back] = restore(own, ("opportunity", deal)).response
    assert back["restoredTogether"] == {"tasks": 1, "events": 1, "files": 1}
    assert {**gone(own, TASK), **gone(own, EVENT), **gone(own, FILE)} == {}


def test_task_of_a_deleted_record_cannot_be_restored_alone(own: Portal):
    firm = company(own)
    ring = task(own, contact_id=firm)
    delete(own, "contact", firm)
    refused = restore(own, ("task", ring))
    assert refused.status == 409
    shown = refused.json["error"]["message"]
    assert f"task {ring} belongs to the contact {firm}, which is in the trash" in shown
    assert restore(own, ("task", ring), ("contact", firm)).status == 200
    assert gone(own, TASK) == {}


def test_file_of_a_deleted_event_cannot_be_restored_alone(own: Portal):
    firm = company(own)
    answer = event(own, contact_id=firm)
    plan = file(own, answer)
    delete(own, "contact", firm)
    refused = restore(own, ("file", plan), as_="root")
    assert refused.status == 409
    assert f"file {plan} belongs to the event {answer}" in refused.json["error"]["message"]


def test_only_visible_dependents_are_counted(own: Portal):
    firm = company(own)
    deal = opportunity(own, isPrivate=True)
    task(own, contact_id=firm, opportunity_id=deal)
    file(own, event(own, contact_id=firm, opportunity_id=deal))
    task(own, contact_id=firm)
    seen = own.call("DELETE", f"crm/contact/{firm}", as_="bob").response["alsoDeleted"]
    assert seen == {"tasks": 1, "events": 0, "files": 0}
    assert trash(own, as_="bob")[0]["alsoDeleted"] == seen
    everything = {"tasks": 2, "events": 1, "files": 1}
    assert trash(own, as_="ann")[0]["alsoDeleted"] == everything
    [back] = restore(own, ("contact", firm), as_="bob").response
    assert back["restoredTogether"] == seen
    assert {**gone(own, TASK), **gone(own, EVENT), **gone(own, FILE)} == {}


def test_dependent_added_during_a_deletion_is_refused_or_deleted_too(own: Portal):
    firm = company(own)

    def add(number: int) -> bool:
        if number == 6:
            delete(own, "contact", firm)
            return False
        return record_trees.task_if_there(own, contact_id=firm)

    with ThreadPoolExecutor(6) as pool:
        added = [*pool.map(add, range(18))]
    assert sum(added) == record_trees.count(own, TASK)
    assert gone(own, TASK) == dict.fromkeys(gone(own, TASK), f"contact:{firm}")
    assert len(gone(own, TASK)) == sum(added)


def test_purge_deletes_the_dependents_for_good(own: Portal):
    firm, deal = company(own), opportunity(own)
    answer = event(own, contact_id=firm)
    file(own, answer)
    kept = file(own, event(own, contact_id=firm), event(own, opportunity_id=deal))
    task(own, contact_id=firm)
    delete(own, "contact", firm)
    assert purge(own, days_later=31) == 1
    assert [record_trees.count(own, table) for table in (TASK, EVENT, FILE)] == [0, 1, 1]
    assert gone(own, FILE) == {}
    assert f"({kept}," in record_trees.dump(own)["file"][0]


def test_file_shown_by_another_deleted_record_is_not_purged(own: Portal):
    firm, deal = company(own), opportunity(own)
    plan = file(own, event(own, contact_id=firm), event(own, opportunity_id=deal))
    delete(own, "opportunity", deal)
    delete(own, "contact", firm)
    record_trees.saved(
        own, record_trees.Change(record_trees.Update(schema.contact, firm, {"deleted_on": 5}))
    )
    assert gone(own, FILE) == {plan: f"contact:{firm}"}
    assert purge(own, days_later=29) == 1
    assert gone(own, FILE) == {plan: f"opportunity:{deal}"}


@pytest.mark.parametrize("make", [task, event, case])
def test_records_deleted_on_their_own_are_listed_and_restored(own: Portal, make: Any):
    kind = make.__name__
    id = make(own, "Ring Résumé twice", deleted_on=7, deleted_by=own.id_of("ann"))
    [lying] = trash(own, "?filterValue=resume")
    assert (lying["entityType"], lying["id"], lying["title"]) == (kind, id, "Ring Résumé twice")
    assert trash(own, f"?entityType={kind}&filterValue=nothing") == []
    assert restore(own, (kind, id), as_="bob").status == 403
    assert restore(own, (kind, id)).status == 200
    assert trash(own) == []


@pytest.mark.parametrize("together", [False, True])
def test_file_is_restored_with_the_record_of_the_event_that_shows_it(own: Portal, together: bool):
    deal = opportunity(own)
    plan = file(own, event(own, opportunity_id=deal))
    assert own.call("DELETE", f"crm/files/{plan}").status == 200
    delete(own, "opportunity", deal)
    assert restore(own, ("file", plan), as_="root").status == 409
    items = (("file", plan), ("opportunity", deal))
    if together:
        assert restore(own, *items, as_="root").status == 200
    else:
        assert [restore(own, each).status for each in reversed(items)] == [200, 200]
    assert gone(own, FILE) == gone(own, EVENT) == {}
