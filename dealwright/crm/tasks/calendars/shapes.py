"""The forms of a calendar: the address of a feed on the wire, and iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from dealwright.crm.tasks.calendars.rules import Entry, day, moment, plain
from dealwright.wire.shape import MomentText, Shape

if TYPE_CHECKING:
    import icalendar

LASTS = timedelta(minutes=30)  # length of an entry with a time of day, so that calendars show it
REFRESHED = timedelta(hours=1)


class CalendarFeed(Shape, kw_only=True):
    """Whether there is a feed, since when, and the date of its last use. `url` appears only in the
    answer that creates the feed."""

    exists: bool
    created: MomentText | None = None
    used: MomentText | None = None
    url: str | None = None


def calendar(name: str, entries: Iterable[Entry], *, place: str, zone: tzinfo) -> bytes:
    """The entries as an iCalendar file. `place` makes this portal's entries differ from all
    others."""
    import icalendar  # only the reader of a feed waits for it, not the start of the server

    feed = icalendar.Calendar()
    feed.add("prodid", "-//Dealwright//CRM//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", plain(name))
    feed.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for entry in entries:
        feed.add_component(_event(entry, place=place, zone=zone))
    return bytes(feed.to_ical())


def _event(entry: Entry, *, place: str, zone: tzinfo) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{entry.kind}-{entry.id}@{place}")
    # The same for the same state, so that a calendar can see whether something changed.
    event.add("dtstamp", moment(entry.modified_on))
    event.add("created", moment(entry.created_on))
    event.add("last-modified", moment(entry.modified_on))
    event.add("sequence", entry.version)
    event.add("summary", plain(entry.title))
    if entry.description_text:
        event.add("description", plain(entry.description_text))
    if entry.category:
        event.add("categories", [plain(entry.category)])
    whole_day = day(entry.on, zone)
    if whole_day is None:
        event.add("dtstart", moment(entry.on))
        event.add("dtend", moment(entry.on) + LASTS)
    else:
        event.add("dtstart", whole_day)
        event.add("dtend", whole_day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # an entry that is due does not make anyone busy
    if entry.alert:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> "icalendar.Alarm":
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(entry.title))
    alarm.add("trigger", -timedelta(minutes=entry.alert))
    return alarm
