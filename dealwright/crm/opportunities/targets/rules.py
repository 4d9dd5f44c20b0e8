"""Sales targets: what a user, or a group, is to win in a month."""

from typing import NamedTuple

from dealwright.errors import Invalid


class Owner(NamedTuple):
    """Whose target it is: of a user or of a group, by its id."""

    person_id: str | None = None
    team_id: str | None = None


class SalesTarget(NamedTuple):
    """`month` as 202612, `amount` in 1/10 000 of a unit of `currency`."""

    id: int
    person_id: str | None
    team_id: str | None
    month: int
    amount: int
    currency: str


def demand_owner(owner: Owner) -> Owner:
    """Raises Invalid unless exactly one is named."""
    if (owner.person_id is None) == (owner.team_id is None):
        raise Invalid("responsibleId", "or teamId must be given, not both")
    return owner


def demand_amount(amount: int) -> int:
    """0 takes a target away. Raises Invalid."""
    if amount < 0:
        raise Invalid("amount", "must not be negative; 0 takes the target away")
    return amount
