"""What a custom field may be, and the effect of a change."""

from dataclasses import replace

import pytest

from dealwright.errors import Invalid, NotFound
from dealwright.portal.custom_fields import rules
from dealwright.portal.custom_fields.rules import Field, FieldOwner, FieldType

TEXT, AREA, SELECT = FieldType.TEXT_FIELD, FieldType.TEXT_AREA, FieldType.SELECT_BOX
COLORS = Field(5, FieldOwner.OPPORTUNITY, "Colour", SELECT, '["red","green"]', 3)


@pytest.mark.parametrize(
    ("field_type", "mask", "stored"),
    [
        (TEXT, '{"size":40}', '{"size":40}'),
        (TEXT, '{"size": "70"}', '{"size":70}'),
        (TEXT, '{"size": 12.0, "more": 1}', '{"size":12}'),
        (TEXT, '{"size":0}', '{"size":1}'),
        (TEXT, "{}", '{"size":1}'),
        (TEXT, '{"size":null}', '{"size":1}'),
        (TEXT, '{"size":-5}', '{"size":1}'),
        (TEXT, '{"size":1000}', '{"size":150}'),
        (TEXT, "40", '{"size":40}'),
        (TEXT, "[]", '{"size":40}'),
        (TEXT, "size", '{"size":40}'),
        (TEXT, '{"size":"wide"}', '{"size":40}'),
        (TEXT, '{"size":NaN}', '{"size":40}'),
        (TEXT, '{"size":1e999}', '{"size":40}'),
        (TEXT, '{"size":[1]}', '{"size":40}'),
        (TEXT, "[" * 60_000, '{"size":40}'),
        (TEXT, '{"size":' + "9" * 60_000 + "}", '{"size":40}'),
        (AREA, '{"rows":3,"cols":50}', '{"rows":3,"cols":50}'),
        (AREA, '{"rows":30,"cols":500}', '{"rows":25,"cols":150}'),
        (AREA, '{"rows":3}', '{"rows":3,"cols":1}'),
        (AREA, "nonsense", '{"rows":2,"cols":40}'),
        (SELECT, ' [ "red",  "dark red", 3 ] ', ' [ "red",  "dark red", 3 ] '),
        (SELECT, "[]", "[]"),
        (FieldType.CHECK_BOX, "anything", ""),
        (FieldType.HEADING, "anything", ""),
        (FieldType.DATE, '{"size":40}', ""),
    ],
)
def test_a_mask_is_stored_as_its_type_needs_it(field_type, mask, stored):
    assert rules.normal_mask(field_type, mask) == stored


@pytest.mark.parametrize(
    ("field_type", "mask"),
    [
        (TEXT, ""),
        (AREA, ""),
        (SELECT, ""),
        (SELECT, "red"),
        (SELECT, '{"a":1}'),
        (SELECT, '"red"'),
        (SELECT, '[["red"]]'),
        (SELECT, "[NaN]"),
        (SELECT, "[" * 60_000),
    ],
)
def test_a_mask_that_cannot_be_used_is_refused(field_type, mask):
    with pytest.raises(Invalid, match=r"^Mask is not valid: mask must be"):
        rules.normal_mask(field_type, mask)


def test_a_field_must_have_a_label():
    with pytest.raises(Invalid) as refused:
        rules.valid(replace(COLORS, label=""))
    assert refused.value.parameter == "label"


def test_a_field_without_values_may_become_another():
    requested = replace(COLORS, id=0, label="Note", field_type=AREA, mask="{}", position=0)
    after = rules.revise(COLORS, requested, has_values=False)
    assert after == replace(COLORS, label="Note", field_type=AREA, mask='{"rows":1,"cols":1}')


def test_a_field_with_values_keeps_its_type():
    requested = replace(COLORS, label="Shade", field_type=TEXT, mask='["red","green","blue"]')
    after = rules.revise(COLORS, requested, has_values=True)
    assert after == replace(COLORS, label="Shade", mask='["red","green","blue"]')


@pytest.mark.parametrize("mask", ['["red"]', "[]", "", '{"size":40}'])
def test_a_select_box_with_values_keeps_its_options(mask):
    with pytest.raises(Invalid, match=r"^Mask is not valid"):
        rules.revise(COLORS, replace(COLORS, mask=mask), has_values=True)


def test_persons_and_companies_have_the_fields_of_contacts_too():
    assert FieldOwner.PERSON.has == {FieldOwner.CONTACT, FieldOwner.PERSON}
    assert FieldOwner.COMPANY.has == {FieldOwner.CONTACT, FieldOwner.COMPANY}
    assert FieldOwner.CONTACT.has == {FieldOwner.CONTACT}


def test_named_fields_come_first_and_the_others_of_their_owner_behind_them():
    fields = {
        number: replace(COLORS, id=number, entity_type=owner, position=number)
        for number, owner in ((1, 0), (2, 5), (3, 1), (4, 5), (6, 4))
    }
    after = rules.reordered(fields, FieldOwner.PERSON, [4, 4])
    assert [(field.id, field.position) for field in after] == [(4, 0), (1, 1), (2, 2)]
    for foreign in (3, 6, 99):
        with pytest.raises(NotFound, match=str(foreign)):
            rules.reordered(fields, FieldOwner.PERSON, [4, foreign])


def test_custom_values_are_set_and_cleared_and_unknown_fields_skipped():
    stored = ((1, "a"), (2, "b"))
    inputs = [(1, " "), (3, " c "), (9, "x")]
    assert rules.merged(stored, inputs, fields=frozenset((1, 2, 3))) == ((2, "b"), (3, " c "))
