"""Decisions about contacts, without a database."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.crm.contacts import rules
from dealwright.crm.contacts.rules import Contact, ShareType
from dealwright.errors import Invalid

ANN, BOB, CID = "ann", "bob", "cid"
STORED = Contact(
    id=7,
    external_id="K-1",
    is_company=False,
    first_name="Pat",
    last_name="Person",
    job_title="Clerk",
    about="old",
    industry="Trade",
    company_id=3,
    status_id=1,
    type_id=2,
    currency="EUR",
    created_by=ANN,
    created_on=0,
    managers=(ANN,),
    version=4,
)


@dataclass(frozen=True, kw_only=True)
class ContactInput:
    first_name: str = "Pat"
    last_name: str | None = "Person"
    company_name: str = "Acme"
    job_title: str = ""
    company_id: int = 0
    about: str = ""
    external_id: str | None = None


@pytest.mark.parametrize(
    ("inputs", "before", "parameter"),
    [
        (ContactInput(first_name=" "), None, "firstName"),
        (ContactInput(first_name=""), STORED, "firstName"),
        (ContactInput(last_name=None), None, "lastName"),
        (ContactInput(last_name=None), STORED, "lastName"),
        (ContactInput(last_name=""), STORED, "lastName"),
    ],
)
def test_person_needs_names(inputs, before, parameter):
    with pytest.raises(Invalid, match=parameter):
        rules.require_person(inputs, before)


def test_last_name_may_be_empty_from_the_start_and_stay_so():
    rules.require_person(ContactInput(last_name=""), None)
    rules.require_person(ContactInput(last_name=""), replace(STORED, last_name=""))


def test_company_needs_a_name():
    with pytest.raises(Invalid, match="companyName"):
        rules.require_company(ContactInput(company_name="\t"))


def test_display_name_is_first_name_then_last_name_with_a_space():
    assert STORED.display_name == "Pat Person"
    assert replace(STORED, last_name="").display_name == "Pat "
    assert (
        Contact(is_company=True, company_name="Acme", created_by=ANN, created_on=0).display_name
        == "Acme"
    )


def test_put_replaces_only_what_it_has_parameters_for():
    after = rules.revise_person(STORED, ContactInput(about="new"), company_is_hidden=False)
    expected = replace(STORED, about="new", job_title="", company_id=None, version=5)
    assert after == expected


def test_absent_external_id_stays_and_an_empty_one_is_removed():
    kept = rules.revise_company(STORED, ContactInput(external_id=None))
    gone = rules.revise_company(STORED, ContactInput(external_id=""))
    assert (kept.external_id, gone.external_id) == ("K-1", None)


def test_hidden_company_stays_unless_another_is_named():
    kept = rules.revise_person(STORED, ContactInput(), company_is_hidden=True)
    changed = rules.revise_person(STORED, ContactInput(company_id=9), company_is_hidden=True)
    assert (kept.company_id, changed.company_id) == (3, 9)


def share(contact, *, actor=ANN, is_admin=False, share_type=None, managers=()):
    return rules.share(
        contact, share_type=share_type, managers=managers, actor=actor, is_admin=is_admin
    )


@pytest.mark.parametrize("share_type", [None, *ShareType])
def test_creator_of_a_contact_manages_it(share_type):
    new = Contact(is_company=True, created_by=ANN, created_on=0)
    shared = share(new, share_type=share_type, managers=[BOB], is_admin=True)
    assert shared.managers == (BOB, ANN)
    assert shared.share_type == (share_type or 0)


def test_absent_sharing_and_an_empty_list_keep_the_stored_values():
    for stored in (STORED, replace(STORED, share_type=2, managers=(BOB,))):
        assert share(stored) == stored
        assert share(stored, actor=CID, is_admin=True) == stored


def test_list_replaces_the_managers():
    assert share(replace(STORED, share_type=1), managers=[BOB]).managers == (BOB,)
    assert share(STORED, actor=CID, is_admin=True, managers=[BOB]).managers == (BOB,)


def test_users_cannot_lock_themselves_out():
    assert share(STORED, managers=[BOB]).managers == (BOB, ANN)
    public = replace(STORED, share_type=1, managers=())
    assert share(public, actor=BOB, share_type=0).managers == (ANN, BOB)


def test_only_the_creator_and_administrators_remove_the_creator():
    public = replace(STORED, share_type=1)
    assert share(public, actor=BOB, managers=[CID]).managers == (CID, ANN)
    assert share(public, actor=ANN, managers=[CID]).managers == (CID,)
    assert share(public, actor=BOB, is_admin=True, managers=[CID]).managers == (CID,)


@given(
    stored=st.builds(
        lambda kind, managers: replace(STORED, share_type=kind, managers=tuple(managers)),
        st.sampled_from([0, 1, 2]),
        st.lists(st.sampled_from([ANN, BOB, CID]), unique=True),
    ),
    kind=st.none() | st.sampled_from(ShareType),
    managers=st.lists(st.sampled_from([ANN, BOB, CID])),
    actor=st.sampled_from([ANN, BOB, CID]),
)
def test_user_who_may_share_a_contact_still_sees_it_afterwards(stored, kind, managers, actor):
    if stored.share_type != 1 and actor not in stored.managers:
        return  # they could not have changed it
    after = share(stored, actor=actor, share_type=kind, managers=managers)
    assert after.share_type != 0 or actor in after.managers
    assert len(set(after.managers)) == len(after.managers)
    assert share(after, actor=actor, share_type=kind, managers=managers) == after
