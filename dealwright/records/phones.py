"""Phone numbers: which of them are the same, and the spellings that people search for.

Knows no contact and no portal; the caller says how to read a number without a country code.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

# Fewer digits are an internal extension, which does not identify a contact.
FEWEST_DIGITS = 7
MOST_DIGITS = 40
LONGEST = 250  # characters that are looked at, as many as the library reads

# A digit, or a word behind a space or a sign, which begins a remark such as "(office)".
_PIECE = re.compile(r"(\d)|[\s(\[,;:/–—-]+([^\W\d_]{2,})")
_EXTENSION = re.compile(r"(?:ext|extn|extension|x|доб|int|anexo)\b[.:]?\s*\d", re.IGNORECASE)
_LEADING_ZEROS = re.compile(r"^([^\d+]*)00[\s().-]*(?=[1-9])")


def region_of(language: str, currency_country: str, own_country: str = "") -> str | None:
    """The country for numbers without a country code, as two letters: the organisation's own if it
    is such a code, else that of a language spoken in one country, else that of the currency; None
    if none of them identifies one."""
    own = own_country.strip().upper()
    if own in phonenumbers.SUPPORTED_REGIONS:
        return own
    if language == "ru":
        return "RU"
    return currency_country if currency_country in phonenumbers.SUPPORTED_REGIONS else None


def key_of(text: str, region: str | None) -> str:
    """The form that all spellings of a number share: `+74951234567`, with `;ext=12` for an
    extension; only the digits if the country is unknown, and empty for too few."""
    number = _parsed(text, region)
    if number is None:
        digits = digits_of(_plain(text) if len(text) <= LONGEST else text)[:MOST_DIGITS]
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


def _sign(sign: str) -> str:
    """A character as numbers have it: any space is a space, full-width signs are plain ones."""
    match unicodedata.category(sign):
        case "Zs":
            return " "
        case "Cf":
            return ""
        case "No":
            return sign  # a small raised digit dials nothing
    return unicodedata.normalize("NFKC", sign)


def _plain(text: str) -> str:
    """The number alone, with plain spaces: without what is remarked behind it, and with `+` for
    `00`, which is no number of any country."""
    spaced = "".join(_sign(each) for each in text[:LONGEST])
    digits = 0
    for found in _PIECE.finditer(spaced):
        if found[1]:
            digits += 1
        elif digits >= FEWEST_DIGITS and not _EXTENSION.match(spaced, found.start(2)):
            spaced = spaced[: found.start()]
            break
    return _LEADING_ZEROS.sub(r"\1+", spaced, count=1)


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    """Checks only the length that numbers of the country have: which blocks are assigned changes
    with every release of the library, and a key must stay the same."""
    try:
        number = phonenumbers.parse(_plain(text), region)
    except NumberParseException:
        return None
    fits = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if fits else None
