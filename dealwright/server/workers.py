"""Several server processes on one listening socket: started, replaced when one dies, stopped."""

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

DID_NOT_START = 3  # exit code: another attempt would fail the same way
SHORT_LIFE = 1.0  # seconds; one that lives no longer is not replaced at once

log = structlog.get_logger("dealwright.server")


def supervise(number: int, work: Callable[..., int], arguments: tuple[Any, ...]) -> int:
    """Runs `work` in so many processes until a signal stops them; the exit code.

    A process that dies is replaced, unless it could not even start. The second signal kills.
    """
    supervisor = _Supervisor(work, arguments)
    return supervisor.run(number)


class _Supervisor:
    def __init__(self, work: Callable[..., int], arguments: tuple[Any, ...]) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._work = work
        self._arguments = arguments
        self._running: dict[BaseProcess, float] = {}  # since when
        self._signals = 0
        self._woken, self._wake = os.pipe()

    def run(self, number: int) -> int:
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._on_signal)
        code = 0
        try:
            for _ in range(number):
                self._start()
            while self._running:
                ready = wait([self._woken, *(each.sentinel for each in self._running)])
                if self._woken in ready:
                    os.read(self._woken, 64)
                for process in [each for each in self._running if not each.is_alive()]:
                    code = self._ended(process) or code
        finally:
            signal.set_wakeup_fd(-1)
        return code

    def _on_signal(self, *_: object) -> None:
        self._signals += 1
        self._end_all()

    def _end_all(self) -> None:
        for process in self._running:
            if self._signals > 1:
                process.kill()
            else:
                process.terminate()

    def _start(self) -> None:
        process = self._context.Process(target=_exit_by, args=(self._work, self._arguments))
        process.start()
        self._running[process] = time.monotonic()
        if self._signals:  # which came too early to reach this process
            self._end_all()

    def _ended(self, process: BaseProcess) -> int:
        """Replaces a process that has ended on its own; the exit code if all must end."""
        lived = time.monotonic() - self._running.pop(process)
        process.join()
        if self._signals:
            return 0
        log.error("a server process has ended", exit_code=process.exitcode)
        if process.exitcode == DID_NOT_START:
            self._signals = 1
            self._end_all()
            return 1
        if lived < SHORT_LIFE:
            wait([self._woken], SHORT_LIFE)  # a signal ends it
        if not self._signals:
            self._start()
        return 0


def _exit_by(work: Callable[..., int], arguments: tuple[Any, ...]) -> None:
    sys.exit(work(*arguments))


def on_end_of_parent(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    """Has a process of several stop when the one that started it is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def end() -> None:
            loop.remove_reader(parent.sentinel)
            stop()

        loop.add_reader(parent.sentinel, end)
