"""What accounts may be called, which passwords are taken, when sign-in is blocked: pure
decisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.errors import Invalid, TooMany
from dealwright.people import rules
from dealwright.people.rules import BLOCK, SECOND, WINDOW, Attempts, EmployeeStatus

GUID = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"


@pytest.mark.parametrize(
    ("address", "taken", "name"),
    [
        ("Ann.Archer@example.com", (), "ann.archer"),
        ("ann@example.com", ("ann",), "ann2"),
        ("ann@example.com", ("ann", "ann2"), "ann3"),
        ("анна@example.com", (), "анна"),
        ("filter@example.com", (), "filter2"),
        ("'@example.com", (), "user"),
        (f"{GUID}@example.com", (), f"user-{GUID}"),
    ],
)
def test_a_user_name_comes_from_the_address(address: str, taken: tuple[str, ...], name: str):
    assert rules.user_name(address, taken) == name


@given(st.emails(), st.sets(st.sampled_from(["ann", "ann2", "bob"])))
def test_a_user_name_is_never_an_address_an_id_or_taken(address: str, taken: set[str]):
    name = rules.user_name(address, taken)
    assert "@" not in name
    assert name not in taken
    assert name == rules.folded(name)
    assert name.isprintable()


@pytest.mark.parametrize("text", ["ann@example.com", " owner@localhost ", "анна@пример.рф"])
def test_addresses_are_accepted(text: str):
    assert rules.email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "ann", "@example.com", "a@b@c", "ann @example.com", "a\0b@c.org", f"{'a' * 65}@b.c"],
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(Invalid, match="email"):
        rules.email(text)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("ann.archer@example.com", ("Ann", "Archer")),
        ("owner@localhost", ("Owner", "")),
        ("mary-jane_van.dam@x.org", ("Mary", "Jane Van Dam")),
    ],
)
def test_names_are_guessed_from_an_address(address: str, names: tuple[str, str]):
    assert rules.names_of(address) == names


@pytest.mark.parametrize(
    "text",
    ["", "short77", "aaaaaaaaaaaa", "abababababab", "Ann@Example.com", " ann.archer ", "x1" * 129],
)
def test_a_password_that_is_easily_guessed_is_refused(text: str):
    with pytest.raises(Invalid, match="password"):
        rules.password(text, names=("ann@example.com", "ann.archer"))


def test_a_refused_password_is_not_repeated():
    with pytest.raises(Invalid) as refused:
        rules.password("hunter2", names=())
    assert "hunter2" not in refused.value.text


def test_a_password_is_the_same_however_its_letters_were_composed():
    assert rules.password("pa\u0308ssword", names=()) == rules.password("p\u00e4ssword", names=())


def test_made_up_passwords_differ_and_are_taken():
    made = {rules.new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(rules.password(each, names=()) == each for each in made)


def test_a_login_name_is_compared_in_any_case_and_composition():
    assert rules.folded(" Ann@EXAMPLE.com ") == "ann@example.com"
    assert rules.folded("JOSE\u0301") == rules.folded("jos\u00e9")


def test_guests_see_only_their_own_address():
    assert rules.sees_contact_data(is_guest=True, is_self=True)
    assert not rules.sees_contact_data(is_guest=True, is_self=False)
    assert rules.sees_contact_data(is_guest=False, is_self=False)


@pytest.mark.parametrize(
    ("asked", "is_admin", "shown"),
    [
        (None, True, EmployeeStatus.ALL),
        (None, False, EmployeeStatus.DEFAULT),
        (EmployeeStatus.ALL, True, EmployeeStatus.ALL),
        (EmployeeStatus.ALL, False, EmployeeStatus.DEFAULT),
        (EmployeeStatus.TERMINATED, True, EmployeeStatus.TERMINATED),
        (EmployeeStatus.TERMINATED, False, EmployeeStatus.DEFAULT),
        (EmployeeStatus.ACTIVE, False, EmployeeStatus.ACTIVE),
    ],
)
def test_only_administrators_are_shown_who_left(
    asked: EmployeeStatus | None, is_admin: bool, shown: EmployeeStatus
):
    assert rules.shown_status(asked, is_admin=is_admin) is shown


@pytest.mark.parametrize(
    ("status", "active", "gone"),
    [(1, True, False), (2, False, True), (4, False, False), (7, True, True)],
)
def test_a_status_names_those_it_means(status: int, active: bool, gone: bool):
    request = EmployeeStatus(status)
    assert rules.has_status(request, is_terminated=False) is active
    assert rules.has_status(request, is_terminated=True) is gone


def failed(*moments: int) -> Attempts | None:
    attempts = None
    for moment in moments:
        rules.demand_unblocked(attempts, moment)
        attempts = rules.after_failure(attempts, moment)
    return attempts


def test_five_failures_within_a_minute_block_for_a_minute():
    attempts = failed(*range(0, 5 * SECOND, SECOND))
    with pytest.raises(TooMany) as refused:
        rules.demand_unblocked(attempts, 4 * SECOND)
    assert refused.value.retry_after == 60
    with pytest.raises(TooMany) as refused:
        rules.demand_unblocked(attempts, 4 * SECOND + BLOCK - 1)
    assert refused.value.retry_after == 1
    rules.demand_unblocked(attempts, 4 * SECOND + BLOCK)


def test_four_failures_do_not_block():
    rules.demand_unblocked(failed(0, 1, 2, 3), 4)


def test_failures_far_apart_do_not_add_up():
    attempts = failed(*range(0, 20 * WINDOW // 2, WINDOW // 2))
    rules.demand_unblocked(attempts, 20 * WINDOW)


def test_after_a_block_the_count_starts_again():
    attempts = failed(0, 1, 2, 3, 4)
    later = rules.after_failure(attempts, 4 + BLOCK)
    assert later == Attempts(1, 4 + BLOCK, None)


def test_a_block_is_of_one_name_at_one_place():
    key = rules.attempts_key("ann@example.com", "192.0.2.1")
    assert key == rules.attempts_key(" ANN@example.com", "192.0.2.1")
    assert key != rules.attempts_key("bob@example.com", "192.0.2.1")
    assert key != rules.attempts_key("ann@example.com", "192.0.2.2")
    assert "ann" not in key


def test_a_customers_ipv6_network_is_one_place():
    assert rules.place("2001:db8:0:1::1") == rules.place("2001:db8:0:1:ffff::2")
    assert rules.place("2001:db8:0:1::1") != rules.place("2001:db8:0:2::1")
    assert rules.place("::ffff:192.0.2.1") == rules.place("192.0.2.1")
    assert rules.place("a unix socket") == "a unix socket"


def failed_anywhere(*moments: int) -> Attempts | None:
    attempts = None
    for moment in moments:
        attempts = rules.after_failure_anywhere(attempts, moment)
    return attempts


def test_delay_grows_with_failures_at_all_addresses_and_has_an_end():
    delays = [rules.delay(failed_anywhere(*range(failures)), failures) for failures in range(60)]
    assert delays[: rules.UNDELAYED] == [0.0] * rules.UNDELAYED
    assert delays[rules.UNDELAYED : rules.UNDELAYED + 6] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]
    assert set(delays[rules.UNDELAYED + 6 :]) == {rules.LONGEST_DELAY}


def test_delay_ends_when_an_account_was_quiet_for_a_while():
    attempts = failed_anywhere(*range(40))
    assert rules.delay(attempts, 39 + rules.QUIET - 1) == rules.LONGEST_DELAY
    assert rules.delay(attempts, 39 + rules.QUIET) == 0.0
    assert rules.after_failure_anywhere(attempts, 39 + rules.QUIET).failures == 1
