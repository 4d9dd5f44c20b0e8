"""What the address of a board, a list, a calendar or a forecast says: one filter for all of them.

Names are the parameters of the address; an unknown one is ignored, a value that does not fit is
refused by its name.
"""

from collections.abc import Mapping
from datetime import date, timedelta, tzinfo
from typing import Any, Protocol

from dealwright.crm.opportunities.cards import typed
from dealwright.crm.opportunities.filters import Filter
from dealwright.errors import Invalid
from dealwright.portal.stages.rules import StageType

MARKS = ("overdue", "rotting", "nonextstep", "pastclose")
DAYS = ("expectedfrom", "expectedto", "closedfrom", "closedto")
AMOUNTS = ("amountfrom", "amountto")
NAMES = (
    *("pipeline", "status", "responsible", "team", "stage", "tag", "text"),
    *(*AMOUNTS, *DAYS, *MARKS),
)
STATUSES = {
    "open": StageType.OPEN,
    "won": StageType.CLOSED_AND_WON,
    "lost": StageType.CLOSED_AND_LOST,
}
Query = Mapping[str, str]


class Asked(Protocol):
    """What is taken of a request for a page: its values by name, the zone of days, its words."""

    @property
    def tree(self) -> Mapping[str, Any]: ...
    @property
    def zone(self) -> tzinfo: ...
    @property
    def templates(self) -> Any: ...
    def text(self, name: str, default: str = "") -> str: ...
    def say(self, text: str, **values: object) -> str: ...


def query_of(page: Asked) -> dict[str, str]:
    """The part of an address that filters, in a fixed order."""
    return {name: value for name in NAMES if (value := page.text(name))}


def filter_of(query: Query, zone: tzinfo, *, status: str = "") -> Filter:
    """The same as a filter, its days in `zone`; `status` counts where the address names none.
    Raises Invalid."""
    chosen = query.get("status") or status
    if chosen not in ("", "all", *STATUSES):
        raise Invalid("status", f"must be one of: all, {', '.join(STATUSES)}")
    return Filter(
        responsible_id=query.get("responsible"),
        team_id=query.get("team"),
        amount_from=_amount(query, "amountfrom"),
        amount_to=_amount(query, "amountto"),
        opportunity_stages_id=typed.whole(query.get("stage", "")),
        stage_type=STATUSES.get(chosen),
        tags=[query["tag"]] if "tag" in query else [],
        pipeline_id=typed.whole(query.get("pipeline", "")),
        is_overdue=True if "overdue" in query else None,
        is_rotting=True if "rotting" in query else None,
        has_next_step=False if "nonextstep" in query else None,
        is_past_close=True if "pastclose" in query else None,
        expected_from=_first(query, zone, "expectedfrom"),
        expected_to=_last(query, zone, "expectedto"),
        closed_from=_first(query, zone, "closedfrom"),
        closed_to=_last(query, zone, "closedto"),
    )


def _amount(query: Query, name: str) -> int | None:
    return typed.amount(query[name], field=name) if name in query else None


def _first(query: Query, zone: tzinfo, name: str) -> int | None:
    return typed.day(query[name], zone, field=name) if name in query else None


def _last(query: Query, zone: tzinfo, name: str) -> int | None:
    """The last microsecond of a day."""
    if name not in query:
        return None
    typed.day(query[name], zone, field=name)
    return typed.moment(date.fromisoformat(query[name]) + timedelta(days=1), zone) - 1


def many(page: Asked, name: str) -> list[str]:
    """Every value that a form holds under one name."""
    value = page.tree.get(name, [])
    return [each for each in (value if isinstance(value, list) else [value]) if each]
