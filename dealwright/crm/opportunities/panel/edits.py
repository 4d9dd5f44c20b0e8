"""What can be edited in place: every field as the text of a form, and back.

Fields are title, description, amount, currency, paid, periods, probability, expected, closed,
owner, contact and `custom-7` for the custom field 7.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

from dealwright.crm.opportunities import actions, repository
from dealwright.crm.opportunities.board.screen import amount, names
from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.inputs import Fields, stored
from dealwright.crm.opportunities.panel import queries
from dealwright.crm.opportunities.panel.rules import Merged, merge
from dealwright.crm.opportunities.rules import BidType, Opportunity
from dealwright.crm.opportunities.undo import actions as undo
from dealwright.errors import Invalid
from dealwright.work import Work

CUSTOM = "custom-"
LONGEST = {"title": 255, "description": 65_000}
NAMES = (
    *("title", "description", "amount", "currency", "paid", "periods", "probability"),
    *("expected", "closed", "owner", "contact"),
)


class Saved(NamedTuple):
    """What became of a form; who changed the opportunity last before it, and when; `undo` takes
    the form's own changes back."""

    merged: Merged
    changed_by: str
    changed_on: int
    undo: str = ""


def texts(opportunity: Opportunity, zone: tzinfo) -> dict[str, str]:
    """Every field as a form shows it."""
    return {
        "title": opportunity.title,
        "description": _lines(opportunity.description),
        "amount": plain(opportunity.bid_value),
        "currency": opportunity.bid_currency,
        "paid": str(int(opportunity.bid_type)),
        "periods": str(opportunity.per_period_value),
        "probability": str(opportunity.success_probability),
        "expected": _day(opportunity.expected_close_on, zone),
        "closed": _day(opportunity.actual_close_on, zone),
        "owner": opportunity.responsible_id,
        "contact": str(opportunity.contact_id or ""),
        **{f"{CUSTOM}{field}": _lines(value) for field, value in opportunity.values},
    }


def read(field: str, text: str, zone: tzinfo) -> str:
    """What somebody typed, as `texts` writes it. Raises Invalid, which names the field."""
    text = _lines(text).strip()
    match field:
        case "title" if not text:
            raise Invalid(field, "must not be empty")
        case "title" | "description" if len(text) > LONGEST[field]:
            raise Invalid(field, f"must have at most {LONGEST[field]} characters")
        case "amount":
            return plain(typed.amount(text, field=field)) if text else "0"
        case "expected" | "closed":
            return _day(typed.day(text, zone, field=field), zone) if text else ""
        case "probability":
            return str(_whole(field, text.rstrip("% \u00a0"), most=100))
        case "periods":
            return str(_whole(field, text, most=2**31 - 1))
        case "paid":
            return str(_whole(field, text, most=max(BidType)))
        case "contact":
            return str(_whole(field, text, most=2**31 - 1)) if text else ""
        case "currency":
            return text.upper()
    return text


async def save(
    work: Work, opportunity_id: int, base: Mapping[str, str], mine: Mapping[str, str], zone: tzinfo
) -> Saved:
    """Saves what a form changes and what does not collide with the changes of others.

    `base` is what the form showed, `mine` what was typed, both as `texts` writes them. Needs a
    transaction. Raises NotFound, Invalid, Conflict.
    """
    before = (await repository.load(work, opportunity_id)).before
    merged = merge(base, mine, texts(before, zone))
    statement = queries.head(work.actor.is_admin)
    by, on, *_ = await work.row(statement, actor=work.actor.id, id=opportunity_id)
    saved = Saved(merged, (await names(work)).get(by or "", ""), on or before.created_on)
    if not merged.changed:
        return saved
    values = [
        (int(field.removeprefix(CUSTOM)), text)
        for field, text in merged.changed.items()
        if field.startswith(CUSTOM)
    ]
    fields = changed(stored(before), merged.changed, zone)
    await actions.update(work, opportunity_id, fields, values=values, notify=False)
    return saved._replace(undo=await undo.token_since(work, before))


async def load(work: Work, opportunity_id: int) -> Opportunity:
    """An opportunity as it is before a change. Raises NotFound."""
    return (await repository.load(work, opportunity_id)).before


def changed(fields: Fields, given: Mapping[str, str], zone: tzinfo) -> Fields:
    """The input with some fields set from their texts."""
    found: dict[str, Any] = {}
    for field, text in given.items():
        match field:
            case "title" | "description":
                found[field] = text
            case "amount":
                found["bid_value"] = typed.amount(text)
            case "currency":
                found["bid_currency_abbr"] = text
            case "paid":
                found["bid_type"] = BidType(int(text))
            case "periods":
                found["per_period_value"] = int(text)
            case "probability":
                found["success_probability"] = int(text)
            case "expected" | "closed":
                name = "expected_close_date" if field == "expected" else "actual_close_date"
                found[name] = typed.moment(date.fromisoformat(text), zone) if text else None
            case "owner":
                found["responsible_id"] = text
            case "contact":
                found["contact_id"] = int(text or 0)
    return replace(fields, **found)


def plain(value: int) -> str:
    """An amount as a form holds it: 1250.5."""
    text = f"{amount(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(field: str, text: str, *, most: int) -> int:
    if not text.isdecimal() or len(text) > 10 or int(text) > most:
        raise Invalid(field, f"must be a whole number from 0 to {most}")
    return int(text)


def _day(moment: int | None, zone: tzinfo) -> str:
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment / 1_000_000, zone).date().isoformat()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
