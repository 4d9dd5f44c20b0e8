"""Whom the invented team sells to: companies with their people, and a few single persons."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

from dealwright.operations.demo.rules import (
    COMPANY,
    CONTACT,
    DAYS,
    PERSON,
    Contact,
    Told,
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
    """Who can buy: a company or a single person. `place` and `staff` are places of contacts."""

    place: int
    name: str  # of a company
    country: Mapping[str, Any]
    currency: str
    since: int  # days before today
    owner: int
    is_private: bool
    staff: range
    products: list[Mapping[str, Any]]  # what was not offered for longest comes last


def firms(told: Told) -> tuple[list[Firm], list[Contact]]:
    """All who can buy, oldest first, and all contacts in the same order."""
    drawn = source("contacts")
    named = [(name, country) for country in told.countries for name in country["companies"]]
    named += [("", drawn.choice(told.countries)) for _ in range(SINGLE_PERSONS)]
    drawn.shuffle(named)
    sizes = _sizes(drawn, [bool(name) for name, _ in named])
    since = sorted((_since(drawn, place) for place in range(len(named))), reverse=True)
    contacts: list[Contact] = []
    buyers = []
    for (name, country), ago, size in zip(named, since, sizes, strict=True):
        firm = _firm(told, drawn, name, country, ago, range(len(contacts), len(contacts) + size))
        buyers.append(firm)
        contacts += _contacts(told, drawn, firm)
    return buyers, contacts


def _sizes(drawn: Random, are_companies: list[bool]) -> list[int]:
    """How many contacts each is: a company has one person at least."""
    sizes = [2 if is_company else 1 for is_company in are_companies]
    companies = [place for place, is_company in enumerate(are_companies) if is_company]
    for place in drawn.choices(companies, k=CONTACTS - sum(sizes)):
        sizes[place] += 1
    return sizes


def _since(drawn: Random, place: int) -> int:
    """A third was there when the story begins."""
    return DAYS - drawn.randrange(8) if place % 3 == 0 else drawn.randrange(20, DAYS - 8)


def _firm(
    told: Told, drawn: Random, name: str, country: Mapping[str, Any], ago: int, places: range
) -> Firm:
    currency = country["currency"]
    products = [*told.products]
    drawn.shuffle(products)
    return Firm(
        place=places[0],
        name=name,
        country=country,
        currency=currency if currency in told.currencies else told.scene.currency,
        since=ago,
        owner=drawn.choice(told.sellers),
        is_private=drawn.random() < 0.18,
        staff=places[1:],
        products=products,
    )


def _contacts(told: Told, drawn: Random, firm: Firm) -> Iterator[Contact]:
    """The firm itself and its people, entered one after the other and shared alike."""
    share = PRIVATE if firm.is_private else drawn.choice(SHARED)
    managers = (firm.owner, *mates(told, drawn, firm.owner, 1))
    shared = {
        "by": firm.owner,
        "share_type": share,
        "managers": () if share == EDITED_BY_ALL else managers,
    }
    on = at_work(told.scene, drawn, firm.since)
    if firm.name:
        yield _company(told, drawn, firm, on=on, **shared)
    else:
        yield _human(told, drawn, firm, None, on=on, **shared)
    for _ in firm.staff:
        on += drawn.randrange(200, 900) * SECOND
        yield _human(told, drawn, firm, firm.place, on=on, **shared)


def _company(told: Told, drawn: Random, firm: Firm, **shared: Any) -> Contact:
    return Contact(
        company_name=firm.name,
        industry=drawn.choice(told.words["industries"]),
        currency=firm.currency,
        values=values(told, drawn, (CONTACT, COMPANY), share=0.45, ago=firm.since),
        **_common(told, drawn),
        **shared,
    )


def _human(told: Told, drawn: Random, firm: Firm, company: int | None, **shared: Any) -> Contact:
    return Contact(
        first_name=drawn.choice(firm.country[drawn.choice(("women", "men"))]),
        last_name=drawn.choice(firm.country["last"]),
        company=company,
        job_title="" if company is None else drawn.choice(told.words["jobs"]),
        values=values(told, drawn, (CONTACT, PERSON), share=0.45, ago=firm.since),
        **_common(told, drawn),
        **shared,
    )


def _common(told: Told, drawn: Random) -> dict[str, Any]:
    """What persons and companies have alike."""
    return {
        "about": drawn.choice(told.words["about"]) if drawn.random() < 0.3 else "",
        "status": _place(drawn, told.scene.statuses),
        "type": _place(drawn, told.scene.types),
        "tags": some(drawn, told.words["contact_tags"], 0.4),
    }


def _place(drawn: Random, count: int) -> int | None:
    return drawn.randrange(count) if count and drawn.random() < 0.8 else None
