"""Which phone numbers are the same one, and how they are searched."""

import pytest

from dealwright.records.phones import key_of, region_of, spellings


@pytest.mark.parametrize(
    "text",
    [
        *("+7 495 123-45-67", "8 (495) 123-45-67", "84951234567", "7(495)1234567", "495 1234567"),
        *("тел. +7 495 1234567", "+٧٤٩٥١٢٣٤٥٦٧", "tel:+74951234567"),
    ],
)
def test_spellings_of_one_number_have_one_key(text):
    assert key_of(text, "RU") == "+74951234567"


def test_a_country_code_means_its_country_wherever_the_portal_is():
    assert key_of("+44 20 7946 0018", "RU") == key_of("020 7946 0018", "GB") == "+442079460018"
    assert key_of("020 7946 0018", "RU") != "+442079460018"


@pytest.mark.parametrize(
    "text",
    [
        *("+49 30 1234567 (office)", "+49 30 1234567 home", "+49 30 1234567, Frau Müller"),
        *("+49 30 1234567 - nur vormittags", "+49 30 1234567 рабочий", "Büro: +49 30 1234567"),
        *("0049 30 1234567", "00 49 (30) 1234567", "tel. 0049-30-1234567", "(0049) 30 1234567"),
        *(
            "+49\u202f30\u2009123\u00a045\u200767",
            "\u202d+49 30 1234567\u202c",
            "＋４９ 30 1234567",
        ),
        *("+49 (0)30 1234567", "030 1234567", "030/1234567", "0 30 12 34 567 bitte abends"),
    ],
)
def test_remarks_narrow_spaces_zeros_and_national_spelling_change_no_number(text):
    assert key_of(text, "DE") == "+49301234567"


def test_a_remark_with_an_extension_keeps_the_extension():
    for text in (
        "+7 495 123-45-67 доб. 12",
        "+7 495 1234567 ext 12 (office)",
        "+7 495 1234567 x12",
    ):
        assert key_of(text, "DE") == "+74951234567;ext=12"


def test_letters_of_a_number_are_digits_but_those_of_a_remark_are_not():
    assert key_of("1-800-FLOWERS", "US") == "+18003569377"
    assert key_of("+7 495 123-45-67 office 12", None) == "+74951234567"


def test_an_extension_is_another_phone():
    assert key_of("+7 495 123-45-67 ext. 12", None) == "+74951234567;ext=12"


def test_without_a_country_the_digits_are_compared():
    assert key_of("(495) 123-45-67", None) == key_of("495.1234567", None) == "4951234567"
    assert key_of("1" * 300, "US") == "1" * 40


@pytest.mark.parametrize("text", ["101", "ext 12", "no phone", "", "²²²²²²²²", "+", "++++++++"])
def test_what_says_no_number_has_no_key(text):
    assert key_of(text, "RU") == ""


def test_a_number_is_searched_with_and_without_its_country_and_in_groups():
    assert spellings("+74951234567") == ["74951234567", "4951234567", "+7 495 123-45-67"]
    assert spellings("4951234567") == ["4951234567"]
    assert spellings("") == []


@pytest.mark.parametrize(
    ("language", "country", "region"),
    [("ru", "US", "RU"), ("en", "US", "US"), ("en", "GB", "GB"), ("en", "EU", None)],
)
def test_the_portal_says_what_a_number_without_a_country_means(language, country, region):
    assert region_of(language, country) == region


@pytest.mark.parametrize(
    ("own", "region"), [("DE", "DE"), (" at ", "AT"), ("Germany", "RU"), ("", "RU"), ("XX", "RU")]
)
def test_the_country_of_the_organisation_goes_before_language_and_currency(own, region):
    assert region_of("ru", "US", own) == region
