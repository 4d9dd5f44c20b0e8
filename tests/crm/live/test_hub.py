"""The hub of changes: what it remembers, what it leaves out, and who is told."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from dealwright.crm.live.hub import (
    IN_ALL,
    LARGEST,
    MOST_PENDING,
    OF_A_PERSON,
    OVERLAP,
    REMEMBERED,
    Hub,
    Since,
)
from dealwright.crm.live.rules import Changed, Seen
from dealwright.errors import TooMany
from dealwright.storage.trail import Entry

START = 1_000 * OVERLAP


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


async def everything(
    changes: Sequence[Changed], people: Mapping[str, bool]
) -> Mapping[str, Sequence[Seen]]:
    """Everybody sees everything but what belongs to `eve` alone."""
    return {
        person: [Seen(each.id, 1, "t", 1, each.kind, each.action, each.by) for each in changes]
        for person in people
        if person != "eve"
    }


def entries(*ids: int) -> list[Entry]:
    return [Entry("opportunity", each, "updated", "ann", "[]") for each in ids]


def run(test: Callable[[Hub, Clock], Awaitable[None]]) -> None:
    async def started() -> None:
        clock = Clock()
        await test(Hub(clock), clock)

    asyncio.run(started())


async def join(hub: Hub, person: str = "bob", **since: Any) -> Any:
    known = Since(**since) if since else Since(START)
    return await hub.join(person, is_admin=False, since=known, look=everything)


def ids(listener: Any) -> list[int]:
    seen, has_missed = listener.take()
    assert not has_missed
    return [each.opportunity_id for each in seen]


def test_listener_is_told_of_what_is_published_after_it_came():
    async def test(hub: Hub, clock: Clock) -> None:
        listener, blind = await join(hub), await join(hub, "eve")
        hub.publish([*entries(3, 4), Entry("contact", 5, "updated", "ann", "[]")])
        await hub.deliver(everything)
        assert ids(listener) == [3, 4]
        assert ids(blind) == []
        hub.leave(listener)
        hub.publish(entries(6))
        await hub.deliver(everything)
        assert ids(listener) == []

    run(test)


def test_one_that_comes_back_is_told_what_it_missed():
    async def test(hub: Hub, clock: Clock) -> None:
        clock.now += 10 * OVERLAP
        hub.publish(entries(1))
        clock.now += 2 * OVERLAP
        left_on = clock.now
        hub.publish(entries(2))
        clock.now += 1
        assert ids(await join(hub, moment=left_on, is_told=True)) == [2]
        assert ids(await join(hub, moment=left_on - 1)) == [2]
        assert ids(await join(hub, moment=clock.now)) == []

    run(test)


@pytest.mark.parametrize(
    "since",
    [
        Since(),
        Since(START - 1),  # before the server started
        Since(START + 1, is_told=True),  # what was under way is not remembered
        Since(START + 1000 * OVERLAP),  # not yet
    ],
)
def test_one_whose_place_is_not_remembered_reads_everything_again(since: Since):
    async def test(hub: Hub, clock: Clock) -> None:
        clock.now += 2
        listener = await hub.join("bob", is_admin=False, since=since, look=everything)
        assert listener.take() == ([], True)

    run(test)


def test_hub_remembers_a_bounded_number_of_changes():
    async def test(hub: Hub, clock: Clock) -> None:
        for each in range(REMEMBERED + 1):
            clock.now += 1
            hub.publish(entries(each))
            await hub.deliver(everything)
        assert (await join(hub, moment=START)).take() == ([], True)
        assert ids(await join(hub, moment=clock.now - 2)) == [REMEMBERED - 1, REMEMBERED]

    run(test)


def test_listener_that_takes_nothing_holds_a_bounded_number_of_changes():
    async def test(hub: Hub, clock: Clock) -> None:
        listener = await join(hub)
        for start in (0, MOST_PENDING):
            hub.publish(entries(*range(start, start + MOST_PENDING)))
            await hub.deliver(everything)
        assert listener.take() == ([], True)

    run(test)


def test_a_change_of_very_many_records_is_told_as_one_hint():
    async def test(hub: Hub, clock: Clock) -> None:
        listener = await join(hub)
        hub.publish(entries(*range(LARGEST + 1)))
        await hub.deliver(everything)
        assert listener.take() == ([], True)

    run(test)


def test_another_process_hears_the_same_and_the_own_announcement_is_skipped():
    async def test(hub: Hub, clock: Clock) -> None:
        other, announced = Hub(clock), list[str]()
        listener, own = await join(other), await join(hub)

        async def announce(texts: Sequence[str]) -> None:
            announced.extend(texts)

        hub.publish(entries(7, 8))
        await hub._announce(announce)
        await hub.deliver(everything)
        for text in announced:
            assert other.hear(text)
            assert hub.hear(text)
        await other.deliver(everything)
        await hub.deliver(everything)
        assert ids(listener) == [7, 8]
        assert ids(own) == [7, 8]

    run(test)


def test_missed_announcements_and_failing_reads_make_listeners_read_again():
    async def test(hub: Hub, clock: Clock) -> None:
        listener = await join(hub)
        assert not hub.hear("")
        assert listener.take() == ([], True)

        async def broken(*_: object) -> Mapping[str, Sequence[Seen]]:
            raise OSError("the database is away")

        hub.publish(entries(1))
        await hub.deliver(broken)
        assert listener.take() == ([], True)
        assert not hub.hear("dealwright.people.queries.everybody")

    run(test)


def test_announcement_that_failed_is_made_up_for_with_the_next():
    async def test(hub: Hub, clock: Clock) -> None:
        announced = list[str]()

        async def fails(texts: Sequence[str]) -> None:
            raise OSError("the database is away")

        async def announce(texts: Sequence[str]) -> None:
            announced.extend(texts)

        hub.publish(entries(1))
        with pytest.raises(OSError, match="away"):
            await hub._announce(fails)
        hub.publish(entries(2))
        await hub._announce(announce)
        assert [json.loads(each.split(" ", 2)[2]) for each in announced] == [[]]

    run(test)


def test_streams_of_a_person_and_of_all_are_limited_even_at_the_same_moment():
    async def test(hub: Hub, clock: Clock) -> None:
        clock.now += 1
        hub.publish(entries(1))

        async def slowly(
            changes: Sequence[Changed], people: Mapping[str, bool]
        ) -> Mapping[str, Sequence[Seen]]:
            await asyncio.sleep(0)  # the others ask meanwhile
            return await everything(changes, people)

        def ask() -> Awaitable[Any]:
            return hub.join("bob", is_admin=False, since=Since(START), look=slowly)

        asked = [ask() for _ in range(OF_A_PERSON + 3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert answers[0].pending
        assert sum(isinstance(each, TooMany) for each in answers) == 3
        for each in range(IN_ALL - OF_A_PERSON):
            await join(hub, f"person {each}")
        with pytest.raises(TooMany):
            await join(hub, "cid")
        hub.leave(answers[0])
        await join(hub, "cid")

    run(test)
