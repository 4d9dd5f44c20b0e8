"""How a mailing's progress looks on the wire."""

from typing import Any

from dealwright.wire.shape import Shape


class MailingStatus(Shape, kw_only=True):
    """`estimatedTime` is 0 or hh:mm:ss."""

    recipient_count: int
    estimated_time: Any
    delivery_count: int


class MailingProgress(Shape, kw_only=True):
    """How far a mailing is. `error` says in HTML who gets no letter, and why; it ends with the
    trouble that the mail server makes."""

    id: int
    status: MailingStatus
    error: str
    percentage: int
    is_completed: bool


class NoMailing(Shape, kw_only=True):
    """Nothing to tell of."""
