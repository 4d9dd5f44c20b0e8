"""How the outcome of a change of many opportunities looks on the wire."""

from dealwright.wire.shape import Shape

UNDO = "X-Undo"  # the header with the token that takes a change of one opportunity back


class Refused(Shape, kw_only=True):
    """An opportunity that stays as it is, and why."""

    id: int
    error: str


class Outcome(Shape, kw_only=True):
    """`done`: the ids of what changed. `undo`: the token that takes it back within a day, empty
    when nothing changed."""

    done: list[int]
    refused: list[Refused]
    undo: str
