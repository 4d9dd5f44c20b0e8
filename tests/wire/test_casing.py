"""One attribute, three spellings."""

import pytest

from dealwright.wire import casing


@pytest.mark.parametrize(
    ("attribute", "live", "documented"),
    [
        ("id", "id", "id"),
        ("title", "title", "Title"),
        ("bid_value", "bidValue", "BidValue"),
        ("created_by", "createBy", "CreateBy"),
        ("small_photo_url", "smallFotoUrl", "SmallFotoUrl"),
        ("is_convertible", "isConvertable", "IsConvertable"),
        ("is_ldap", "isLDAP", "IsLDAP"),
        ("relative_items_count", "relativeItemsCount", "RelativeItemsCount"),
        ("class_", "class", "Class"),
    ],
)
def test_an_attribute_has_a_live_and_a_documented_name(
    attribute: str, live: str, documented: str
) -> None:
    assert (casing.live(attribute), casing.documented(attribute)) == (live, documented)


@pytest.mark.parametrize(
    ("attribute", "spelling"),
    [
        ("contact_id", "contactid"),
        ("opportunity_ids", "opportunityids"),
        ("responsible_id", "responsibleid"),
        ("bid_currency_abbr", "bidCurrencyAbbr"),
        ("per_period_value", "perPeriodValue"),
        ("opportunity_stages_id", "opportunityStagesid"),
        ("contact_also_is_participant", "contactAlsoIsParticipant"),
        ("contact_status_id", "contactStatusid"),
        ("custom_field_list", "customFieldList"),
        ("external_id", "externalId"),
        ("last_modified_date", "lastModifedDate"),
        ("id", "id"),
        ("ids", "ids"),
        ("user_name", "userName"),
    ],
)
def test_an_input_is_documented_as_the_reference_spells_it(attribute: str, spelling: str) -> None:
    assert casing.parameter(attribute) == spelling


def test_a_misspelt_input_binds_under_its_wire_spelling() -> None:
    assert casing.folded("last_modified_date") == "lastmodifeddate"
    assert casing.folded("bid_currency_abbr") == "bidcurrencyabbr"
