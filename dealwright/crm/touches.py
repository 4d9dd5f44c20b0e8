"""What counts as a touch of an opportunity besides its own changes: an event, and a task that is
done. Days without a touch are what makes an opportunity rot."""

from collections.abc import Iterator

from dealwright.storage import schema
from dealwright.storage.statements.change import Alter, Step
from dealwright.work import Work


def touched(work: Work, opportunity_id: int | None) -> Iterator[Step]:
    """A step of the change that touches an opportunity; its version stays."""
    if opportunity_id is not None:
        yield Alter(schema.opportunity, {"touched_on": work.now}, {"id": opportunity_id})
