"""What README and docs tell a reader to type works, and answers what they print.

Blocks of `sh` run in the order of their page, in one shell, on a new portal. Blocks that begin with
`./` or `.venv` are commands of a clone: `./test` is one of them.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OF_A_CLONE = ("./", ".venv", "git ", "requirements/")
SECONDS = 120
OWNER = ("--owner-email", "ann@example.com", "--owner-password", "correct horse battery")
PRINTED_ADDRESS = "http://localhost:8080"
# Differs each time: ids of people, moments.
OF_THE_MOMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z")


class Block(NamedTuple):
    """One block of commands, and the lines that the page prints below it."""

    commands: str
    printed: list[str]


def blocks(page: str) -> list[Block]:
    found: list[Block] = []
    for kind, text in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if kind == "sh" and not text.startswith(OF_A_CLONE):
            found.append(Block(text, []))
        elif kind == "json" and found:
            found[-1].printed.extend(text.splitlines())
    return found


class Server(NamedTuple):
    address: str
    environment: dict[str, str]
    directory: Path

    def answers(self, said: list[str], places: dict[str, str] | None = None) -> list[list[str]]:
        """Runs blocks in one shell in an empty directory; the lines that each prints."""
        marker = "-- end of a block --"
        script = f"\necho '{marker}'\n".join(["set -eu", *said, ""])
        for printed, real in {PRINTED_ADDRESS: self.address, **(places or {})}.items():
            script = script.replace(printed, real)
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.directory, env=self.environment, check=False,
            capture_output=True, text=True, timeout=SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, (done.stderr, done.stdout)
        return [part.splitlines() for part in re.split(rf"{marker}\n", done.stdout)[1:-1]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    database = tmp_path / "portal.db"
    directory = tmp_path / "work"
    (tmp_path / "bin").mkdir()
    directory.mkdir()
    program = tmp_path / "bin" / "dealwright"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dealwright "$@"\n')
    program.chmod(0o755)
    environment = {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "DEALWRIGHT_DATABASE": str(database),
    }
    with subprocess.Popen(
        [str(program), "serve", "--port", "0", *OWNER],
        env=environment, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://[0-9.]+:[0-9]+", process.stdout.readline())
        assert found
        yield Server(found[0], environment, directory)
        process.terminate()


def known(line: str) -> Any:
    """A printed answer without what differs each time."""
    return json.loads(OF_THE_MOMENT.sub("…", line))


def test_a_first_conversation_answers_what_the_readme_prints(server: Server) -> None:
    readme, history = blocks("README.md"), blocks("docs/history.md")
    (server.directory / "offer.pdf").write_bytes(b"%PDF-1.4\n")
    answers = server.answers([each.commands for each in [*readme, *history]])
    for block, lines in zip(readme, answers, strict=False):
        assert [known(line) for line in lines] == [known(line) for line in block.printed]
    assert sum(len(each.printed) for each in readme) > 5
    copy = server.directory / "copy.pdf"
    assert copy.read_bytes() == (server.directory / "offer.pdf").read_bytes()


def test_the_commands_of_an_administrator_run(server: Server) -> None:
    made = (
        f"api={server.address}/api/2.0; c() {{ curl -sf -u 'ann@example.com:correct horse battery'"
        ' "$@"; }; me=$(c $api/people/@self.json | sed \'s/.*"id":"\\([^"]*\\)".*/\\1/\');'
        " c $api/crm/opportunity.json -d title=x -d stageid=1 -d bidCurrencyAbbr=EUR"
        " -d responsibleid=$me >made.json"
    )
    places = {
        "user add ann@example.com": "user add zoe@example.com",
        "user password ann@example.com": "user password zoe@example.com",
        "user token ann@example.com": "user token zoe@example.com",
        "user role ann@example.com": "user role zoe@example.com",
        "user rename ann@example.com": "user rename zoe@example.com",
        "user disable ann@example.com": "user disable zoe@example.com",
        "/mnt/backups": str(server.directory / "backups"),
        "postgresql://crm:secret@db/crm": str(server.directory / "restored.db"),
        "/srv/files": str(server.directory / "files"),
        "explain opportunity 42": "explain opportunity 1",
    }
    running = blocks("docs/running.md")
    assert len(running) >= 3
    server.answers([made, *(each.commands for each in running)], places)
    assert (server.directory / "restored.db").exists()
