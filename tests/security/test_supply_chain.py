"""What the source may not contain because an attacker would look for it; foreign code, pasted SQL
and hashes are held by tests/test_architecture.py and tests/test_requirements.py."""

import ast
import re
from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.test_architecture import PACKAGE, ROOT, Module, imports, modules, tracked

# The portal calls nobody: whoever makes it call somebody names the place here, and tests what it
# may not reach.
REACHES_OUT = {
    *("urllib.request", "urllib3", "requests", "httpx", "aiohttp", "http.client", "ftplib"),
    *("smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc.client", "webbrowser", "socket"),
}
LISTENS = {"dealwright.server.process"}
FETCHES = {"dealwright.media.fetching"}  # pictures; see tests/media/test_fetching.py
# Workers of one server, and the decoding of large pictures: fixed commands, never a caller's text.
MAY_START_PROCESSES = {"dealwright.server.workers", "dealwright.media.pictures"}
STARTS_PROCESSES = {"subprocess", "multiprocessing", "pty", "ctypes", "cffi"}
WRITES_ARCHIVES = "dealwright.operations.personal_data.archives"
# Backups, which only the command line reads: see tests/operations/backups for spoiled ones.
BACKS_UP = {"dealwright.operations.backups.writing", "dealwright.operations.backups.reading"}
OPENS_ARCHIVES = {"zipfile", "tarfile", "zlib", "bz2", "lzma"}
PARSES_XML_UNSAFELY = {
    *("xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "xml.dom.pulldom", "plistlib"),
    *("lxml.html", "lxml.objectify"),
}
# For pauses, for invented people and for names of requests; never for what must not be guessed.
GUESSABLE = {
    *("dealwright.storage.engines.postgres", "dealwright.wire.dispatcher"),
    *("dealwright.operations.demo.addresses", "dealwright.operations.demo.firms"),
    *("dealwright.operations.demo.rules", "dealwright.operations.demo.story"),
}
VENDORED = {
    "swagger-ui-bundle.js": "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
    "swagger-ui.css": "a6a4cf68f069eb89984d5d43644e6a812e749df08d2b1320c6e06e6973847d10",
}


def importing(names: set[str]) -> dict[str, str]:
    """The modules that import one of those, and which."""
    return {
        module.name: name
        for module in modules()
        for name in imports(module)
        if name in names or name.rpartition(".")[0] in names
    }


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_reaches_out_to_another_host():
    assert set(importing(REACHES_OUT)) <= LISTENS | FETCHES


def test_nothing_starts_a_process_or_opens_an_archive():
    assert set(importing(STARTS_PROCESSES)) == MAY_START_PROCESSES
    assert set(importing(OPENS_ARCHIVES)) == {WRITES_ARCHIVES, *BACKS_UP}
    [writer] = (module for module in modules() if module.name == WRITES_ARCHIVES)
    opened = [ast.unparse(call) for name, call in calls(writer) if name == "zipfile.ZipFile"]
    assert opened == ["zipfile.ZipFile(whole, 'w', zipfile.ZIP_DEFLATED)"], "never to read"


def test_what_must_not_be_guessed_is_not_drawn_by_random():
    assert set(importing({"random"})) <= GUESSABLE


def test_no_digest_that_can_be_forged():
    weak = re.compile(r"\b(md5|sha1|des|rc4|crc32)\b")
    found = [
        f"{module.name} {name}"
        for module in modules()
        for name, _ in calls(module)
        if weak.search(name.lower())
    ]
    assert found == []


def test_xml_is_parsed_only_without_entities_and_without_the_network():
    assert importing(PARSES_XML_UNSAFELY) == {}
    needed = {("resolve_entities", False), ("no_network", True), ("load_dtd", False)}
    for module in modules():
        for name, call in calls(module):
            if name == "etree.XMLParser":
                given = {
                    (each.arg, each.value.value)
                    for each in call.keywords
                    if isinstance(each.value, ast.Constant)
                }
                assert needed <= given, module.name
            if name in ("etree.fromstring", "etree.parse", "etree.XML", "etree.iterparse"):
                has_parser = len(call.args) > 1 or any(k.arg == "parser" for k in call.keywords)
                assert has_parser, f"{module.name}:{call.lineno} takes the default parser"


def test_no_certificate_goes_unchecked():
    found = [
        f"{module.name}:{call.lineno}"
        for module in modules()
        for name, call in calls(module)
        for each in call.keywords
        if (each.arg == "verify" and ast.unparse(each.value) == "False")
        or "_create_unverified_context" in name
        or "CERT_NONE" in ast.unparse(each.value)
    ]
    assert found == []


def test_no_password_or_key_stands_in_the_source():
    secret = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}"
        r"|(?i:password|secret|api_?key)\s*=\s*[\"'][^\"'\s{}]{6,}[\"']"
    )
    found = [
        f"{module.name}: {match[0][:30]}"
        for module in modules()
        for match in secret.finditer(module.text)
    ]
    assert found == []


@pytest.mark.parametrize("name", VENDORED)
def test_a_vendored_file_is_the_one_that_was_looked_at(name: str):
    content = (PACKAGE / "ui" / "vendor" / "swagger-ui" / name).read_bytes()
    assert sha256(content).hexdigest() == VENDORED[name]


def test_nothing_that_belongs_to_a_machine_is_kept():
    kept = [path.relative_to(ROOT).as_posix() for path in tracked()]
    private = re.compile(r"(^|/)(\.env|id_rsa|.*\.(pem|key|p12|db|db-wal|sqlite3?|log))$")
    assert [name for name in kept if private.search(name)] == []
