"""The answer to a change of rights."""

from dealwright.wire.shape import GuidText, Shape


class Administrator(Shape, kw_only=True):
    """Whether a user administers a module; with the empty id, everything."""

    product_id: GuidText
    user_id: GuidText
    administrator: bool
