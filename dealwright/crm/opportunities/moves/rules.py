"""Where an opportunity is moved to, as a value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The stage, and the place there: below the card `after_id`, above the card `before_id`; with
    neither of them on top, or where it stands already. None leaves a value as the stage decides:
    money in 1/10 000, `closed_on` in microseconds UTC."""

    stage_id: int
    after_id: int = 0
    before_id: int = 0
    bid_value: int | None = None
    closed_on: int | None = None
    loss_reason_id: int | None = None
    loss_comment: str | None = None
