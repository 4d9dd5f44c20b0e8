"""How loss reasons look on the wire."""

from dealwright.portal.titles.rules import Titled
from dealwright.wire.shape import Shape


class LossReason(Shape, kw_only=True):
    """Why opportunities are lost."""

    id: int
    title: str
    sort_order: int


class LossReasonSettings(Shape, kw_only=True):
    """`isRequired`: an opportunity cannot be lost without a reason."""

    is_required: bool


def reason(titled: Titled) -> LossReason:
    return LossReason(id=titled.id, title=titled.title, sort_order=titled.sort_order)
