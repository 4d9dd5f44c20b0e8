"""What only needs the processor and would keep the event loop: on a thread of its own, in turn.

One thread, because several would take the interpreter from the event loop more often.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

LARGE = 64 * 1024  # bytes from which reading or packing a body is worth a thread
THREAD = "bodies"
_thread = ThreadPoolExecutor(1, thread_name_prefix=THREAD)


async def aside(work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, on the thread: for what is about at least `LARGE` bytes."""
    return await asyncio.get_running_loop().run_in_executor(_thread, work)
