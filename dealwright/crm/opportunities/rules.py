"""What an opportunity may be, and how a change makes a new value of it: pure decisions on frozen
values.

Money is in 1/10 000 of a unit, moments are microseconds in UTC, people are GUIDs. None is an unset
moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple, Protocol

from dealwright.errors import demand_given

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"


class BidType(IntEnum):
    """What an amount covers: everything once, or each of `per_period_value` hours, days, weeks,
    months or years."""

    FIXED_BID = 0
    PER_HOUR = 1
    PER_DAY = 2
    PER_WEEK = 3
    PER_MONTH = 4
    PER_YEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the rules need from a stage. `stage_type` is 0 open, 1 won, 2 lost."""

    id: int
    stage_type: int
    success_probability: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One opportunity as it is or will be stored."""

    id: int = 0
    external_id: str | None = None
    title: str
    description: str
    responsible_id: str
    contact_id: int | None
    bid_type: int
    bid_value: int
    bid_currency: str
    per_period_value: int
    stage_id: int
    success_probability: int
    actual_close_on: int | None
    expected_close_on: int | None
    is_private: bool = False
    created_by: str
    created_on: int
    members: frozenset[int] = frozenset()
    access: tuple[str, ...] = ()
    values: tuple[tuple[int, str], ...] = ()
    # Its place in the column of its stage, since when it stands there, and why it was lost.
    rank: str = ""
    stage_since: int = 0
    loss_reason_id: int | None = None
    loss_comment: str | None = None
    # What one unit was worth on the day it closed, in 1/10^9 of this currency.
    closing_rate: int | None = None
    closing_currency: str | None = None
    version: int = 1


class OpportunityInput(Protocol):
    """What a caller sends to create or replace an opportunity. An absent scalar holds the
    reference's zero value; None means that the stored value stays."""

    @property
    def external_id(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def responsible_id(self) -> str | None: ...
    @property
    def contact_id(self) -> int: ...
    @property
    def members(self) -> Sequence[int]: ...
    @property
    def bid_type(self) -> int: ...
    @property
    def bid_value(self) -> int: ...
    @property
    def bid_currency_abbr(self) -> str: ...
    @property
    def per_period_value(self) -> int: ...
    @property
    def stage_id(self) -> int: ...
    @property
    def success_probability(self) -> int: ...
    @property
    def actual_close_date(self) -> int | None: ...
    @property
    def expected_close_date(self) -> int | None: ...
    @property
    def is_private(self) -> bool | None: ...
    @property
    def access_list(self) -> Sequence[str]: ...


def require(inputs: OpportunityInput) -> None:
    """Checks what every opportunity needs, in the order in which the reference checks it. Raises
    Invalid that names all that is missing."""
    currency = "must be a currency such as EUR: GET crm/settings/currency lists them"
    is_responsible = inputs.responsible_id not in (None, EMPTY_GUID)
    demand_given(
        (bool(inputs.title), "title", "must not be empty"),
        (is_responsible, "responsibleid", "must be the id of a user"),
        (inputs.stage_id > 0, "stageid", "must be the id of a stage"),
        (bool(inputs.bid_currency_abbr), "bidCurrencyAbbr", currency),
    )


def create(inputs: OpportunityInput, *, actor: str, now: int) -> Opportunity:
    """A new opportunity that is not shared yet. Call `require` first."""
    assert inputs.responsible_id is not None
    return Opportunity(
        external_id=inputs.external_id or None,
        title=inputs.title,
        description=inputs.description,
        responsible_id=inputs.responsible_id,
        contact_id=inputs.contact_id if inputs.contact_id > 0 else None,
        bid_type=inputs.bid_type,
        bid_value=inputs.bid_value,
        bid_currency=inputs.bid_currency_abbr.upper(),
        per_period_value=inputs.per_period_value,
        stage_id=inputs.stage_id,
        success_probability=clamp(inputs.success_probability),
        actual_close_on=inputs.actual_close_date,
        expected_close_on=inputs.expected_close_date,
        created_by=actor,
        created_on=now,
    )


def revise(
    before: Opportunity, inputs: OpportunityInput, *, actor: str, now: int, contact_is_hidden: bool
) -> Opportunity:
    """The opportunity with every scalar replaced, as a PUT does. `records.sharing` sets who sees
    it.

    # differs: an absent `externalId` keeps the stored one; a primary contact that the caller may
    not see stays unless they name another one.
    """
    after = create(inputs, actor=actor, now=now)
    keeps_contact = contact_is_hidden and after.contact_id is None
    return replace(
        after,
        id=before.id,
        version=before.version + 1,
        external_id=before.external_id if inputs.external_id is None else after.external_id,
        contact_id=before.contact_id if keeps_contact else after.contact_id,
        created_by=before.created_by,
        created_on=before.created_on,
        is_private=before.is_private,
        access=before.access,
        members=before.members,
        values=before.values,
        **{name: getattr(before, name) for name in _KEPT},
    )


# What a PUT does not replace.
_KEPT = (
    "rank", "stage_since", "loss_reason_id", "loss_comment", "closing_rate", "closing_currency",
)  # fmt: skip


def move(before: Opportunity, stage: Stage, *, now: int) -> Opportunity:
    """The opportunity on another stage: it takes the stage's probability, and closes now unless the
    stage is open."""
    return replace(
        before,
        version=before.version + 1,
        stage_id=stage.id,
        success_probability=stage.success_probability,
        actual_close_on=None if stage.stage_type == 0 else now,
    )


def clamp(probability: int) -> int:
    """The success probability clamped to 0…100, as the reference does."""
    return max(0, min(100, probability))


def closes_on(opportunity: Opportunity, stage_type: int) -> int | None:
    """The date that lists filter and sort by: the expected one while the stage is open, else the
    actual one."""
    return opportunity.expected_close_on if stage_type == 0 else opportunity.actual_close_on


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    responsible: bool = False
    stages: str = ""  # one | many
    tags: str = ""  # one | several
    contact: str = ""  # primary | participant | without
    since: bool = False
    until: bool = False
    needles: int = 0
    title_parts: int = 0
    # None: either way.
    is_overdue: bool | None = None
    is_rotting: bool | None = None
    has_next_step: bool | None = None
    is_past_close: bool | None = None
    expected: str = ""  # since | until | both
    closed: str = ""  # since | until | both
    team: bool = False
    amount: str = ""  # since | until | both

    is_common: bool = False  # only for a page, see `as_common`

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    @property
    def as_common(self) -> "Criteria":
        """For a page of what many match: read in the order of the list, not found by the text."""
        return self._replace(is_common=self.needles > 0)

    @property
    def is_counted(self) -> bool:
        """Whether sums that are kept with every change tell what matches, see `sums/queries`."""
        return self == Criteria(responsible=self.responsible, stages=self.stages)

    @property
    def is_of_one(self) -> bool:
        """Whether the rows of one responsible user are selected and no other filter narrows them
        better."""
        return self.responsible and not (self.tags or self.contact or self.stages == "many")

    @property
    def leaves_few(self) -> bool:
        """Whether a filter other than the text narrows the rows through an index."""
        return (
            self.responsible
            or self.tags != ""
            or self.stages == "one"
            or self.contact in ("primary", "participant")
        )
