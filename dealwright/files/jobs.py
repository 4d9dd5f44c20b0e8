"""What is done with files after the change that caused it."""

from dealwright.jobs import Handler, Job
from dealwright.trash.actions import CONTENT_PURGED


async def delete_contents(job: Job) -> None:
    """Takes the contents of files that were purged out of the store."""
    await job.site.files.delete(job.due.payload["contents"])


HANDLERS: dict[str, Handler] = {CONTENT_PURGED: delete_contents}
