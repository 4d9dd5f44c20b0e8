"""Cases on the command line: why a user sees one, and what is wrong with them."""

import asyncio

import pytest
from sqlalchemy import insert

from dealwright import app
from dealwright.errors import NotFound
from dealwright.storage import schema
from tests.crm.cases.making import listed, make_case, make_field, word
from tests.making import stored


def explained(portal, case_id, name):
    explanation = app.explain(portal.settings, "case", case_id, person=f"{name}@example.com")
    return {clause.text: clause.holds for clause in asyncio.run(explanation)}


@pytest.mark.parametrize(
    ("name", "clause", "sees", "shares"),
    [
        ("ann", "the user created it", True, True),
        ("bob", "the user is on its access list", True, False),
        ("cid", None, False, False),
        ("root", "the user is an administrator of the CRM", True, True),
    ],
)
def test_explain_prints_every_clause_for_a_case(portal, name, clause, sees, shares):
    case_id = make_case(portal, isPrivate=True, accessList=[portal.id_of("bob")])
    found = explained(portal, case_id, name)
    assert found["it is public"] is False
    assert (found["so the user may see it"], found["so the user may decide who sees it"]) == (
        sees,
        shares,
    )
    clauses = ("the user created it", "the user is on its access list")
    for each in (*clauses, "the user is an administrator of the CRM"):
        if each == clause or name != "ann":
            assert found[each] is (each == clause), each


def test_explain_reports_an_unknown_case(portal):
    with pytest.raises(NotFound):
        explained(portal, 999_999, "ann")


def check(portal, *, mend=False):
    return asyncio.run(app.check(portal.settings, mend=mend))


def test_check_finds_nothing_in_a_sound_portal_with_cases(portal):
    own = portal.fresh()
    value = [{"key": make_field(own), "value": "red"}]
    case_id = make_case(own, customFieldList=value, isPrivate=True)
    own.call("POST", f"crm/case/{case_id}/tag", json={"tagName": word()})
    own.call("DELETE", f"crm/case/{make_case(own)}")
    assert check(own) == []


def test_check_finds_faults_of_a_case_and_repairs_its_search_words(portal):
    own, title = portal.fresh(), word()
    made = make_case(own, title=title)
    k = schema.crm_case
    lost = {"search_text": " other ", "title_key": "other"}
    stored(own, k.update().where(k.c.id == made).values(lost).returning(k.c.id))
    listed_too = {"case_id": made, "person_id": own.id_of("bob")}
    access = schema.case_access
    stored(own, insert(access).values(listed_too).returning(access.c.case_id))
    found = "\n".join(check(own))
    assert f"case {made}: its search words are not its own" in found
    assert f"case {made}: public, yet it has an access list" in found
    (left,) = check(own, mend=True)
    assert "access list" in left
    assert listed(own, f"filterValue={title}") == [made]
