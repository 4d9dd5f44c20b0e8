"""The process that starts the others ends when it is told to, whatever they do meanwhile."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.server.talking import SECONDS

ROOT = Path(__file__).parents[2]
SUPERVISING = """
import sys
from dealwright.server import workers
from tests.server.test_workers import dies_at_first
workers.SHORT_LIFE = 600.0  # seconds: long enough for a signal on any machine
sys.exit(workers.supervise(1, dies_at_first, (sys.argv[1],)))
"""


def dies_at_first(mark: str) -> int:
    """What a server process does here: the first one fails, the next waits for a signal."""
    path = Path(mark)
    if not path.exists():
        path.touch()
        return 1
    signal.pause()
    return 0


def test_signal_between_a_death_and_its_replacement_ends_all(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", SUPERVISING, str(tmp_path / "mark")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "a server process has ended" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=SECONDS) == 0
    finally:
        process.kill()
        process.communicate()
