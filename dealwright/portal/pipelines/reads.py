"""Showing pipelines."""

from dealwright.portal.pipelines.queries import pipelines
from dealwright.portal.pipelines.shapes import Pipeline
from dealwright.portal.stages.queries import Stage, pipeline
from dealwright.portal.stages.rules import DEFAULT_PIPELINE
from dealwright.portal.stages.shapes import embedded
from dealwright.portal.titles.actions import found
from dealwright.work import Work


async def every(work: Work) -> list[Pipeline]:
    """All pipelines in their order."""
    stages = await work.cached(pipeline)
    shown = embedded(stages)
    return [
        Pipeline(
            id=each.id,
            title=each.title,
            sort_order=each.sort_order,
            is_default=each.id == DEFAULT_PIPELINE,
            stages=[shown[stage.id] for stage in stages.values() if stage.pipeline_id == each.id],
        )
        for each in (await work.cached(pipelines)).values()
    ]


async def one(work: Work, pipeline_id: int) -> Pipeline:
    """Raises Invalid, NotFound."""
    found(await work.cached(pipelines), pipeline_id)
    return next(each for each in await every(work) if each.id == pipeline_id)


async def stages_of(work: Work, pipeline_id: int) -> list[Stage]:
    """The stages of a pipeline in their order; none for an unknown one."""
    stages = (await work.cached(pipeline)).values()
    return [stage for stage in stages if stage.pipeline_id == pipeline_id]
