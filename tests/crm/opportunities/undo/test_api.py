"""Changes are taken back by their token or by an entry of the history, unless others came after."""

from tests.making import make_opportunity, make_person
from tests.running import Portal


def move(portal: Portal, opportunity_id: int, stage_id: int):
    payload = {"stageId": stage_id}
    return portal.call("PUT", f"crm/opportunity/{opportunity_id}/move", json=payload)


def undo(portal: Portal, token: str, as_: str = "ann"):
    return portal.call("POST", "crm/opportunity/undo", json={"undo": token}, as_=as_)


def shown(portal: Portal, opportunity_id: int):
    return portal.call("GET", f"crm/opportunity/{opportunity_id}").response


def replaced(portal: Portal, opportunity_id: int, **inputs: object):
    payload = {
        "title": "A deal",
        "responsibleid": portal.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        **inputs,
    }
    answer = portal.call("PUT", f"crm/opportunity/{opportunity_id}", json=payload)
    assert answer.status == 200, answer.text
    return answer


def newest_entry(portal: Portal, opportunity_id: int) -> int:
    entry: int = portal.call("GET", f"crm/opportunity/{opportunity_id}/audit").response[0]["id"]
    return entry


def test_a_move_is_taken_back_and_that_again(portal: Portal) -> None:
    made = make_opportunity(portal, successProbability=7)
    before = shown(portal, made)
    token = move(portal, made, 3).headers["X-Undo"]
    outcome = undo(portal, token).response
    assert (outcome["done"], outcome["refused"]) == ([made], [])
    assert shown(portal, made) == before
    undo(portal, outcome["undo"])
    assert shown(portal, made)["stage"]["id"] == 3


def test_what_has_changed_since_is_refused_with_its_fields(portal: Portal) -> None:
    made = make_opportunity(portal)
    token = move(portal, made, 3).headers["X-Undo"]
    move(portal, made, 2)
    outcome = undo(portal, token).response
    assert outcome["done"] == []
    assert "stage_id" in outcome["refused"][0]["error"]
    assert shown(portal, made)["stage"]["id"] == 2


def test_other_changes_since_stay(portal: Portal) -> None:
    made = make_opportunity(portal)
    token = move(portal, made, 3).headers["X-Undo"]
    probability = shown(portal, made).get("successProbability", 0)
    replaced(portal, made, title="Another title", stageid=3, successProbability=probability)
    assert undo(portal, token).response["refused"] == []
    assert shown(portal, made)["title"] == "Another title"
    assert shown(portal, made)["stage"]["id"] == 1


def test_a_token_serves_only_the_user_who_made_the_change(portal: Portal) -> None:
    made = make_opportunity(portal)
    token = move(portal, made, 3).headers["X-Undo"]
    for text, as_ in ((token, "bob"), (token[:-2], "ann"), ("", "ann"), ("x" * 40, "ann")):
        answer = undo(portal, text, as_)
        assert (answer.status, "undo" in answer.json["error"]["message"]) == (400, True)


def test_an_entry_of_the_history_is_restored(portal: Portal) -> None:
    made = make_opportunity(portal, title="First", bidValue=5)
    replaced(portal, made, title="Second", bidValue=9)
    entry = newest_entry(portal, made)
    path = f"crm/opportunity/{made}/revert"
    answer = portal.call("PUT", path, json={"entryId": entry})
    assert answer.status == 200, answer.text
    assert (answer.response["title"], answer.response["bidValue"]) == ("First", 5)
    refused = portal.call("PUT", path, json={"entryId": entry})
    assert refused.status == 409
    assert "title" in refused.json["error"]["message"]
    undo(portal, answer.headers["X-Undo"])
    assert shown(portal, made)["title"] == "Second"


def test_entries_of_others_and_of_the_creation_are_refused(portal: Portal) -> None:
    made, other = make_opportunity(portal), make_opportunity(portal)
    path = f"crm/opportunity/{made}/revert"
    theirs = portal.call("PUT", path, json={"entryId": newest_entry(portal, other)})
    assert theirs.status == 404
    created = portal.call("PUT", path, json={"entryId": newest_entry(portal, made)})
    assert (created.status, "entryId" in created.json["error"]["message"]) == (400, True)
    hidden = make_opportunity(portal, as_="bob", isPrivate=True)
    refused = portal.call("PUT", f"crm/opportunity/{hidden}/revert", json={"entryId": 1})
    assert refused.status == 404


def test_custom_values_are_restored_one_by_one(portal: Portal) -> None:
    fields = []
    for label in ("One", "Two"):
        payload = {"label": label, "fieldType": 0, "mask": '{"size":40}'}
        answer = portal.call("POST", "crm/opportunity/customfield", json=payload, as_="root")
        fields.append(answer.response["id"])
    made = make_opportunity(portal)
    base = f"crm/opportunity/{made}/customfield"
    portal.call("POST", f"{base}/{fields[0]}", json={"fieldValue": "a"})
    portal.call("POST", f"{base}/{fields[0]}", json={"fieldValue": "b"})
    entry = newest_entry(portal, made)
    portal.call("POST", f"{base}/{fields[1]}", json={"fieldValue": "c"})
    answer = portal.call("PUT", f"crm/opportunity/{made}/revert", json={"entryId": entry})
    assert answer.status == 200, answer.text
    held = {each["id"]: each.get("fieldValue") for each in answer.response["customFields"]}
    assert (held[fields[0]], held[fields[1]]) == ("a", "c")


def test_every_kind_of_value_is_restored_from_its_entry(portal: Portal) -> None:
    """One entry for each field; each is taken back alone, the newest first."""
    contacts = [make_person(portal) for _ in range(3)]
    field = portal.call(
        "POST", "crm/opportunity/customfield", as_="root",
        json={"label": "Code", "fieldType": "TextField", "mask": '{"size":40}'},
    ).response["id"]  # fmt: skip
    values: dict[str, object] = {
        "title": "Restored", "description": "First", "bidValue": 10, "bidCurrencyAbbr": "EUR",
        "bidType": "FixedBid", "perPeriodValue": 1, "successProbability": 10, "stageid": 1,
        "expectedCloseDate": "2031-01-01T00:00:00.0000000Z", "contactid": contacts[0],
        "members": contacts[:1], "responsibleid": portal.id_of("ann"), "isPrivate": False,
        "customFieldList": [{"key": field, "value": "A"}],
    }  # fmt: skip
    made = make_opportunity(portal, **values)
    before = shown(portal, made)
    changes: tuple[dict[str, object], ...] = (
        {"title": "Changed"}, {"description": "Second"}, {"bidValue": 20},
        {"bidCurrencyAbbr": "USD"}, {"bidType": "PerMonth"}, {"perPeriodValue": 7},
        {"successProbability": 55}, {"stageid": 3}, {"members": contacts},
        {"expectedCloseDate": "2032-02-02T00:00:00.0000000Z"}, {"contactid": contacts[2]},
        {"responsibleid": portal.id_of("bob")}, {"customFieldList": [{"key": field, "value": "B"}]},
        {"isPrivate": True, "accessList": [portal.id_of("cid")]},
    )  # fmt: skip
    for change in changes:
        values |= change
        replaced(portal, made, **values)
    portal.call("POST", f"crm/opportunity/{made}/tag", json={"tagName": "soon gone"})
    trail = portal.call("GET", f"crm/opportunity/{made}/audit").response
    entries = [each["id"] for each in trail if each["action"] != "created"]
    assert len(entries) >= len(changes)
    for entry in entries:
        answer = portal.call(
            "PUT", f"crm/opportunity/{made}/revert", json={"entryId": entry}, as_="root"
        )
        assert answer.status == 200, answer.text
    after = shown(portal, made)
    derived = ("updateBy", "updated", "version", "canEdit")
    assert {name: value for name, value in after.items() if name not in derived} == {
        name: value for name, value in before.items() if name not in derived
    }
    assert portal.call("GET", f"crm/opportunity/tag/{made}").response == []
