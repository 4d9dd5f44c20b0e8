"""The customers of the invented team: companies with their people, and a few single persons."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from dealwright.operations.demo.rules import (
    COMPANY,
    CONTACT,
    DAYS,
    PERSON,
    Contact,
    Setting,
    at_work,
    mates,
    some,
    source,
    values,
)

CONTACTS = 150
SINGLE_PERSONS = 9  # who belong to no company
PRIVATE, EDITED_BY_ALL, READ_BY_ALL = 0, 1, 2
SHARED = (EDITED_BY_ALL, EDITED_BY_ALL, READ_BY_ALL)
SECOND = 1_000_000


class Firm(NamedTuple):
    """A customer: a company or a single person. `place` and `staff` are places of contacts."""

    place: int
    name: str  # of a company
    country: Mapping[str, Any]
    currency: str
    since: int  # days before today
    owner: int
    is_private: bool
    staff: range
    products: list[Mapping[str, Any]]  # the customer with the oldest offer comes last


def firms(setting: Setting) -> tuple[list[Firm], list[Contact]]:
    """All customers, oldest first, and all contacts in the same order."""
    drawn = source("contacts")
    named = [(name, country) for country in setting.countries for name in country["companies"]]
    named += [("", drawn.choice(setting.countries)) for _ in range(SINGLE_PERSONS)]
    drawn.shuffle(named)
    sizes = _sizes(drawn, [bool(name) for name, _ in named])
    since = sorted((_since(drawn, place) for place in range(len(named))), reverse=True)
    contacts: list[Contact] = []
    buyers = []
    for (name, country), ago, size in zip(named, since, sizes, strict=True):
        firm = _firm(setting, drawn, name, country, ago, range(len(contacts), len(contacts) + size))
        buyers.append(firm)
        contacts += _contacts(setting, drawn, firm)
    return buyers, contacts


def _sizes(drawn: Random, are_companies: list[bool]) -> list[int]:
    """How many contacts each has: a company has at least one person."""
    sizes = [2 if is_company else 1 for is_company in are_companies]
    companies = [place for place, is_company in enumerate(are_companies) if is_company]
    for place in drawn.choices(companies, k=CONTACTS - sum(sizes)):
        sizes[place] += 1
    return sizes


def _since(drawn: Random, place: int) -> int:
    """A third was there when the story begins."""
    return DAYS - drawn.randrange(8) if place % 3 == 0 else drawn.randrange(20, DAYS - 8)


def _firm(
    setting: Setting, drawn: Random, name: str, country: Mapping[str, Any], ago: int, places: range
) -> Firm:
    currency = country["currency"]
    products = [*setting.products]
    drawn.shuffle(products)
    return Firm(
        place=places[0],
        name=name,
        country=country,
        currency=currency if currency in setting.currencies else setting.scene.currency,
        since=ago,
        owner=drawn.choice(setting.sellers),
        is_private=drawn.random() < 0.18,
        staff=places[1:],
        products=products,
    )


def _contacts(setting: Setting, drawn: Random, firm: Firm) -> Iterator[Contact]:
    """The firm itself and its people, entered one after the other with the same access."""
    share = PRIVATE if firm.is_private else drawn.choice(SHARED)
    managers = (firm.owner, *mates(setting, drawn, firm.owner, 1))
    shared = {
        "by": firm.owner,
        "share_type": share,
        "managers": () if share == EDITED_BY_ALL else managers,
    }
    on = at_work(setting.scene, drawn, firm.since)
    if firm.name:
        yield _company(setting, drawn, firm, on=on, **shared)
    else:
        yield _human(setting, drawn, firm, None, on=on, **shared)
    for _ in firm.staff:
        on += drawn.randrange(200, 900) * SECOND
        yield _human(setting, drawn, firm, firm.place, on=on, **shared)


def _company(setting: Setting, drawn: Random, firm: Firm, **shared: Any) -> Contact:
    return Contact(
        company_name=firm.name,
        industry=drawn.choice(setting.words["industries"]),
        currency=firm.currency,
        values=values(setting, drawn, (CONTACT, COMPANY), share=0.45, ago=firm.since),
        **_common(setting, drawn),
        **shared,
    )


def _human(
    setting: Setting, drawn: Random, firm: Firm, company: int | None, **shared: Any
) -> Contact:
    return Contact(
        first_name=drawn.choice(firm.country[drawn.choice(("women", "men"))]),
        last_name=drawn.choice(firm.country["last"]),
        company=company,
        job_title="" if company is None else drawn.choice(setting.words["jobs"]),
        values=values(setting, drawn, (CONTACT, PERSON), share=0.45, ago=firm.since),
        **_common(setting, drawn),
        **shared,
    )


def _common(setting: Setting, drawn: Random) -> dict[str, Any]:
    """What persons and companies share."""
    return {
        "about": drawn.choice(setting.words["about"]) if drawn.random() < 0.3 else "",
        "status": _place(drawn, setting.scene.statuses),
        "type": _place(drawn, setting.scene.types),
        "tags": some(drawn, setting.words["contact_tags"], 0.4),
    }


def _place(drawn: Random, count: int) -> int | None:
    return drawn.randrange(count) if count and drawn.random() < 0.8 else None
