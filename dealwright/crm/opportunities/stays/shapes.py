"""How a stay on a stage looks on the wire."""

from dealwright.crm.opportunities.stays.rules import DAY, Stay
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, Staff, staff
from dealwright.portal.organisation.queries import current
from dealwright.portal.stages.queries import pipeline
from dealwright.wire.shape import MomentText, Shape
from dealwright.work import Work


class StageStay(Shape, kw_only=True):
    """When an opportunity came to a stage, who brought it there, and when it left; null while it
    stands there. `title` is that of today, or the last one of a stage that is deleted."""

    stage_id: int
    title: str
    entered_on: MomentText
    entered_by: Employee
    left_on: MomentText | None
    days: float


async def stays(work: Work, found: list[Stay]) -> list[StageStay]:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    titles = {id: stage.title for id, stage in (await work.cached(pipeline)).items()}
    return [_stay(each, people, titles, work) for each in found]


def _stay(stay: Stay, people: Staff, titles: dict[int, str], work: Work) -> StageStay:
    return StageStay(
        stage_id=stay.stage_id,
        title=titles.get(stay.stage_id, stay.stage_title),
        entered_on=work.moments(stay.entered_on),
        entered_by=people[stay.entered_by or ""],
        left_on=None if stay.left_on is None else work.moments(stay.left_on),
        days=round(stay.lasted(work.now) / DAY, 2),
    )
