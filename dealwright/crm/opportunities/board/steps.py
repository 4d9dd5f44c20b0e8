"""The next step of an opportunity as cards and rows show it: the icon and the name of what is to be
done, and when."""

from collections.abc import Mapping
from typing import NamedTuple

from dealwright.crm.opportunities.board.rules import DAY, OVERDUE, Card, Day


class StepView(NamedTuple):
    """`kind`: what its category is called, or its title; `icon`: of the category."""

    id: int
    title: str
    activity: str
    deadline: int
    days_late: int
    kind: str
    icon: str


ICONS: Mapping[str, str] = {
    "task_category_call.png": "phone",
    "task_category_deal.png": "coins",
    "task_category_demo.png": "screen",
    "task_category_email.png": "mail",
    "task_category_fax.png": "file",
    "task_category_follow_up.png": "eye",
    "task_category_lunch.png": "cup",
    "task_category_meeting.png": "pin",
    "task_category_note.png": "edit",
    "task_category_ship.png": "truck",
    "task_category_social_networks.png": "users",
    "task_category_thank_you.png": "heart",
}


def step_view(card: Card, day: Day) -> StepView | None:
    step = card.next_step
    if step is None:
        return None
    activity = card.activity(day)
    late = (day.end - step.deadline) // DAY if activity == OVERDUE else 0
    icon = ICONS.get(step.image or "", "check")
    words = step.kind or step.title
    return StepView(step.id, step.title, activity, step.deadline, max(late, 1), words, icon)
