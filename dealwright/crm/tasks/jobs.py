"""Reminds the responsible user of a task before its deadline."""

from dealwright.background.job import Handler, Job
from dealwright.crm.tasks import actions
from dealwright.crm.tasks.repository import DUE


async def remind(job: Job) -> None:
    task_id, moment = job.due.entity_id, job.due.payload["on"]
    if task_id is not None:
        await job.context().write(lambda work: actions.remind(work, task_id, moment=moment))


HANDLERS: dict[str, Handler] = {DUE: remind}
