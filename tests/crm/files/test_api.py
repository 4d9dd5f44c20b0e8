"""Uploading, attaching, listing, downloading and deleting files over HTTP."""

import pytest
from sqlalchemy import select

from dealwright.storage import schema
from tests.crm.contacts.making import word
from tests.crm.files.making import attached, fetch, form, send, upload
from tests.crm.history.making import events, ids, make_event
from tests.making import at_once, make_opportunity, make_person, stored
from tests.running import Answer, Portal

FILE = [
    "folderId", "version", "versionGroup", "contentLength", "pureContentLength", "fileStatus",
    "viewUrl", "webUrl", "fileType", "fileExst", "comment", "id", "title", "access", "shared",
    "created", "createdBy", "updated", "updatedBy",
]  # fmt: skip


@pytest.fixture
def contact(portal: Portal) -> str:
    return f"contact/{make_person(portal)}"


def listed(portal: Portal, path: str, as_: str = "ann", query: str = "") -> list[int]:
    answer = portal.call("GET", f"crm/{path}/files?{query}", as_=as_)
    assert answer.status == 200, answer.text
    return ids(answer)


def error_message(answer: Answer) -> str:
    assert answer.status == 400, answer.text
    return str(answer.json["error"]["message"])


def test_file_is_described_and_downloaded_as_it_was_uploaded(portal: Portal, contact: str):
    content = b"%PDF-1.4\n" + bytes(range(256)) * 50
    file = upload(portal, contact, "Отчёт.PDF", content)
    assert list(file) == FILE
    assert (file["title"], file["fileExst"], file["fileType"]) == ("Отчёт.PDF", ".pdf", 7)
    assert (file["pureContentLength"], file["contentLength"]) == (len(content), "12.51 KB")
    assert file["createdBy"]["id"] == file["updatedBy"]["id"] == portal.id_of("ann")
    answer = fetch(portal, file["id"])
    assert (answer.status, answer.body) == (200, content)
    assert file["viewUrl"] == f"http://127.0.0.1:{portal.port}" + answer_path(file["id"])


def answer_path(file_id: int) -> str:
    return f"/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid={file_id}"


def test_file_can_be_the_request_body(portal: Portal, contact: str):
    for shown, name in (
        ('attachment; filename="a b.txt"', "a b.txt"),
        ("attachment; filename*=UTF-8''%D0%96.txt", "Ж.txt"),
        ('form-data; name="x"; filename="..\\..\\c.txt"', "c.txt"),
    ):
        headers = {"Content-Disposition": shown, "Content-Type": "text/plain"}
        path = f"crm/{contact}/files/upload"
        answer = portal.call("POST", path, body=b"raw bytes", headers=headers)
        assert (answer.status, answer.response["title"]) == (201, name), answer.text
        assert fetch(portal, answer.response["id"]).body == b"raw bytes"
    unnamed = portal.call("POST", f"crm/{contact}/files/upload", body=b"raw", headers={})
    assert "Content-Disposition must name the file" in error_message(unnamed)


def test_upload_without_a_file_gets_400(portal: Portal, contact: str):
    path = f"crm/{contact}/files/upload"
    body, headers = form(texts={"file": "no file but a text"})
    for answer in (
        portal.call("POST", path),
        portal.call("POST", path, body=body, headers=headers),
        send(portal, contact),
    ):
        assert answer.status == 400, answer.text
    assert "files must hold at least one file" in error_message(send(portal, contact))
    assert portal.call("POST", "crm/contact/1000000/files/upload").status == 404


@pytest.mark.parametrize(
    "spelled",
    [
        "filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.txt",
        'filename="=?utf-8?B?0JTQvtCz0L7QstC+0YAudHh0?="',
        "filename=x; filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.txt",
    ],
)
def test_file_keeps_its_name_in_every_header_form(portal: Portal, contact: str, spelled: str):
    head = f'--b\r\nContent-Disposition: form-data; name="file"; {spelled}\r\n\r\n'
    body = head.encode() + b"text\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = portal.call("POST", f"crm/{contact}/files/upload", body=body, headers=kind)
    assert (answer.status, answer.response["title"]) == (201, "Договор.txt")
    assert fetch(portal, answer.response["id"]).body == b"text"
    raw = {"Content-Disposition": f"attachment; {spelled}", "Content-Type": "text/plain"}
    answer = portal.call("POST", f"crm/{contact}/files/upload", body=b"raw", headers=raw)
    assert (answer.status, answer.response["title"]) == (201, "Договор.txt")


def test_form_in_another_charset_is_read(portal: Portal):
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=windows-1251"}
    raw = b"firstName=%C6%F3%EA&lastName=" + "Жуков".encode("cp1251")
    answer = portal.call("POST", "crm/contact/person", body=raw, headers=kind)
    assert answer.status == 201, answer.text
    assert (answer.response["firstName"], answer.response["lastName"]) == ("Жук", "Жуков")


def test_upload_of_several_files_returns_the_last_and_stores_all(portal: Portal, contact: str):
    answer = send(portal, contact, ("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c"))
    last = answer.response
    assert last["title"] == "c.txt"
    assert [fetch(portal, last["id"] - back).body for back in (2, 1, 0)] == [b"a", b"b", b"c"]


def test_uploaded_file_is_visible_to_its_owner_until_it_is_attached(portal: Portal, contact: str):
    file = upload(portal, contact)
    assert listed(portal, contact) == []
    assert [fetch(portal, file["id"], who).status for who in ("ann", "bob", "root")] == [
        200, 404, 200,
    ]  # fmt: skip
    event = attached(portal, contact, file)
    assert (event["category"]["id"], event["content"]) == (-2, "")
    assert event["files"] == [file]
    assert event["contact"]["id"] == int(contact.partition("/")[2])
    assert listed(portal, contact, "bob") == [file["id"]]
    assert fetch(portal, file["id"], "bob").body == b"Dear Pat"


def test_hidden_files_and_records_cannot_be_attached(portal: Portal, contact: str):
    file = upload(portal, contact)
    payload = {"fileids": [file["id"]]}
    refused = portal.call("POST", f"crm/{contact}/files", json=payload, as_="bob")
    unknown = portal.call("POST", f"crm/{contact}/files", json={"fileids": [99999]}, as_="bob")
    assert error_message(refused).replace(str(file["id"]), "") == error_message(unknown).replace(
        "99999", ""
    )
    assert error_message(refused).startswith("invalid file folder")
    mention = {"contactId": int(contact.partition("/")[2]), "fileId": [file["id"]]}
    answer = portal.call(
        "POST", "crm/history", json={**mention, "content": "x", "categoryId": -1}, as_="bob"
    )
    assert "fileId must be ids of files" in error_message(answer)


def test_event_shows_its_files(portal: Portal, contact: str):
    file, other = upload(portal, contact), upload(portal, contact, "b.txt")
    event = make_event(
        portal, contactId=int(contact.partition("/")[2]), fileId=[other["id"], file["id"]]
    )
    assert event["files"] == [file, other]
    assert listed(portal, contact) == [file["id"], other["id"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_and_hidden_records_have_no_files(portal: Portal, method: str):
    hidden = make_person(portal, shareType=0)
    deal = make_opportunity(portal, isPrivate=True)
    for path in (f"contact/{hidden}", f"opportunity/{deal}", "contact/99999", "case/99999"):
        assert portal.call(method, f"crm/{path}/files", as_="cid").status == 404
        assert send(portal, path, ("a.txt", b"a"), as_="cid").status == 404
        payload = {"title": "a", "content": "b"}
        text = portal.call("POST", f"crm/{path}/files/text", json=payload, as_="cid")
        assert text.status == 404
    zero = portal.call(method, "crm/contact/0/files")
    assert "entityid must be the id of a contact" in error_message(zero)


def test_files_of_hidden_events_appear_nowhere(portal: Portal):
    shared, hidden = make_person(portal), make_opportunity(portal, isPrivate=True)
    file = upload(portal, f"contact/{shared}")
    both = {"contactId": shared, "entityType": "opportunity", "entityId": hidden}
    event = make_event(portal, **both, fileId=[file["id"]])
    path = f"contact/{shared}"
    assert listed(portal, path, "ann") == listed(portal, path, "root") == [file["id"]]
    assert listed(portal, path, "cid") == []
    assert portal.call("GET", f"crm/{path}/files?count=0", as_="cid").json.get("total", 0) == 0
    assert fetch(portal, file["id"], "cid").status == 404
    assert portal.call("DELETE", f"crm/files/{file['id']}", as_="cid").status == 404
    assert ids(events(portal, f"entityType=contact&entityId={shared}", "cid")) == []
    refused = portal.call("POST", f"crm/{path}/files", json={"fileids": [file["id"]]}, as_="cid")
    assert refused.status == 400
    make_event(portal, contactId=shared, fileId=[file["id"]])
    assert listed(portal, path, "cid") == [file["id"]]
    assert fetch(portal, file["id"], "cid").status == 200
    assert event["id"]


def test_guest_and_anonymous_request_get_no_file(portal: Portal, contact: str):
    file = upload(portal, contact)
    attached(portal, contact, file)
    assert fetch(portal, file["id"], None).status == 401
    assert fetch(portal, file["id"], "gus").status == 403
    cookie = {"Cookie": f"asc_auth_key={portal.ground.tokens['bob']}"}
    assert fetch(portal, file["id"], None, **cookie).status == 200


@pytest.mark.parametrize(
    "query",
    ["", "?action=download", "?action=download&fileid=x", "?action=download&fileid=0",
     "?action=download&fileid=-1", "?action=download&fileid=1%20or%201",
     "?action=download&fileid=99999999999999999999", "?action=download&fileid=%D9%A1",
     "?action=delete&fileid=1", "?action=download&fileid=999999"],
)  # fmt: skip
def test_invalid_file_url_gets_404(portal: Portal, query: str):
    path = f"/Products/Files/HttpHandlers/filehandler.ashx{query}"
    assert portal.call("GET", path).status == 404


def test_download_headers_prevent_display(portal: Portal, contact: str):
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''%D0%96%20%22x%22%3B%20y.html"}
    path, body = f"crm/{contact}/files/upload", b"<html><script>alert(1)</script>"
    file = portal.call("POST", path, body=body, headers=headers).response
    assert file["title"] == 'Ж "x"; y.html'
    answer = fetch(portal, file["id"])
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"_ _x__ y.html\"; filename*=UTF-8''%D0%96%20%22x%22%3B%20y.html"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Length"] == str(len(answer.body))
    again = fetch(portal, file["id"], If_None_Match=headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert fetch(portal, file["id"], "bob", If_None_Match=headers["ETag"]).status == 404
    head = portal.call("HEAD", answer_path(file["id"]))
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "31")


def test_range_request_returns_a_part(portal: Portal, contact: str):
    content = bytes(range(256)) * 4000
    file = upload(portal, contact, "big.bin", content)
    for byte_range, part in (("0-0", content[:1]), ("1000-", content[1000:]), ("-5", content[-5:])):
        answer = fetch(portal, file["id"], Range=f"bytes={byte_range}")
        assert (answer.status, answer.body) == (206, part)
        start = content.__len__() - 5 if byte_range == "-5" else int(byte_range.partition("-")[0])
        expected = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
        assert answer.headers["Content-Range"] == expected
    behind = fetch(portal, file["id"], Range=f"bytes={len(content)}-")
    assert (behind.status, behind.headers["Content-Range"]) == (416, f"bytes */{len(content)}")
    several = fetch(portal, file["id"], Range="bytes=0-1,5-6")
    assert (several.status, several.body) == (200, content)
    other = fetch(portal, file["id"], Range="bytes=0-1", If_Range='"other"')
    assert (other.status, len(other.body)) == (200, len(content))


def test_text_becomes_a_file_of_the_record(portal: Portal, contact: str):
    path = f"crm/{contact}/files/text"
    for content, name in (("Жук, 1 < 2", "note.txt"), ("<b>fat</b>", "note.html")):
        answer = portal.call("POST", path, json={"title": "note", "content": content})
        assert (answer.status, answer.response["title"]) == (201, name)
        assert answer.headers["ETag"]
        assert listed(portal, contact)[-1] == answer.response["id"]
        assert fetch(portal, answer.response["id"], "bob").body.decode() == content
    for missing in ("title", "content"):
        payload = {"title": "a", "content": "b"}
        del payload[missing]
        answer = portal.call("POST", path, json=payload)
        assert f"{missing} must be given" in error_message(answer)


def test_files_are_listed_sorted_and_in_pages(portal: Portal, contact: str):
    made = [upload(portal, contact, name, size * b"x") for name, size in
            (("b.txt", 1), ("a.txt", 3), ("c.txt", 2))]  # fmt: skip
    attached(portal, contact, *made)
    b, a, c = (each["id"] for each in made)
    assert listed(portal, contact) == [b, a, c]
    assert listed(portal, contact, query="sortBy=title") == [a, b, c]
    assert listed(portal, contact, query="sortBy=pureContentLength&sortOrder=descending") == [
        a,
        c,
        b,
    ]
    answer = portal.call("GET", f"crm/{contact}/files?count=2&startIndex=2")
    assert (ids(answer), answer.json["total"]) == ([c], 3)
    assert portal.call("GET", f"crm/{contact}/files?count=0").json["total"] == 3
    assert "sortBy must be one of" in error_message(
        portal.call("GET", f"crm/{contact}/files?sortBy=x")
    )


def test_file_attached_twice_is_listed_once(portal: Portal, contact: str):
    file = upload(portal, contact)
    for _ in range(2):
        attached(portal, contact, file, file)
    assert listed(portal, contact) == [file["id"]]


def test_deleted_file_appears_nowhere_until_it_is_restored(portal: Portal, contact: str):
    file = upload(portal, contact)
    attached(portal, contact, file)
    path = f"crm/files/{file['id']}"
    assert portal.call("DELETE", path, as_="bob").status == 403
    gone = portal.call("DELETE", path)
    assert (gone.status, gone.response) == (200, file)
    assert listed(portal, contact) == []
    assert [fetch(portal, file["id"], who).status for who in ("ann", "root")] == [404, 404]
    [event] = events(portal, f"entityType=contact&entityId={contact.partition('/')[2]}").response
    assert event["files"] == []
    assert portal.call("DELETE", path).status == 404
    back = {"items": [{"entityType": "file", "id": file["id"]}]}
    assert portal.call("PUT", "crm/trash/restore", json=back).status == 200
    assert listed(portal, contact) == [file["id"]]
    assert fetch(portal, file["id"], "bob").body == b"Dear Pat"


def test_files_are_deleted_and_restored_with_their_event_and_contact(portal: Portal):
    person = make_person(portal)
    file = upload(portal, f"contact/{person}")
    event = attached(portal, f"contact/{person}", file)
    for path, kind in (
        (f"crm/history/{event['id']}", "event"),
        (f"crm/contact/{person}", "contact"),
    ):
        gone = portal.call("DELETE", path)
        assert gone.response["alsoDeleted"]["files"] == 1
        assert fetch(portal, file["id"]).status == 404
        record = {"entityType": kind, "id": int(path.rpartition("/")[2])}
        assert portal.call("PUT", "crm/trash/restore", json={"items": [record]}).status == 200
        assert fetch(portal, file["id"]).body == b"Dear Pat"
        assert listed(portal, f"contact/{person}") == [file["id"]]


def test_all_files_are_in_one_folder(portal: Portal, contact: str):
    answer = portal.call("GET", "crm/files/root")
    assert answer.response == upload(portal, contact)["folderId"]


def test_repeated_upload_with_a_key_stores_one_file(portal: Portal, contact: str):
    key = {"Idempotency-Key": word(), "Content-Disposition": 'attachment; filename="a.txt"'}
    path = f"crm/{contact}/files/upload"
    first, second = (portal.call("POST", path, body=b"same", headers=key) for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotency-Replayed"] == "true"
    other = portal.call("POST", path, body=b"other", headers=key)
    assert other.status == 422


def test_simultaneous_uploads_do_not_mix(portal: Portal, contact: str):
    contents = [bytes([number]) * 300_000 for number in range(6)]
    made = at_once(
        *(lambda each=each: upload(portal, contact, "same.bin", each) for each in contents)
    )
    assert [fetch(portal, each["id"]).body for each in made] == contents
    assert len({each["id"] for each in made}) == 6


def test_type_of_a_file_comes_from_its_content_not_its_name(portal: Portal, contact: str):
    kinds = {
        "a.txt": (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
        "b.png": (b"just words", "text/plain"),
        "c.exe": (b"PK\x03\x04" + bytes(60), "application/zip"),
        "d.bin": (bytes(range(128, 256)), "application/octet-stream"),
        "e.doc": (b"", "application/x-empty"),
        "f.pdf": (b"%PDF-1.7 words", "application/pdf"),
    }
    for name, (content, kind) in kinds.items():
        file = upload(portal, contact, name, content)
        assert stored(
            portal, select(schema.file.c.content_type).where(schema.file.c.id == file["id"])
        ) == [(kind,)], name


@pytest.mark.parametrize("accept", ["application/json; profile=documented", "text/xml"])
def test_files_have_the_other_spellings_too(portal: Portal, contact: str, accept: str):
    attached(portal, contact, upload(portal, contact))
    answer = portal.call("GET", f"crm/{contact}/files", accept=accept)
    assert answer.status == 200
    if accept == "text/xml":
        assert "<title>letter.txt</title>" in answer.text
    else:
        [file] = answer.json["response"]
        named = [name if name == "id" else name[0].upper() + name[1:] for name in FILE]
        assert list(file) == named
