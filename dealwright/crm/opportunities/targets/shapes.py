"""How sales targets look on the wire."""

from dealwright.crm.opportunities.targets.rules import SalesTarget
from dealwright.wire.shape import MoneyNumber, Shape
from dealwright.wire.values import money


class Target(Shape, kw_only=True):
    """What a user (`responsibleId`) or a group (`teamId`) is to win in a month, such as 2026-12."""

    responsible_id: str | None = None
    team_id: str | None = None
    month: str
    amount: MoneyNumber
    currency: str


def target(found: SalesTarget) -> Target:
    return Target(
        responsible_id=found.person_id,
        team_id=found.team_id,
        month=f"{found.month // 100:04}-{found.month % 100:02}",
        amount=money(found.amount),
        currency=found.currency,
    )
