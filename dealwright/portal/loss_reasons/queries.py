"""SQL about the reasons why opportunities are lost."""

from dealwright.portal.titles.queries import held
from dealwright.portal.titles.rules import Titled
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session


async def reasons(session: Session) -> Held[int, Titled]:
    """All reasons by id, in their order. For `Work.cached`."""
    return await held(session, schema.loss_reason)
