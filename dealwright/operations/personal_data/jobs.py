"""The job after an erasure: deletes contents from the file store once no row names them."""

from collections.abc import Mapping

import msgspec

from dealwright.background.job import Handler, Job
from dealwright.operations.personal_data.actions import CONTENTS


class Contents(msgspec.Struct, frozen=True):
    names: list[str]


async def remove(job: Job) -> None:
    contents = msgspec.convert(job.due.payload, Contents)
    await job.site.files.delete(contents.names)


HANDLERS: Mapping[str, Handler] = {CONTENTS: remove}
