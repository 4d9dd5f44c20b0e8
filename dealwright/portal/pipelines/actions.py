"""Changing pipelines. Every change needs a transaction."""

from collections.abc import Sequence

from dealwright.access import demand_admin
from dealwright.errors import Invalid
from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.stages.rules import DEFAULT_PIPELINE
from dealwright.portal.titles import actions as titles
from dealwright.storage import schema
from dealwright.work import Work

PIPELINES = titles.TitleList(
    schema.pipeline,
    "pipeline",
    pipelines,
    most=50,
    used="Can't be deleted. It has stages: delete them first.",
)


async def create(work: Work, title: str) -> int:
    """A new pipeline at the end, without stages; its id. Raises Forbidden, Invalid."""
    return await titles.create(work, PIPELINES, title)


async def rename(work: Work, pipeline_id: int, title: str) -> None:
    """Renames a pipeline. Raises Forbidden, Invalid, NotFound."""
    await titles.rename(work, PIPELINES, pipeline_id, title)


async def reorder(work: Work, ids: Sequence[int]) -> None:
    """Puts the named pipelines first, in this order. Raises Forbidden, NotFound."""
    await titles.reorder(work, PIPELINES, ids)


async def delete(work: Work, pipeline_id: int) -> None:
    """Deletes a pipeline without stages; the default one stays. Raises Forbidden, Invalid,
    NotFound."""
    demand_admin(work.actor)
    if pipeline_id == DEFAULT_PIPELINE:
        raise Invalid(text="Can't be deleted. It holds the stages that name no other pipeline.")
    await titles.delete(work, PIPELINES, pipeline_id)
