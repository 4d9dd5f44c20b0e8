"""How a calendar looks: on the wire as the address of a feed, and as iCalendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta, tzinfo

import icalendar

from dealwright.crm.tasks.calendars.rules import Entry, day, moment, plain
from dealwright.wire.shape import MomentText, Shape

LASTS = timedelta(minutes=30)  # what has a time of day, so that calendars show it
REFRESHED = timedelta(hours=1)


class CalendarFeed(Shape, kw_only=True):
    """Whether there is a feed, since when, and when it was last fetched, to the day. `url` is told
    once, when it is made."""

    exists: bool
    created: MomentText | None = None
    used: MomentText | None = None
    url: str | None = None


def calendar(name: str, entries: Iterable[Entry], *, place: str, zone: tzinfo) -> bytes:
    """The entries as an iCalendar file. `place` tells this portal's entries from all others'."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Dealwright//CRM//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", plain(name))
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(_event(entry, place=place, zone=zone))
    return bytes(made.to_ical())


def _event(entry: Entry, *, place: str, zone: tzinfo) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.kind}-{entry.id}@{place}")
    # Of one state always the same, so that a calendar can tell whether something changed.
    event.add("dtstamp", moment(entry.modified_on))
    event.add("created", moment(entry.created_on))
    event.add("last-modified", moment(entry.modified_on))
    event.add("sequence", entry.version)
    event.add("summary", plain(entry.title))
    if entry.told:
        event.add("description", plain(entry.told))
    if entry.category:
        event.add("categories", [plain(entry.category)])
    whole_day = day(entry.on, zone)
    if whole_day is None:
        event.add("dtstart", moment(entry.on))
        event.add("dtend", moment(entry.on) + LASTS)
    else:
        event.add("dtstart", whole_day)
        event.add("dtend", whole_day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")  # nobody is busy because something is due
    if entry.alert:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(entry.title))
    alarm.add("trigger", -timedelta(minutes=entry.alert))
    return alarm
