"""The samples in packaging/ fit the program: settings, files, addresses.

No image is built here: that needs a builder and a registry.
"""

import re
import shlex
from pathlib import Path

from dealwright.settings import DECLARED, read, variable
from tests.running import Portal

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
VARIABLE = re.compile(r"\b(DEALWRIGHT_[A-Z_]+)[=:]\s?(\S+)")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile with their arguments, continued lines joined."""
    text = (PACKAGING / "Containerfile").read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_runs_as_nobody_special_from_files_that_exist():
    found = instructions()
    for name, rest in found:
        if name == "COPY" and not rest.startswith("--from"):
            *sources, _ = shlex.split(rest)
            assert all((ROOT / source).exists() for source in sources), rest
    said = dict(found)
    assert said["USER"] == "10001"
    assert said["CMD"] == '["dealwright", "serve"]'
    environment = dict(VARIABLE.findall(said["ENV"]))
    settings = read({}, environment)
    volume = Path(said["VOLUME"])
    assert settings.host == "0.0.0.0"
    assert Path(settings.place).parent == settings.files.parent == settings.backups.parent == volume
    assert said["EXPOSE"] == str(settings.port)


def test_every_variable_of_the_samples_is_a_setting():
    known = {variable(name) for name in DECLARED}
    for sample in PACKAGING.iterdir():
        named = {name for name, _ in VARIABLE.findall(sample.read_text())}
        assert named <= known, sample.name


def test_addresses_that_the_samples_name_exist(portal: Portal):
    checked = re.search(r"http://127\.0\.0\.1:8080(/\w+)", dict(instructions())["HEALTHCHECK"])
    assert checked
    assert portal.call("GET", checked[1], as_=None).status == 200
    streams = re.findall(r"location (/\w+)", (PACKAGING / "nginx.conf").read_text())
    assert portal.call("HEAD", "/nowhere", as_=None).status == 404
    for path in streams:
        assert portal.call("HEAD", path, as_=None).status != 404
