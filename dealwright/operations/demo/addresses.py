"""The contact data of the invented contacts: addresses and numbers that nobody can own.

Domains end with `.example`; telephone numbers are those reserved for fiction.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from dealwright.operations.demo.firms import Firm
from dealwright.operations.demo.rules import Contact, Info, Setting, source

PHONE, EMAIL, WEBSITE, ADDRESS = 0, 1, 2, 7  # kinds of contact data
WORK, OFFICE = 1, 2  # their categories
FIRST_NUMBER, LAST_NUMBER = 100, 199


def reached(
    setting: Setting, firms: Sequence[Firm], contacts: Sequence[Contact]
) -> tuple[Contact, ...]:
    """The contacts with their contact data."""
    drawn = source("reach")
    found = list(contacts)
    for firm in firms:
        domain = f"{_slug(firm.name) or f'firm-{firm.place}'}.example"
        for place in (firm.place, *firm.staff):
            found[place] = replace(
                contacts[place], infos=_infos(setting, drawn, firm, contacts[place], place, domain)
            )
    return tuple(found)


def _infos(
    setting: Setting, drawn: Random, firm: Firm, contact: Contact, place: int, domain: str
) -> tuple[Info, ...]:
    country, is_company = firm.country, bool(contact.company_name)
    found = []
    if drawn.random() < 0.9:
        name = "" if is_company else _slug(f"{contact.first_name} {contact.last_name}", ".")
        box = "info" if is_company else name or f"post-{place}"
        found.append(Info(EMAIL, WORK, f"{box}@{domain}"))
    if "phone" in country and drawn.random() < 0.8:
        number = country["phone"].format(drawn.randint(FIRST_NUMBER, LAST_NUMBER))
        found.append(Info(PHONE, WORK, number))
    if is_company:
        found.append(Info(WEBSITE, WORK, f"https://www.{domain}"))
        found.append(Info(ADDRESS, OFFICE, _address(setting, drawn, country)))
    return tuple(found)


def _address(setting: Setting, drawn: Random, country: Mapping[str, Any]) -> str:
    city, code = drawn.choice(country["cities"])
    parts = {
        "street": f"{drawn.choice(country['streets'])} {drawn.randint(1, 90)}",
        "city": city,
        "zip": code,
        "country": country["land"][setting.scene.language == "ru"],
    }
    return json.dumps(parts, ensure_ascii=False)


def _slug(name: str, between: str = "-") -> str:
    """The letters of a name that an address may contain; empty if there are too few of them."""
    spelled = name.casefold().replace("ø", "o").replace("ł", "l")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]{2,}", plain)
    return between.join(words) if len("".join(words)) > 3 else ""
