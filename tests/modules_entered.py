"""Counts the modules of the package that a request enters, and the crossings between them.

`python -m tests.modules_entered` prints both for `PUT opportunity/{id}` on SQLite.

A module is entered when one of its functions runs while the request is answered, on the event loop
or on the thread that writes. A crossing is a call into another module of the package; calls that a
library makes for a module count as calls of that module. A coroutine that goes on after waiting is
not called again.
"""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from types import FrameType

import dealwright
from tests.counting import Counting
from tests.making import make_opportunity
from tests.running import Ground, Portal, SQLiteFiles

PACKAGE = f"{Path(dealwright.__file__).parent}/"
CAN_WAIT = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


class Way:
    """The modules that the last request entered, and how often one called another."""

    def __init__(self) -> None:
        self.modules: Counter[str] = Counter()
        self.crossings: Counter[tuple[str, str]] = Counter()
        self._is_open = False
        self._waiting: set[FrameType] = set()

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Takes the events of `sys.setprofile`."""
        if not self._is_open or event != "call" or not (entered := _module(frame)):
            return
        if frame.f_code.co_flags & CAN_WAIT:
            if frame in self._waiting:
                return
            self._waiting.add(frame)
        self.modules[entered] += 1
        caller = frame.f_back
        while caller is not None and not _module(caller):
            caller = caller.f_back
        if caller is not None and _module(caller) != entered:
            self.crossings[_module(caller), entered] += 1

    @contextmanager
    def of_a_request(self) -> Iterator[None]:
        self.modules.clear()
        self.crossings.clear()
        self._is_open = True
        try:
            yield
        finally:
            self._is_open = False
            self._waiting.clear()


def _module(frame: FrameType) -> str:
    path = frame.f_code.co_filename
    return path.removeprefix(PACKAGE) if path.startswith(PACKAGE) else ""


def way_of_put(portal: Portal) -> Way:
    """The way of a `PUT opportunity/{id}` that changes the title and the stage. The same request
    ran once before and filled the caches."""
    number = make_opportunity(portal)
    inputs = {"responsibleid": portal.id_of("ann"), "bidCurrencyAbbr": "EUR"}
    way = Way()
    before = sys.getprofile()
    threading.setprofile(way.note)  # for the threads of the database, which start now
    sys.setprofile(way.note)
    try:
        application = Counting(portal, around=way.of_a_request)
        for stage, title in ((2, "The first change"), (3, "The second change")):
            sent = {"title": title, "stageid": stage, **inputs}
            application.ask("PUT", f"opportunity/{number}", sent)
        application.close()
    finally:
        threading.setprofile(None)  # type: ignore[arg-type]
        sys.setprofile(before)
    return way


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        portals, files = Path(directory) / "portals", Path(directory) / "files"
        portals.mkdir()
        ground = Ground(SQLiteFiles(portals), files)
        way = way_of_put(ground.shared)
        ground.close()
    for name, calls in sorted(way.modules.items()):
        sys.stdout.write(f"{calls:5} {name}\n")
    crossings = sum(way.crossings.values())
    sys.stdout.write(f"{len(way.modules)} modules, {crossings} crossings\n")


if __name__ == "__main__":
    main()
