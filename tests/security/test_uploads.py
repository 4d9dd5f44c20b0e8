"""Files that mean harm, and files that do not arrive: nothing is served that could run, nothing is
lost, nothing half is kept, and whoever sent it is told what was wrong."""

import asyncio
import os
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dealwright import app
from dealwright.storage import schema
from dealwright.storage.files import file_store
from dealwright.storage.files.file_store import FilesUnavailable
from tests.crm.contacts.making import word
from tests.crm.files.making import attached, fetch, form, send, upload
from tests.drawing import POLYGLOT, SVG
from tests.making import at_once, make_person, stored
from tests.running import Answer, Portal

LIMIT = 200_000


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh(upload_limit=str(LIMIT))


@pytest.fixture
def contact(own: Portal) -> str:
    return f"contact/{make_person(own)}"


def lying(portal: Portal) -> list[Path]:
    return [path for path in portal.settings.files.rglob("*") if path.is_file()]


def rows(portal: Portal) -> int:
    [(count,)] = stored(portal, select(func.count()).select_from(schema.file))
    return int(count)


def message(answer: Answer, status: int) -> str:
    assert answer.status == status, answer.text
    return str(answer.json["error"]["message"])


HARMFUL = {
    "page.html": b"<html><script>alert(document.cookie)</script></html>",
    "page.png": b"<html><script>alert(1)</script>",
    "drawing.svg": SVG,
    "drawing.jpg": SVG,
    "text.txt": b"<svg onload=alert(1)>",
    "feed.xml": b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"><script/></x>',
    "picture.gif": POLYGLOT,
    "paper.pdf": b"%PDF-1.4\n<script>alert(1)</script>",
    "run.js": b"alert(1)",
    "page.mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<script>",
    "archive.phar": b"<?php __HALT_COMPILER(); ?>",
    "shell.PHP.jpg": b"\xff\xd8\xff\xe0<?php system($_GET[1]); ?>",
    "utf16.txt": "\ufeff<script>alert(1)</script>".encode("utf-16"),
    "utf7.txt": b"+ADw-script+AD4-alert(1)",
    "empty.html": b"",
}
MAY_BE_TOLD = {
    "application/octet-stream", "application/pdf", "application/x-empty", "application/zip",
    "image/gif", "image/jpeg", "image/png", "text/plain", "application/x-httpd-php",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HARMFUL))
def test_nothing_is_served_that_a_browser_could_run(own: Portal, contact: str, name: str):
    file = upload(own, contact, name, HARMFUL[name])
    answer = fetch(own, file["id"])
    assert (answer.status, answer.body) == (200, HARMFUL[name])
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] in MAY_BE_TOLD
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "public" not in headers["Cache-Control"]


@pytest.mark.parametrize(
    ("sent", "title"),
    [
        ("../../../../etc/cron.d/x", "x"),
        ("..\\..\\windows\\x.exe", "x.exe"),
        ("/etc/passwd", "passwd"),
        ("a/../../b.txt", "b.txt"),
        ("..", "unnamed"),
        ("invoice\u202excod.exe", "invoicexcod.exe"),
        ("x\u0000.txt", "x.txt"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("=cmd|'/c calc'!A1.csv", "c calc'!A1.csv"),
        ("😀" * 300 + ".txt", "😀" * 251 + ".txt"),
    ],
)
def test_a_name_is_only_a_name(own: Portal, contact: str, sent: str, title: str):
    file = upload(own, contact, sent, b"content")
    assert file["title"] == title
    [path] = lying(own)
    assert path.parent.parent.parent == own.settings.files
    assert len(path.name) == 32 and path.read_bytes() == b"content"
    disposition = fetch(own, file["id"]).headers["Content-Disposition"]
    assert disposition.isascii() and "\r" not in disposition and "\n" not in disposition


def test_too_much_is_refused_when_it_is_announced_and_when_it_comes(own: Portal, contact: str):
    path = f"/api/2.0/crm/{contact}/files/upload"
    body, headers = form(("big.bin", bytes(LIMIT)))
    assert "may hold at most" in message(own.call("POST", path, body=body, headers=headers), 413)
    raw = {"Content-Disposition": 'attachment; filename="big.bin"'}
    assert message(own.call("POST", path, body=bytes(LIMIT + 1), headers=raw), 413)
    for each in (headers, raw):
        connection = HTTPConnection("127.0.0.1", own.port, timeout=30)
        signed = {"Authorization": own.ground.tokens["ann"], **each}
        pieces: Iterator[bytes] = iter([body[:1000]] + [bytes(10_000)] * 100)
        try:
            connection.request("POST", path, pieces, signed, encode_chunked=True)
            assert connection.getresponse().status == 413
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was said while we still spoke
        finally:
            connection.close()
    assert upload(own, contact, "fits.bin", bytes(LIMIT - 1000))
    assert (rows(own), len(lying(own))) == (1, 1)


def test_an_upload_that_breaks_off_leaves_nothing(portal: Portal):
    own = portal.kept()
    try:
        contact = f"contact/{make_person(own)}"
        body, headers = form(("half.bin", bytes(300_000)), ("other.bin", b"whole"))
        raw = {"Content-Disposition": 'attachment; filename="half.bin"'}
        for sent, each in ((body, headers), (bytes(300_000), raw)):
            head = {
                "Host": "localhost", "Authorization": own.ground.tokens["ann"],
                "Content-Length": str(len(sent)), **each,
            }  # fmt: skip
            lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            started = f"POST /api/2.0/crm/{contact}/files/upload HTTP/1.1\r\n{lines}\r\n".encode()
            with socket.create_connection(("127.0.0.1", own.port), timeout=30) as connection:
                connection.sendall(started + sent[: len(sent) - 20])
        assert own.call("GET", "people/@self").status == 200
        assert rows(own) == 0
        own._server.stop()  # when it has ended it has dealt with all that came
        assert lying(own) == []
    finally:
        own.close()


BROKEN = {
    "no end": b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\ncontent',
    "no name": b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\nc\r\n--x--\r\n',
    "no border": b"content",
    "bad utf-8": b'--x\r\nContent-Disposition: form-data; name="f"; filename="\xff"'
    b"\r\n\r\nc\r\n--x--\r\n",
    "many files": b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nc\r\n'
        for _ in range(101)
    ) + b"--x--\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_body_is_refused_and_leaves_no_file(own: Portal, contact: str, name: str):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"crm/{contact}/files/upload"
    assert message(own.call("POST", path, body=BROKEN[name], headers=headers), 400)
    assert (rows(own), lying(own)) == (0, [])


def test_what_is_no_file_may_not_be_large_either(portal: Portal):
    own = portal.fresh()
    path = f"crm/contact/{make_person(own)}/files/upload"
    body, headers = form(("a.txt", b"a"), texts={"x": "x" * (11 * 1024 * 1024)})
    assert "What is no file" in message(own.call("POST", path, body=body, headers=headers), 413)
    long_head = b"--x\r\nX-Long: " + b"x" * (11 * 1024 * 1024) + b"\r\n\r\n\r\n--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert own.call("POST", path, body=long_head, headers=kind).status in (400, 413)
    assert lying(own) == []


def test_a_refusal_leaves_no_content(own: Portal, contact: str):
    hidden = f"contact/{make_person(own, shareType=0)}"
    assert send(own, hidden, ("a.txt", b"a"), as_="bob").status == 404
    assert send(own, hidden, ("a.txt", b"a"), as_="gus").status == 403
    body, headers = form(("a.txt", b"a"))
    assert (
        own.call("POST", f"crm/{contact}/files/upload", body=body, headers=headers, as_=None).status
        == 401
    )
    photo = f"crm/{contact}/changephoto"
    assert own.call("PUT", photo, body=body, headers=headers).status == 400
    assert (rows(own), lying(own)) == (0, [])


def test_a_replayed_upload_leaves_no_second_content(own: Portal, contact: str):
    headers = {"Idempotency-Key": word(), "Content-Disposition": 'attachment; filename="a.txt"'}
    path = f"crm/{contact}/files/upload"
    for body, status in ((b"same", 201), (b"same", 201), (b"other", 422)):
        assert own.call("POST", path, body=body, headers=headers).status == status
    assert (rows(own), len(lying(own))) == (1, 1)


def test_uploads_at_once_with_the_same_key_store_one_file(own: Portal, contact: str):
    headers = {"Idempotency-Key": word(), "Content-Disposition": 'attachment; filename="a.txt"'}
    path = f"crm/{contact}/files/upload"
    answers = at_once(
        *(lambda: own.call("POST", path, body=b"same", headers=headers) for _ in range(4))
    )
    assert {each.status for each in answers} <= {201, 409}
    assert rows(own) == 1
    file = next(each.response["id"] for each in answers if each.status == 201)
    assert fetch(own, file).body == b"same"


def test_a_full_disk_is_503_and_stores_no_row(
    own: Portal, contact: str, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise FilesUnavailable("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(file_store._IncomingFile, "write_now", full)
        answer = send(own, contact, ("a.txt", b"a"))
        assert message(answer, 503) == "ServiceUnavailable"
    assert rows(own) == 0
    assert upload(own, contact)["id"]


def test_lost_content_is_reported_and_the_rest_goes_on(own: Portal, contact: str):
    file, other = upload(own, contact), upload(own, contact, "b.txt", b"b")
    attached(own, contact, file, other)
    [name] = stored(own, select(schema.file.c.stored_as).where(schema.file.c.id == file["id"]))[0]
    asyncio.run(own.files.delete([name]))
    assert "the content of this file is missing" in message(fetch(own, file["id"]), 404)
    assert fetch(own, other["id"]).body == b"b"
    expected = f"file {file['id']}: its content is not in the directory of files; bring it from a"
    assert asyncio.run(app.check(own.settings, mend=True)) == [f"{expected} backup"]
    assert own.call("GET", f"crm/{contact}/files").json["total"] == 2


def test_a_large_file_goes_in_and_out_whole(portal: Portal):
    contact = f"contact/{make_person(portal)}"
    content = os.urandom(1024) * 5000
    file = upload(portal, contact, "large.bin", content)
    assert fetch(portal, file["id"]).body == content
    packed = fetch(portal, file["id"], Accept_Encoding="gzip, zstd")
    assert (packed.headers["Content-Encoding"], packed.body) == (None, content)


def test_the_directory_of_files_is_nowhere_on_the_web(own: Portal, contact: str):
    upload(own, contact, "a.txt", b"secret")
    [path] = lying(own)
    relative = path.relative_to(own.settings.files)
    for address in (
        f"/{relative}", f"/files/{relative}", f"/data/files/{relative}", f"/{path.name}",
        f"/ui/../files/{relative}", f"/api/2.0/crm/files/{path.name}",
    ):  # fmt: skip
        assert own.call("GET", address, as_="root").status == 404
