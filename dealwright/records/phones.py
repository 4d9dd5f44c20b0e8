"""Phone numbers: which of them are the same, and the spellings that people search for.

Knows no contact and no portal; the caller says how to read a number without a country code.
"""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

# Fewer digits are an internal extension, which does not identify a contact.
FEWEST_DIGITS = 7
MOST_DIGITS = 40
LONGEST = 1000  # characters that are looked at


def region_of(language: str, currency_country: str) -> str | None:
    """The country for numbers without a country code, as two letters: that of a language spoken in
    one country, else that of the currency; None if neither identifies one."""
    if language == "ru":
        return "RU"
    return currency_country if currency_country in phonenumbers.SUPPORTED_REGIONS else None


def key_of(text: str, region: str | None) -> str:
    """The form that all spellings of a number share: `+74951234567`, with `;ext=12` for an
    extension; only the digits if the country is unknown, and empty for too few."""
    number = _parsed(text, region)
    if number is None:
        digits = digits_of(text)[:MOST_DIGITS]
        return digits if len(digits) >= FEWEST_DIGITS else ""
    extension = f";ext={number.extension}" if number.extension else ""
    number.extension = None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def digits_of(text: str) -> str:
    """Its digits in any script, as those from 0 to 9."""
    return "".join(str(int(each)) for each in text[:LONGEST] if each.isdecimal())


def spellings(key: str) -> list[str]:
    """What else people type for the number of a key: all digits, the national digits, and digits in
    groups."""
    number = _parsed(key, None) if key.startswith("+") else None
    if number is None:
        return [key] if key else []
    return [
        f"{number.country_code}{phonenumbers.national_significant_number(number)}",
        phonenumbers.national_significant_number(number),
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
    ]


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    """Checks only the length that numbers of the country have: which blocks are assigned changes
    with every release of the library, and a key must stay the same."""
    try:
        number = phonenumbers.parse(text[:LONGEST], region)
    except NumberParseException:
        return None
    fits = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if fits else None
