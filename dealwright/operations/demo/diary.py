"""What the invented team does besides moving its opportunities: tasks, events, cases, documents.
Each is after its cause and before today."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from dealwright.operations.demo.firms import PRIVATE, Firm
from dealwright.operations.demo.rules import (
    DAYS,
    About,
    Case,
    Contact,
    Event,
    Opportunity,
    Paper,
    Setting,
    Task,
    at_work,
    midnight,
    source,
)

CASES = 36
PAPERS = 0.05  # of the events bring one
TODAY = 0.1  # of the planned tasks are due today
MINUTE = 60_000_000
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
WON_OR_LOST = (1, 2)
NOTE = 0


class Diary(NamedTuple):
    """Each oldest first; tasks and events name cases by their places in `cases`."""

    tasks: tuple[Task, ...]
    events: tuple[Event, ...]
    cases: tuple[Case, ...]


def diary(
    setting: Setting,
    firms: Sequence[Firm],
    contacts: Sequence[Contact],
    opportunities: Sequence[Opportunity],
) -> Diary:
    """What happened until yesterday evening, and what is planned."""
    writer = _Writer(setting, contacts)
    for place, opportunity in enumerate(opportunities):
        writer.follow(place, opportunity)
    for contact in range(len(contacts)):
        writer.note(contact)
    cases = tuple(sorted(writer.cases_of(firms), key=lambda each: each.on))
    for place, case in enumerate(cases):
        writer.settle(place, case)
    return Diary(
        tuple(sorted(writer.tasks, key=lambda each: each.on)),
        tuple(sorted(writer.events, key=lambda each: each.on)),
        cases,
    )


class _Writer:
    """Collects tasks and events. Events about no private contact are also about the contact."""

    def __init__(self, setting: Setting, contacts: Sequence[Contact]) -> None:
        self.tasks: list[Task] = []
        self.events: list[Event] = []
        self._setting = setting
        self._contacts = contacts
        self._end = midnight(setting.scene, 0)
        self._drawn = source("diary")

    def follow(self, place: int, opportunity: Opportunity) -> None:
        """What was done for an opportunity between its steps, and what remains."""
        moved = [step for step in opportunity.steps if step.stage is not None]
        moments = [opportunity.on, *(step.on for step in moved)]
        about = About(self._public(opportunity.contact), opportunity=place)
        who, words = opportunity.responsible, self._words(opportunity.contact)
        for begin, end in pairwise(moments):
            self._speak(about, who, begin, end, self._drawn.choice((0, 0, 1, 2)))
            if self._drawn.random() < 0.5:
                self._done(about, who, words, begin, end)
        last = moved[-1].stage if moved else opportunity.stage
        if self._setting.kinds[last or 0] in WON_OR_LOST:
            return
        self._speak(about, who, moments[-1], self._end, self._drawn.choice((0, 0, 1)))
        if self._drawn.random() < 0.8:
            self._planned(about, who, words, moments[-1])

    def note(self, place: int) -> None:
        """A note about a contact."""
        contact = self._contacts[place]
        on = self._between(contact.on, self._end)
        if on is not None and self._setting.scene.event_categories and self._drawn.random() < 0.4:
            content = self._drawn.choice(self._setting.words["notes"])
            about = About(contact=place)
            self.events.append(
                Event(on=on, by=contact.by, content=content, about=about, category=NOTE)
            )

    def cases_of(self, firms: Sequence[Firm]) -> Iterator[Case]:
        drawn = self._drawn
        for number in range(CASES):
            ago = drawn.randrange(2, DAYS - 60)
            firm = drawn.choice([each for each in firms if each.since > ago + 3] or [firms[0]])
            on = at_work(self._setting.scene, drawn, min(ago, firm.since - 1))
            titles = self._setting.words["cases"]
            title = titles[number % len(titles)].format(**self._words(firm.place))
            lasts = drawn.randint(3, 50) if drawn.random() < 0.8 else DAYS
            closed_on = self._between(on, on + lasts * DAY) if lasts < DAYS else None
            yield Case(
                on=on,
                by=firm.owner,
                title=title,
                members=(firm.place, *firm.staff[: drawn.randint(0, 2)]),
                access=(drawn.choice(self._setting.sellers),) if drawn.random() < 0.15 else (),
                closed_on=closed_on if closed_on and closed_on < self._end else None,
            )

    def settle(self, place: int, case: Case) -> None:
        """What was done for a case, and what remains."""
        about, words = About(case=place), self._words(case.members[0])
        end = case.closed_on or self._end
        self._speak(about, case.by, case.on, end, self._drawn.randint(1, 3))
        if case.closed_on is None:
            self._planned(about, case.by, words, case.on)
        else:
            self._done(about, case.by, words, case.on, end)

    def _speak(self, about: About, who: int, begin: int, end: int, times: int) -> None:
        for _ in range(times):
            on = self._between(begin, end)
            said = self._drawn.choice(self._setting.events)
            brings = self._drawn.random() < PAPERS
            if on is None or not self._setting.scene.event_categories:
                continue
            opening, paper = self._paper(on)
            self.events.append(
                Event(
                    on=on,
                    by=who,
                    content=opening if brings else said["content"],
                    about=about,
                    category=said["category"] % self._setting.scene.event_categories,
                    papers=(paper,) if brings else (),
                )
            )

    def _paper(self, on: int) -> tuple[str, Paper]:
        """The text that goes with a document, and the document."""
        chosen = self._drawn.choice(self._setting.papers)
        day = datetime.fromtimestamp(on // 1_000_000, self._setting.scene.zone).date().isoformat()
        text = "\n".join([day, "", *chosen["lines"], ""])
        return chosen["said"], Paper(chosen["title"].format(day=day), text)

    def _done(self, about: About, who: int, words: Mapping[str, str], begin: int, end: int) -> None:
        on = begin + self._drawn.randint(3, 12) * MINUTE
        closed_on = end - self._drawn.randint(2, 9) * MINUTE
        if closed_on > on + HOUR:
            deadline = (closed_on // HOUR + self._drawn.choice((-20, 0, 1, 1, 24))) * HOUR
            self._task(about, who, words, on, max(deadline, on + HOUR), closed_on)

    def _planned(self, about: About, who: int, words: Mapping[str, str], begin: int) -> None:
        """Some of it was due some days ago and is overdue, some is due today."""
        on = begin + self._drawn.randint(3, 12) * MINUTE
        is_today = self._drawn.random() < TODAY
        ahead = 0 if is_today else self._drawn.randint(-12, 24)
        deadline = at_work(self._setting.scene, self._drawn, -ahead)
        if on < self._end:
            self._task(about, who, words, on, max(deadline // HOUR * HOUR, on + HOUR), None)

    def _task(
        self,
        about: About,
        who: int,
        words: Mapping[str, str],
        on: int,
        deadline: int,
        closed_on: int | None,
    ) -> None:
        count = self._setting.scene.task_categories
        chosen: Mapping[str, Any] = self._drawn.choice(self._setting.tasks)
        if count:
            self.tasks.append(
                Task(
                    on=on,
                    by=who,
                    title=chosen["title"].format(**words),
                    about=about,
                    responsible=who,
                    category=chosen["category"] % count,
                    deadline=deadline,
                    closed_on=closed_on,
                )
            )

    def _between(self, begin: int, end: int) -> int | None:
        """A moment of working hours between two others; None where there is none."""
        if end - begin < HOUR:
            return None
        ago = (self._end - self._drawn.randrange(begin, end)) // DAY
        on = at_work(self._setting.scene, self._drawn, max(1, ago))
        soon = begin + self._drawn.randint(10, 50) * MINUTE
        return on if begin < on < end else soon if soon < end else None

    def _public(self, place: int) -> int | None:
        return None if self._contacts[place].share_type == PRIVATE else place

    def _words(self, place: int) -> dict[str, str]:
        """The words by which titles name a contact, and the company that they buy for."""
        contact = self._contacts[place]
        buyer = contact if contact.company is None else self._contacts[contact.company]
        return {"contact": contact.name, "buyer": buyer.name}
