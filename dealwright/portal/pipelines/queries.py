"""SQL about pipelines."""

from dealwright.portal.titles.queries import held
from dealwright.portal.titles.rules import Titled
from dealwright.storage import schema
from dealwright.storage.cache import Held
from dealwright.storage.engines.engine import Session


async def pipelines(session: Session) -> Held[int, Titled]:
    """All pipelines by id, in their order. For `Work.cached`."""
    return await held(session, schema.pipeline)
