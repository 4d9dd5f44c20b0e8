"""A calendar stays valid for a strict parser, whatever text a task contains."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream

from dealwright.crm.tasks.calendars.rules import Entry, plain
from dealwright.crm.tasks.calendars.shapes import calendar

BERLIN = ZoneInfo("Europe/Berlin")
ON = int(datetime(2030, 7, 1, 12, 30, tzinfo=UTC).timestamp()) * 1_000_000
# As the API accepts them, with characters that break lines elsewhere.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    | st.sampled_from('\r\n\t\x0b\x0c\x85\u2028,;:\\"BEGIN'),
    max_size=200,
)


def entry(**more: object) -> Entry:
    values: dict[str, object] = {
        "kind": "task",
        "id": 7,
        "title": "Call",
        "description": "",
        "on": ON,
        "alert": 0,
        "created_on": ON,
        "modified_on": ON,
        "version": 3,
        **more,
    }
    return Entry(**values)  # type: ignore[arg-type]


def read(*entries: Entry, zone: ZoneInfo = BERLIN) -> Calendar:
    made = calendar("Deals", entries, place="here.dealwright", zone=zone)
    assert made.count(b"\n") == made.count(b"\r\n") == made.count(b"\r")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    return IcsCalendarStream.calendar_from_ics(made.decode())


@given(title=TEXTS, description=TEXTS, category=TEXTS, contact=TEXTS)
def test_texts_survive_and_add_no_properties(
    title: str, description: str, category: str, contact: str
):
    whole = entry(title=title, description=description, category=category, contact=contact)
    found = read(whole, entry(id=8, title=title, alert=5))
    assert len(found.events) == 2
    first, second = found.events
    assert first.summary == plain(title)
    assert (first.description or "") == plain(whole.description_text)
    assert [each.description for each in second.alarm] == [plain(title)]
    assert (first.uid, second.uid) == ("task-7@here.dealwright", "task-8@here.dealwright")


def test_deadline_with_a_time_is_a_moment():
    [event] = read(entry(alert=15)).events
    assert event.dtstart == datetime(2030, 7, 1, 12, 30, tzinfo=UTC)
    assert event.end > event.start
    assert [each.trigger for each in event.alarm] == [-timedelta(minutes=15)]
    assert event.transparency == "TRANSPARENT"
    assert event.sequence == 3


def test_midnight_in_the_portals_zone_is_the_whole_day():
    midnight = int(datetime(2030, 7, 1, tzinfo=BERLIN).timestamp()) * 1_000_000
    [event] = read(entry(on=midnight)).events
    assert event.dtstart == date(2030, 7, 1)
    assert event.end == date(2030, 7, 2)
    [event] = read(entry(on=midnight), zone=ZoneInfo("UTC")).events
    assert event.dtstart == datetime(2030, 6, 30, 22, tzinfo=UTC)


def test_first_and_last_possible_moments_are_valid():
    first = int(datetime(1900, 1, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    last = int(datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) * 1_000_000
    found = read(entry(on=first), entry(id=8, on=last))
    assert [each.dtstart.year for each in found.events] == [1900, 2200]


def test_empty_calendar_is_valid():
    assert read().events == []
