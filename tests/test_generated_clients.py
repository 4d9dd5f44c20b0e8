"""A client that a generator makes of /openapi.json talks to a portal."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import make_opportunity
from tests.needs import cannot_run
from tests.running import Portal

PYTHON_GENERATOR = "openapi-python-client==0.29.1"
TYPESCRIPT_GENERATOR = ("openapi-typescript@7.9.1", "typescript@5.9.2")
SECONDS = 300  # for what comes from a package registry

SCRIPT = """
import json, sys
from dealwright_client import AuthenticatedClient
from dealwright_client.api.opportunity import (
    get_crm_opportunity_filter, get_crm_opportunity_opportunityid,
)
client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
one = get_crm_opportunity_opportunityid.sync(int(sys.argv[3]), client=client)
page = get_crm_opportunity_filter.sync(client=client, count=5, filter_value=sys.argv[4])
print(json.dumps([one.response.title, [each.title for each in page.response], page.total]))
"""


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generator for Python in an environment of its own."""
    place = tmp_path_factory.mktemp("generator")
    run(sys.executable, "-m", "venv", "v", cwd=place)
    tool = place / "v" / "bin" / "openapi-python-client"
    try:
        run(str(tool.with_name("pip")), "install", "--quiet", PYTHON_GENERATOR, cwd=place)
    except AssertionError:
        cannot_run(PYTHON_GENERATOR, enabled_by="access to a Python package index")
    return tool


def description(portal: Portal, place: Path) -> Path:
    path = place / "openapi.json"
    path.write_bytes(portal.call("GET", "/openapi.json", as_=None).body)
    return path


def test_a_generated_python_client_reads_what_there_is(
    portal: Portal, generator: Path, tmp_path: Path
) -> None:
    source = description(portal, tmp_path)
    config = tmp_path / "config.json"
    names = {"project_name_override": "client", "package_name_override": "dealwright_client"}
    config.write_text(json.dumps({**names, "post_hooks": []}))
    shown = run(
        *(str(generator), "generate", "--path", str(source), "--config", str(config)),
        *("--output-path", "client", "--fail-on-warning"),
        cwd=tmp_path,
    )
    assert "WARNING" not in shown.upper()
    made = make_opportunity(portal, title="Спринг generated order")
    base, token = f"http://127.0.0.1:{portal.port}", portal.ground.tokens["ann"]
    answer = run(
        *(str(generator.with_name("python")), "-c", SCRIPT),
        *(base, token, str(made), "generated"),
        cwd=tmp_path / "client",
    )
    title, titles, total = json.loads(answer)
    assert title == "Спринг generated order"
    assert title in titles
    assert total >= 1


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_generated_typescript_types_compile(portal: Portal, tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        cannot_run("openapi-typescript", enabled_by="Node.js with npm")
    description(portal, tmp_path)
    (tmp_path / "package.json").write_text('{"private": true}')
    try:
        run("npm", "install", "--no-audit", "--no-fund", *TYPESCRIPT_GENERATOR, cwd=tmp_path)
    except (AssertionError, subprocess.TimeoutExpired):
        cannot_run("openapi-typescript", enabled_by="access to an npm registry")
    run("npx", "openapi-typescript", "openapi.json", "-o", "api.ts", cwd=tmp_path)
    (tmp_path / "use.ts").write_text(
        'import type { paths } from "./api";\n'
        'type Get = paths["/api/2.0/crm/opportunity/{opportunityid}"]["get"];\n'
        "type One =\n"
        '  Get["responses"]["200"]["content"]["application/json"]["response"];\n'
        "export const title = (one: One): string => one.title;\n"
    )
    run("npx", "tsc", "--noEmit", "--strict", "--skipLibCheck", "use.ts", cwd=tmp_path)
