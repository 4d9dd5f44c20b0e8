"""Gives the stages of the invented team their limits, and adds its second pipeline and the reasons
why it loses."""

from datetime import timedelta

from dealwright.operations.demo.play import Play
from dealwright.portal.loss_reasons import actions as loss_reasons
from dealwright.portal.pipelines import actions as pipelines
from dealwright.portal.stages import actions as stages
from dealwright.portal.stages.queries import pipeline
from dealwright.portal.stages.rules import Stage, StageType

LIMITS = (14, 14, 10, 21, 14, 10)  # days without a touch, for the open stages in their order
WEEK = timedelta(days=7) // timedelta(microseconds=1)


async def prepare(play: Play) -> None:
    """Before anything is sold. The stages that it adds stand behind the others in `play.stages`."""
    work, setting = play.work(play.owner, play.story.rates[0].on - WEEK), play.story.setting
    opens = [each for each in play.stages if each.stage_type == StageType.OPEN]
    for place, stage in enumerate(opens):
        await stages.set_rotting_days(work, stage.id, LIMITS[place % len(LIMITS)])
    pipeline_id = await pipelines.create(work, setting.pipeline)
    for added in setting.added:
        stage = Stage(
            id=0,
            title=added.title,
            description="",
            color=added.color,
            sort_order=0,
            success_probability=added.probability,
            stage_type=added.kind,
            pipeline_id=pipeline_id,
            rotting_days=added.limit,
        )
        made = await stages.create(work, stage)
        play.stages.append((await work.cached(pipeline))[made])
    play.reasons.extend([await loss_reasons.create(work, each) for each in setting.reasons])
