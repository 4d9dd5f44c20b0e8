"""How pipelines look on the wire."""

from dealwright.portal.stages.shapes import StageBase
from dealwright.wire.shape import Shape


class Pipeline(Shape, kw_only=True):
    """A pipeline with its stages in their order. `isDefault`: the one that a portal begins with,
    which holds every stage that names no other."""

    id: int
    title: str
    sort_order: int
    is_default: bool
    stages: list[StageBase]
