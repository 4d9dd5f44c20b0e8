"""The wire form of a mailing's progress."""

from typing import Any

from dealwright.wire.shape import Shape


class MailingStatus(Shape, kw_only=True):
    """`estimatedTime` is 0 or hh:mm:ss."""

    recipient_count: int
    estimated_time: Any
    delivery_count: int


class MailingProgress(Shape, kw_only=True):
    """The progress of a mailing. `error` is HTML: who gets no email, and why, then the error of the
    mail server."""

    id: int
    status: MailingStatus
    error: str
    percentage: int
    is_completed: bool


class NoMailing(Shape, kw_only=True):
    """There is no mailing to report."""
