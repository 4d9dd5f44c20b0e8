from dealwright.crm.audit_trail import queries, shapes
from dealwright.crm.audit_trail.rules import Changed, pointed_to, readable

POINTERS = {"contact_id": "contact", "members": "contact"}


def read(*changes: Changed, seen: tuple[int, ...] = ()) -> list[Changed]:
    return readable(changes, POINTERS, {"contact": seen})


def test_hidden_ids_are_left_out():
    changes = [Changed("contact_id", 1, 2), Changed("members", [1, 2, 3], [2, 3, 4])]
    assert read(*changes, seen=(2, 4)) == [
        Changed("contact_id", None, 2),
        Changed("members", [2], [2, 4]),
    ]


def test_change_of_hidden_ids_alone_is_left_out():
    assert read(Changed("contact_id", 1, 2), Changed("members", [1, 3], [3]), seen=(3,)) == []


def test_contact_that_became_none_stays_none():
    assert read(Changed("contact_id", 3, None), seen=(3,)) == [Changed("contact_id", 3, None)]
    assert read(Changed("members", None, [3]), seen=(3,)) == [Changed("members", None, [3])]


def test_other_fields_stay_unchanged():
    changes = [Changed("bid_value", 1, 2), Changed("is_private", False, True)]
    assert read(*changes) == changes


def test_every_id_is_checked_in_every_field():
    changes = [Changed("contact_id", None, 2), Changed("members", None, [3, 4]), Changed("x", 9, 8)]
    assert pointed_to(changes, ["contact_id", "members"]) == {2, 3, 4}


def test_references_to_contacts_come_from_the_schema():
    assert queries.pointers("opportunity") == {"contact_id": "contact", "members": "contact"}
    assert queries.pointers("contact") == {"company_id": "contact"}


def test_money_and_moments_come_from_the_schema():
    assert queries.is_money("opportunity", "bid_value")
    assert not queries.is_money("opportunity", "perPeriodValue")
    assert queries.is_moment("opportunity", "actual_close_on")
    assert not queries.is_moment("opportunity", "bid_value")
    assert not queries.is_moment("opportunity", "title")
    assert not queries.is_moment("opportunity", "members")


def test_only_changed_custom_fields_are_shown():
    each = Changed("values", [[1, "a"], [2, "b"]], [[1, "a"], [2, "c"], [3, "d"]])
    old, new = shapes._differing_values(each)
    assert old == [shapes.CustomValue(key=2, value="b")]
    assert new == [
        shapes.CustomValue(key=2, value="c"),
        shapes.CustomValue(key=3, value="d"),
    ]
    assert shapes._differing_values(Changed("values", None, []))[0] is None
