"""What is kept of a person: everything in one archive, and erased for good where it must be."""

import io
import json
import zipfile
from typing import Any

import pytest

from tests.crm.contacts.merges.test_merging import company, merged, person, shown, unmerge
from tests.crm.trash import record_trees
from tests.crm.trash.test_identity import wrong
from tests.crm.trash.test_routes import made, opportunity, restore
from tests.running import Portal

WORDS = ("Xanthippe", "Quillfeather", "Wombatkeeper", "zanzibarlover", "xq@zanzibar.example",
         "fjordclimber", "ornithologist", "yodelling", "Undermerged")  # fmt: skip
SIZE = '{"size":40}'


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def told_of(own: Portal) -> tuple[int, int, int]:
    """A person with a word in every place; an opportunity with it, and a task."""
    label = {"label": "Hobby", "fieldType": 0, "mask": SIZE}
    hobby = made(own, "contact/customfield", label, "root")["id"]
    xan = person(
        own,
        WORDS[0],
        lastName=WORDS[1],
        jobTitle=WORDS[2],
        about=WORDS[3],
        externalId="key-" + WORDS[1],
        customFieldList=[{"key": hobby, "value": WORDS[5]}],
    )
    data = {"infoType": "Email", "data": WORDS[4], "isPrimary": True, "category": "Work"}
    made(own, f"contact/{xan}/data", data)
    deal = opportunity(own, contactid=xan, bidValue=250)
    ring = record_trees.task(own, f"Ring the {WORDS[6]}", contact_id=xan)
    payload = record_trees.event(own, f"Was {WORDS[7]} all day", contact_id=xan)
    record_trees.file(own, payload, title=f"{WORDS[2]}.pdf")
    names = {"firstName": WORDS[0], "lastName": WORDS[1], "jobTitle": "Chief " + WORDS[2]}
    assert own.call("PUT", f"crm/contact/person/{xan}", json=names).status == 200
    twin, former = (person(own, WORDS[8], lastName=WORDS[1]) for _ in range(2))
    merged(own, former, twin)
    merged(own, twin, xan)
    return xan, deal, ring


def erase(own: Portal, id: int, as_: str = "root", **payload: object) -> Any:
    return own.call("PUT", f"crm/contact/{id}/erase", json=payload or {"confirm": True}, as_=as_)


def found_in(own: Portal) -> dict[str, str]:
    """The tables that contain a word of the person, and the words."""
    return {
        f"{table} {word}": row[:200]
        for table, rows in record_trees.dump(own).items()
        for row in rows
        for word in WORDS
        if word.lower() in row.lower()
    }


def test_an_erased_person_leaves_no_word_anywhere(own: Portal):
    xan, deal, ring = told_of(own)
    assert found_in(own)
    sums = own.call("GET", "crm/opportunity/summary").response
    total = own.call("GET", "crm/contact/filter?count=0").json["total"]
    answer = erase(own, xan)
    assert answer.status == 200, answer.text
    assert found_in(own) == {}
    for word in WORDS:
        for path in ("contact/filter", "task/filter", "history/filter", "opportunity/filter"):
            found = own.call("GET", f"crm/{path}?filterValue={word}", as_="root").response
            assert found == [], (path, word)
    assert own.call("GET", "crm/opportunity/summary").response == sums
    assert own.call("GET", "crm/contact/filter?count=0").json["total"] == total
    assert own.call("GET", f"crm/opportunity/{deal}").response["contact"]["id"] == xan
    assert own.call("GET", f"crm/task/{ring}").response["title"] == "Erased"
    assert wrong(own) == []


def test_trail_names_the_author_and_nothing_else(own: Portal):
    xan, _, _ = told_of(own)
    erase(own, xan)
    trail = own.call("GET", f"crm/contact/{xan}/audit").response
    assert trail[0]["action"] == "erased"
    assert trail[0]["by"]["id"] == own.id_of("root")
    assert {str(each["changes"]) for each in trail} == {"[]"}


def test_what_is_erased_does_not_come_back(own: Portal):
    xan, _, _ = told_of(own)
    erase(own, xan)
    assert unmerge(own, xan, as_="root").status == 409
    own.call("DELETE", f"crm/contact/{xan}", as_="root")
    assert restore(own, ("contact", xan), as_="root").status == 200
    assert shown(own, xan)["firstName"] == "Erased"


def test_an_answer_that_was_kept_for_a_second_try_is_forgotten(own: Portal):
    payload = {"firstName": 'Bo "the', "lastName": "Ox", "shareType": 1}
    key = {"Idempotency-Key": "once"}
    ida = own.call("POST", "crm/contact/person", json=payload, headers=key).response["id"]
    other = {"firstName": "Box", "lastName": "Oxford", "shareType": 1}
    twice = {"Idempotency-Key": "twice"}
    own.call("POST", "crm/contact/person", json=other, headers=twice)
    erase(own, ida)
    [kept] = record_trees.dump(own)["idempotency"]
    assert "Oxford" in kept


def test_files_that_others_show_too_stay(own: Portal):
    xan, _, _ = told_of(own)
    other = record_trees.event(own, contact_id=company(own))
    own_event = record_trees.event(own, contact_id=xan)
    shared = record_trees.file(own, own_event, other, title="shared.pdf")
    erase(own, xan)
    assert [row for row in record_trees.dump(own)["file"] if row.startswith(f"({shared},")]


def test_only_administrators_who_mean_it_erase_a_person(own: Portal):
    ida = person(own)
    assert erase(own, ida, as_="ann").status == 403
    assert erase(own, ida, as_="gus").status == 403
    unsure = erase(own, ida, confirm=False)
    assert unsure.status == 400
    assert "confirm" in unsure.json["error"]["message"]
    assert erase(own, company(own)).status == 400
    assert erase(own, 2**31 - 1).status == 404
    assert shown(own, ida)["firstName"] == "Ida"


def test_everything_about_a_person_comes_as_one_archive(own: Portal):
    xan, deal, _ = told_of(own)
    answer = own.call("GET", f"crm/contact/{xan}/personaldata", as_="root")
    assert answer.status == 200, own.log[-1]["exception"][-700:]
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="contact-{xan}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    [file] = (name for name in archive.namelist() if name.startswith("files/"))
    assert file.endswith(f"{WORDS[2]}.pdf")
    assert archive.read(file) == b"%PDF-1.4"
    read = {name: json.loads(archive.read(name)) for name in archive.namelist() if name != file}
    assert read["contact.json"][0]["first_name"] == WORDS[0]
    assert WORDS[4] in [each["data"] for each in read["contact_info.json"]]
    assert [each["id"] for each in read["opportunity.json"]] == [deal]
    assert read["opportunity.json"][0]["bid_value"] == 250
    together = json.dumps(read)
    for word in WORDS[:8]:
        assert word in together, word


def test_only_administrators_get_the_archive(own: Portal):
    ida = person(own)
    assert own.call("GET", f"crm/contact/{ida}/personaldata").status == 403
    assert own.call("GET", "crm/contact/99999/personaldata", as_="root").status == 404
