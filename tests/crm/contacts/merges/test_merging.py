"""Two contacts are merged with everything that belongs to them, and the merge is undone."""

from typing import Any

import pytest

from dealwright.crm.contacts.merges.queries import moves
from dealwright.storage import schema
from tests.crm.trash import record_trees
from tests.crm.trash.test_routes import made, opportunity, purge, restore, trash
from tests.running import Answer, Portal

SIZE = '{"size":40}'


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def person(portal: Portal, name: str = "Ida", as_: str = "ann", **inputs: object) -> int:
    inputs = {"firstName": name, "lastName": "Ink", "shareType": 1, **inputs}
    return int(made(portal, "contact/person", inputs, as_)["id"])


def company(portal: Portal, name: str = "Quiet", as_: str = "ann", **inputs: object) -> int:
    inputs = {"companyName": name, "shareType": 1, **inputs}
    return int(made(portal, "contact/company", inputs, as_)["id"])


def merge(portal: Portal, source: int, target: int, as_: str = "ann") -> Answer:
    payload = {"fromcontactid": source, "tocontactid": target}
    return portal.call("PUT", "crm/contact/merge", json=payload, as_=as_)


def merged(portal: Portal, source: int, target: int, as_: str = "ann") -> dict[str, Any]:
    answer = merge(portal, source, target, as_)
    assert answer.status == 200, answer.text
    shown: dict[str, Any] = answer.response
    assert shown["id"] == target
    return shown


def unmerge(portal: Portal, target: int, as_: str = "ann") -> Answer:
    return portal.call("PUT", f"crm/contact/{target}/unmerge", as_=as_)


def shown(portal: Portal, id: int, as_: str = "ann") -> Any:
    return portal.call("GET", f"crm/contact/{id}", as_=as_).response


def error_message(answer: Answer) -> str:
    return str(answer.json["error"]["message"])


def test_tasks_events_and_opportunities_move_to_the_remaining_contact(own: Portal):
    source, target = person(own), person(own, "Ada")
    deal = opportunity(own, contactid=source)
    ring, answer = (
        record_trees.task(own, contact_id=source),
        record_trees.event(own, contact_id=source),
    )
    move = record_trees.case(own)
    own.call("POST", f"crm/case/{move}/contact", json={"contactid": source})
    merged(own, source, target)
    assert own.call("GET", f"crm/contact/{source}").status == 404
    read = own.call("GET", f"crm/opportunity/{deal}").response
    assert read["contact"]["id"] == target
    assert [each["id"] for each in read["members"]] == [target]
    assert own.call("GET", f"crm/task/{ring}").response["contact"]["id"] == target
    members = own.call("GET", f"crm/case/{move}/contact").response
    assert [each["id"] for each in members] == [target]
    assert record_trees.gone(own, schema.task) == record_trees.gone(own, schema.history_event) == {}
    assert answer


def test_empty_fields_are_filled_and_the_rest_stays(own: Portal):
    firm = company(own)
    source = person(own, companyId=firm, jobTitle="Boss", about="Loud", externalId="a")
    target = person(own, "Ada", about="Quiet", externalId="b")
    read = merged(own, source, target)
    assert (read["title"], read["about"], read["company"]["id"]) == ("Boss", "Quiet", firm)
    assert (read["firstName"], read["externalId"]) == ("Ada", "b")


def test_tags_values_managers_and_contact_data_are_combined(own: Portal):
    field = made(
        own, "contact/customfield", {"label": "Shoe", "fieldType": 0, "mask": SIZE}, "root"
    )["id"]
    hat = made(own, "contact/customfield", {"label": "Hat", "fieldType": 0, "mask": SIZE}, "root")[
        "id"
    ]
    source, target = person(own, as_="bob"), person(own, "Ada")
    for id, tag in ((source, "hot"), (source, "both"), (target, "both")):
        made(own, f"contact/{id}/tag", {"tagName": tag})
    for id, key, value in ((source, field, "42"), (source, hat, "felt"), (target, hat, "straw")):
        made(own, f"contact/{id}/customfield/{key}", {"fieldValue": value})
    for id, mail, first in ((source, "i@x.io", True), (source, "a@x.io", False)):
        data = {"infoType": "Email", "data": mail, "isPrimary": first, "category": "Work"}
        made(own, f"contact/{id}/data", data)
    for mail, first in (("a@x.io", False), ("t@x.io", True)):
        data = {"infoType": "Email", "data": mail, "isPrimary": first, "category": "Work"}
        made(own, f"contact/{target}/data", data)
    read = merged(own, source, target)
    assert sorted(own.call("GET", f"crm/contact/{target}/tag").response) == ["both", "hot"]
    values = {each["label"]: each.get("fieldValue") for each in read["customFields"]}
    assert (values["Shoe"], values["Hat"]) == ("42", "straw")
    mails = {each["data"]: each["isPrimary"] for each in read["commonData"]}
    assert mails == {"a@x.io": False, "t@x.io": True, "i@x.io": False}
    for word in ("42", "i@x.io"):
        found = own.call("GET", f"crm/contact/filter?filterValue={word}").response
        assert [each["id"] for each in found] == [target], word
    own.call("PUT", f"crm/contact/{target}/access", json={"isShared": False})
    assert own.call("GET", f"crm/contact/{target}", as_="bob").status == 200


def test_persons_of_a_company_move_to_the_other_company(own: Portal):
    source, target = company(own), company(own, "Loud")
    worker = person(own, companyId=source)
    assert merged(own, source, target)["personsCount"] == 1
    assert shown(own, worker)["company"]["id"] == target


def test_person_and_company_cannot_be_merged(own: Portal):
    refused = merge(own, person(own), company(own))
    assert refused.status == 400
    assert "is a person" in error_message(refused)


def test_contact_merged_into_itself_is_unchanged(own: Portal):
    ida = person(own)
    before = shown(own, ida)
    assert merged(own, ida, ida) == before
    assert trash(own) == []


def test_user_who_may_not_edit_both_merges_nothing(own: Portal):
    hidden = person(own, shareType=0)
    readable = person(own, "Ada", shareType=2)
    open_one = person(own, "Eve")
    for source, target, status in (
        (hidden, open_one, 404),
        (open_one, hidden, 404),
        (readable, open_one, 403),
        (open_one, readable, 403),
        (0, open_one, 400),
        (open_one, -1, 400),
        (open_one, 2**31 - 1, 404),
    ):
        assert merge(own, source, target, as_="cid").status == status
    assert unmerge(own, hidden, as_="cid").status == 404
    assert unmerge(own, readable, as_="cid").status == 403
    assert merge(own, open_one, readable, as_="gus").status == 403


def test_merged_contact_leaves_the_trash_only_by_undoing_the_merge(own: Portal):
    source, target = person(own), person(own, "Ada")
    merged(own, source, target)
    refused = restore(own, ("contact", source))
    assert refused.status == 409
    assert f"PUT contact/{target}/unmerge" in error_message(refused)
    assert unmerge(own, target).response["id"] == target
    assert shown(own, source)["firstName"] == "Ida"
    assert trash(own) == []


def test_merges_are_undone_one_by_one_newest_first(own: Portal):
    first, second, target = person(own, "One"), person(own, "Two"), person(own, "Ada")
    merged(own, first, target)
    merged(own, second, target)
    for back in (second, first):
        assert unmerge(own, target).status == 200
        assert own.call("GET", f"crm/contact/{back}").status == 200
    refused = unmerge(own, target)
    assert refused.status == 409
    assert "has no merge that can be undone" in error_message(refused)


def test_rows_added_since_stay(own: Portal):
    source, target = person(own), person(own, "Ada")
    merged(own, source, target)
    made(own, f"contact/{target}/tag", {"tagName": "new"})
    later = record_trees.task(own, contact_id=target)
    assert unmerge(own, target).status == 200
    assert own.call("GET", f"crm/contact/{target}/tag").response == ["new"]
    assert own.call("GET", f"crm/task/{later}").response["contact"]["id"] == target


@pytest.mark.parametrize("what", ["tag", "task", "title", "opportunity"])
def test_change_since_the_merge_is_named_and_prevents_the_undo(own: Portal, what: str):
    source, target = person(own, jobTitle="Boss"), person(own, "Ada")
    ring = record_trees.task(own, contact_id=source)
    deal = opportunity(own, contactid=source)
    made(own, f"contact/{source}/tag", {"tagName": "hot"})
    merged(own, source, target)
    match what:
        case "tag":
            own.call("DELETE", f"crm/contact/{target}/tag", json={"tagName": "hot"})
        case "task":
            record_trees.move_to_trash(own, "task", ring)
        case "title":
            names = {"firstName": "Ada", "lastName": "Ink", "jobTitle": "Chief"}
            own.call("PUT", f"crm/contact/person/{target}", json=names)
        case "opportunity":
            record_trees.move_to_trash(own, "opportunity", deal)
    named = {
        "tag": "its tag",
        "task": f"task {ring}",
        "title": "its job title",
        "opportunity": f"opportunity {deal}",
    }
    before = shown(own, target)
    refused = unmerge(own, target)
    assert refused.status == 409
    assert named[what] in error_message(refused)
    assert shown(own, target) == before


def test_hidden_rows_move_and_prevent_an_undo_without_being_named(own: Portal):
    source, target = person(own), person(own, "Ada")
    deal = opportunity(own, contactid=source, isPrivate=True)
    merged(own, source, target, as_="cid")
    assert own.call("GET", f"crm/opportunity/{deal}").response["contact"]["id"] == target
    record_trees.move_to_trash(own, "opportunity", deal)
    refused = unmerge(own, target, as_="cid")
    assert refused.status == 409
    assert "a hidden opportunity" in error_message(refused)
    assert f"opportunity {deal}" not in error_message(refused)


def test_purged_rows_prevent_no_undo(own: Portal):
    source, target = person(own), person(own, "Ada")
    made(own, f"contact/{source}/tag", {"tagName": "hot"})
    merged(own, source, target)
    own.call("DELETE", "crm/contact/tag", json={"tagName": "hot"}, as_="root")
    assert unmerge(own, target).status == 200


def test_merge_with_a_purged_contact_cannot_be_undone(own: Portal):
    source, target = person(own), person(own, "Ada")
    merged(own, source, target)
    assert purge(own, days_later=31) == 1
    assert unmerge(own, target).status == 409


def test_audit_trail_records_the_merge(own: Portal):
    source, target = person(own, jobTitle="Boss"), person(own, "Ada")
    deal = opportunity(own, contactid=source)
    merged(own, source, target)
    entry = own.call("GET", f"crm/contact/{target}/audit").response[0]
    assert entry["action"] == "merged"
    assert {"field": "jobTitle", "old": "", "new": "Boss"} in entry["changes"]
    trail = own.call("GET", f"crm/opportunity/{deal}/audit").response
    assert "merged" in [each["action"] for each in trail]


def test_old_version_is_not_merged_into(own: Portal):
    source, target = person(own), person(own, "Ada")
    old = own.call("GET", f"crm/contact/{target}").headers["ETag"]
    own.call("PUT", f"crm/contact/{target}/status", json={"contactStatusid": 1})
    payload = {"fromcontactid": source, "tocontactid": target}
    stale = own.call("PUT", "crm/contact/merge", json=payload, headers={"If-Match": old or ""})
    assert stale.status == 412
    assert shown(own, source)["firstName"] == "Ida"


def test_every_column_that_refers_to_contacts_is_moved():
    assert {move.name for move in moves()} == {
        "case_member.contact_id",
        "contact.company_id",
        "contact_access.contact_id",
        "contact_info.contact_id",
        "contact_photo.contact_id",
        "contact_tag.contact_id",
        "contact_value.contact_id",
        "history_event.contact_id",
        "invoice.consignee_id",
        "invoice.contact_id",
        "mailing_recipient.contact_id",
        "opportunity.contact_id",
        "opportunity_member.contact_id",
        "task.contact_id",
    }
