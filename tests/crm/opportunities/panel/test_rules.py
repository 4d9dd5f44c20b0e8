"""Two people edit the same opportunity: what is saved, and what is asked."""

from dealwright.crm.opportunities.panel.rules import Collision, merge

SEEN = {"amount": "10", "title": "Pilot"}


def test_change_of_what_nobody_else_changed_is_saved():
    merged = merge(SEEN, {"amount": "12", "title": "Pilot"}, {**SEEN, "title": "Their title"})
    assert (merged.changed, merged.collisions) == ({"amount": "12"}, ())


def test_different_changes_of_one_field_collide():
    merged = merge(SEEN, {"amount": "12"}, {**SEEN, "amount": "15"})
    assert merged.changed == {}
    assert merged.collisions == (Collision("amount", mine="12", theirs="15"),)


def test_same_change_of_two_people_is_no_collision():
    merged = merge(SEEN, {"amount": "12"}, {**SEEN, "amount": "12"})
    assert (merged.changed, merged.collisions) == ({}, ())


def test_field_that_the_form_did_not_show_is_a_change_of_what_is_stored():
    assert merge({}, {"amount": "12"}, SEEN).changed == {"amount": "12"}
