"""The story itself, before anybody writes it down."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.operations.demo.rules import About, Opportunity, Scene
from dealwright.operations.demo.story import Story, story
from dealwright.portal.currencies.rules import CURRENCIES

PIPELINE = (0, 0, 0, 0, 0, 0, 0, 1, 2)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Anchorage", "Pacific/Kiritimati"])


def scene(**changed: object) -> Scene:
    usual: dict[str, object] = {
        "today": date(2026, 3, 7),
        "zone": UTC,
        "language": "en",
        "currency": "USD",
        "stages": PIPELINE,
        "statuses": 3,
        "types": 4,
        "task_categories": 12,
        "event_categories": 4,
    }
    return Scene(**{**usual, **changed})  # type: ignore[arg-type]


def last_stage(opportunity: Opportunity) -> int:
    moves = [step.stage for step in opportunity.steps if step.stage is not None]
    return moves[-1] if moves else opportunity.stage


def test_the_same_day_tells_the_same_story():
    assert story(scene()) == story(scene())


def test_another_day_tells_the_same_story_a_day_later():
    first, later = story(scene()), story(scene(today=date(2026, 3, 8)))
    titles = [
        sorted(each.title for each in demo_story.opportunities) for demo_story in (first, later)
    ]
    assert titles[0] == titles[1]
    # Not each is later: what would fall on a Sunday was done on the Friday before.
    moments = [sum(each.on for each in demo_story.opportunities) for demo_story in (first, later)]
    assert moments[0] < moments[1]


@given(
    today=st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    zone=zones.map(ZoneInfo),
    language=st.sampled_from(["en", "ru"]),
    currency=st.sampled_from(sorted(CURRENCIES)),
)
def test_every_day_has_a_believable_story(
    today: date, zone: ZoneInfo, language: str, currency: str
):
    demo_story = story(scene(today=today, zone=zone, language=language, currency=currency))
    assert len(demo_story.contacts) == 150
    assert len(demo_story.opportunities) == 300
    stages = Counter(map(last_stage, demo_story.opportunities))
    assert min(stages[place] for place in range(len(demo_story.setting.kinds))) >= 1
    assert {each.bid_type for each in demo_story.opportunities} == {0, 1, 2, 3, 4, 5}
    assert len({each.bid_currency for each in demo_story.opportunities}) == 5
    assert all(0 < each.bid_value < 2**62 for each in demo_story.opportunities)
    assert all(0 < rate < 10**18 for each in demo_story.rates for _, rate in each.rates)
    assert 500 < len(demo_story.diary.tasks) < 900
    assert 600 < len(demo_story.diary.events) < 1300
    assert 20 < sum(case.closed_on is not None for case in demo_story.diary.cases) < 36
    assert any(event.papers for event in demo_story.diary.events)
    demand_order(demo_story, today, zone)
    demand_order_of_diary(demo_story, today, zone)


def demand_order(demo_story: Story, today: date, zone: ZoneInfo) -> None:
    """Nothing happens after yesterday, before its cause, or at night."""
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=zone).timestamp()) * 10**6
    for opportunity in demo_story.opportunities:
        contacts = [opportunity.contact, *opportunity.members]
        entered = max(demo_story.contacts[place].on for place in contacts)
        moments = [entered, opportunity.on, *(step.on for step in opportunity.steps), midnight]
        assert moments == sorted(set(moments))
        assert midnight - opportunity.on < timedelta(days=733) // timedelta(microseconds=1)
    for place, contact in enumerate(demo_story.contacts):
        assert contact.company is None or contact.company < place
    hours = {
        datetime.fromtimestamp(each.on // 10**6, zone).hour
        for each in (*demo_story.contacts, *demo_story.opportunities)
    }
    assert hours <= set(range(8, 20))


def demand_order_of_diary(demo_story: Story, today: date, zone: ZoneInfo) -> None:
    """The same for tasks, events and cases; what is planned may lie ahead, and only that."""
    midnight = int(datetime(today.year, today.month, today.day, tzinfo=zone).timestamp()) * 10**6
    diary = demo_story.diary
    for case in diary.cases:
        entered = max(demo_story.contacts[member].on for member in case.members)
        assert entered < case.on < (case.closed_on or midnight) <= midnight
    for each in (*diary.tasks, *diary.events):
        assert begun(demo_story, each.about) < each.on < midnight
    for task in diary.tasks:
        assert task.on < (task.closed_on or midnight) <= midnight
        assert task.on < task.deadline
    ahead = [task for task in diary.tasks if task.deadline > midnight]
    overdue = [task for task in diary.tasks if not task.closed_on and task.deadline < midnight]
    assert len(ahead) > 20 < len(diary.tasks) - len(ahead)
    assert len(overdue) > 3


def begun(demo_story: Story, about: About) -> int:
    """Since when there is all that something belongs to."""
    owners = (
        (demo_story.contacts, about.contact),
        (demo_story.opportunities, about.opportunity),
        (demo_story.diary.cases, about.case),
    )
    return max(all_of_them[place].on for all_of_them, place in owners if place is not None)


def test_addresses_and_numbers_of_the_demo_are_reserved():
    for language in ("en", "ru"):
        infos = [
            each for contact in story(scene(language=language)).contacts for each in contact.infos
        ]
        kinds = Counter(info.info_type for info in infos)
        assert {0, 1, 2, 7} == set(kinds)
        for info in infos:
            if info.info_type in (1, 2):
                assert info.data.endswith(".example")
                assert info.data.isascii()
            if info.info_type == 0:
                digits = info.data.replace(" ", "")
                assert digits.startswith(("+493023125", "+331990", "+4420794", "+13125550"))


def test_a_portal_without_categories_has_no_tasks_and_no_events():
    diary = story(scene(task_categories=0, event_categories=0)).diary
    assert (diary.tasks, diary.events, len(diary.cases)) == ((), (), 36)
    diary = story(scene(task_categories=1, event_categories=1)).diary
    assert {task.category for task in diary.tasks} == {0}
    assert {event.category for event in diary.events} == {0}


@pytest.mark.parametrize("stages", [(0,), (1, 2), (1,), (0, 0), (2, 0, 1), (0, 2)])
def test_any_pipeline_will_do(stages: tuple[int, ...]):
    demo_story = story(scene(stages=stages, statuses=0, types=0))
    every = range(len(stages) + len(demo_story.setting.added))
    assert {last_stage(each) for each in demo_story.opportunities} <= set(every)
    assert all(each.status is None and each.type is None for each in demo_story.contacts)


def test_demo_team_has_every_role_and_no_duplicate():
    for language in ("en", "ru"):
        people = story(scene(language=language)).setting.people
        assert {person.role for person in people} == {"admin", "crm_admin", "user", "guest"}
        assert len({person.email for person in people}) == len(people) >= 8
        assert all(person.email.endswith(".example") for person in people)


def test_every_type_of_custom_field_is_there_in_both_languages():
    for language in ("en", "ru"):
        demo_story = story(scene(language=language))
        kinds = {field.kind for field in demo_story.setting.fields if field.owner == 1}
        assert kinds == {0, 1, 2, 3, 4, 5}
        used = {place for each in demo_story.opportunities for place, _ in each.values}
        assert {demo_story.setting.fields[place].kind for place in used} == {0, 1, 2, 3, 5}
