"""Who may change which account, and what an account may become."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.errors import Conflict, Forbidden, Invalid, NotNow
from dealwright.people.accounts import rules
from dealwright.people.accounts.rules import ADMIN, CRM_ADMIN, GUEST, OWNER, USER, Account

ANN = Account(id="ann", user_name="ann", email="ann@example.com")
ROLES = (OWNER, ADMIN, CRM_ADMIN, USER, GUEST)
roles = st.sampled_from(ROLES)


def with_role(role: str) -> Account:
    return replace(ANN, role=role)


@pytest.mark.parametrize("role", ROLES)
def test_users_change_their_own_account_and_only_the_owner_the_owners(role: str):
    rules.demand_may_change(with_role(role), actor_id="ann", is_admin=False)
    if role == OWNER:
        with pytest.raises(Forbidden):
            rules.demand_may_change(with_role(role), actor_id="root", is_admin=True)
    else:
        rules.demand_may_change(with_role(role), actor_id="root", is_admin=True)


@pytest.mark.parametrize(
    "requested",
    [
        {"email": "else@example.com"},
        {"job_title": "Chief"},
        {"role": ADMIN},
        {"is_terminated": True},
        {"groups": frozenset({"sales"})},
    ],
)
def test_users_cannot_change_what_administrators_decide(requested):
    with pytest.raises(Forbidden, match=next(iter(requested))):
        rules.revise(ANN, requested, actor_id="ann", is_admin=False)
    same = {name: getattr(ANN, name) for name in requested}
    assert rules.revise(ANN, same, actor_id="ann", is_admin=False) == ANN


@pytest.mark.parametrize("requested", [{"role": USER}, {"is_terminated": True}])
def test_administrators_cannot_lock_themselves_out(requested):
    admin = with_role(ADMIN)
    with pytest.raises(NotNow):
        rules.revise(admin, requested, actor_id="ann", is_admin=True)
    changed = rules.revise(admin, requested, actor_id="root", is_admin=True)
    assert [getattr(changed, name) for name in requested] == [*requested.values()]


@given(roles, st.booleans(), st.booleans())
def test_owner_stays_owner_and_others_cannot_become_one(role, of_everything, wanted):
    account = with_role(role)
    try:
        after = rules.administering(account, of_everything=of_everything, wanted=wanted)
    except NotNow:
        return
    assert (after == OWNER) is (role == OWNER)
    assert wanted or role != OWNER


@pytest.mark.parametrize(
    ("role", "of_everything", "wanted", "after"),
    [
        (USER, False, True, CRM_ADMIN),
        (USER, True, True, ADMIN),
        (CRM_ADMIN, True, True, ADMIN),
        (ADMIN, False, True, ADMIN),
        (CRM_ADMIN, False, False, USER),
        (ADMIN, True, False, USER),
        (USER, False, False, USER),
        (CRM_ADMIN, True, False, CRM_ADMIN),
        (GUEST, True, False, GUEST),
    ],
)
def test_administrators_are_made_and_unmade(role, of_everything, wanted, after):
    made = rules.administering(with_role(role), of_everything=of_everything, wanted=wanted)
    assert made == after


@pytest.mark.parametrize(
    ("account", "wanted"),
    [
        (with_role(GUEST), True),
        (replace(ANN, is_terminated=True), True),
        (with_role(ADMIN), False),
        (with_role(OWNER), False),
    ],
)
def test_who_cannot_become_or_stop_being_an_administrator_of_the_crm(account, wanted):
    with pytest.raises(NotNow):
        rules.administering(account, of_everything=False, wanted=wanted)


@pytest.mark.parametrize("role", ROLES)
def test_administrators_do_not_become_guests_by_the_way(role: str):
    if role in (USER, GUEST):
        assert rules.as_visitor(with_role(role), is_visitor=True) == GUEST
    else:
        with pytest.raises(NotNow):
            rules.as_visitor(with_role(role), is_visitor=True)
    expected = USER if role == GUEST else role
    assert rules.as_visitor(with_role(role), is_visitor=False) == expected


def test_only_who_is_disabled_can_be_deleted():
    rules.demand_deletable(replace(ANN, is_terminated=True))
    with pytest.raises(Conflict, match="The user is not suspended"):
        rules.demand_deletable(ANN)


def test_contact_data_needs_a_type_and_is_dropped_without_a_value():
    listed = [(" skype ", "ann.a"), ("mail", " "), ("", "")]
    assert rules.contacts(listed) == (("skype", "ann.a"),)
    with pytest.raises(Invalid):
        rules.contacts([("", "ann.a")])
    with pytest.raises(Invalid):
        rules.contacts([("skype", "x")] * (rules.MOST_CONTACTS + 1))


def test_what_is_private_never_stands_in_the_trail():
    changes = [("notes", "", "ill"), ("sex", "male", None), ("role", "user", "admin")]
    assert rules.for_trail(changes) == [
        ("notes", "", rules.HIDDEN),
        ("sex", rules.HIDDEN, None),
        ("role", "user", "admin"),
    ]


@pytest.mark.parametrize(
    ("text", "payload"), [("Male", "male"), (" female ", "female"), ("", None)]
)
def test_sex_is_one_of_two_words_or_nothing(text, payload):
    assert rules.sex(text) == payload


@pytest.mark.parametrize(
    ("text", "payload"), [("en-US", "en"), ("ru", "ru"), ("RU-ru", "ru"), (" ", None)]
)
def test_language_must_be_one_of_the_email_languages(text, payload):
    assert rules.language(text) == payload
    with pytest.raises(Invalid, match="cultureName"):
        rules.language("xx")
