"""Rate limits of web forms: per address, and per form in total. Held in the process, in bounded
memory."""

from collections import OrderedDict, deque
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from dealwright.errors import TooMany

MINUTE = 60_000_000
MOST_REMEMBERED = 10_000


class Limit(NamedTuple):
    """At most `most` submissions within `within` microseconds."""

    most: int
    within: int


BY_ADDRESS = Limit(10, 10 * MINUTE)
BY_FORM = Limit(300, 60 * MINUTE)


class RateLimit:
    """Admits so many submissions of a key within some time. Drops the keys with the oldest last
    submission first."""

    def __init__(self, limit: Limit, *, remembered: int = MOST_REMEMBERED) -> None:
        self._limit = limit
        self._remembered = remembered
        self._passed: OrderedDict[str, deque[int]] = OrderedDict()

    def wait(self, key: str, now: int) -> int:
        """The number of seconds until the next submission is allowed; 0: now. `now` is in
        microseconds."""
        passed = self._passed.get(key)
        if passed is None:
            return 0
        while passed and passed[0] <= now - self._limit.within:
            passed.popleft()
        if len(passed) < self._limit.most:
            return 0
        return (passed[0] + self._limit.within - now) // 1_000_000 + 1

    def count(self, key: str, now: int) -> None:
        """Counts one submission."""
        self._passed.setdefault(key, deque()).append(now)
        self._passed.move_to_end(key)
        while len(self._passed) > self._remembered:
            self._passed.popitem(last=False)


class Limits:
    """Both limits together."""

    def __init__(self, by_address: Limit = BY_ADDRESS, by_form: Limit = BY_FORM) -> None:
        self._addresses, self._forms = RateLimit(by_address), RateLimit(by_form)

    def demand(self, form_key: str, client: str, now: int) -> None:
        """Raises TooMany if a limit is contact_data; otherwise counts this submission."""
        place = network(client)
        wait = max(self._addresses.wait(place, now), self._forms.wait(form_key, now))
        if wait:
            raise TooMany(wait, "Too many forms were sent: try again later")
        self._addresses.count(place, now)
        self._forms.count(form_key, now)


def network(client: str) -> str:
    """The key of a client address: for IPv6 its /64 network, because one subscriber has all of
    it."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)
