"""Bodies with files in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.errors import Malformed
from dealwright.wire import parse
from dealwright.wire.multipart import Upload, multipart

KIND = 'multipart/form-data; boundary="x y"'


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    head = "\r\n".join((f"Content-Disposition: form-data; {disposition}", *headers))
    return b"--x y\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def parsed(*parts: bytes) -> tuple[list[tuple[str, str]], list[Upload]]:
    return multipart(KIND, b"".join(parts) + b"--x y--\r\n")


def test_texts_and_files_are_distinguished() -> None:
    texts, uploads = parsed(
        part('name="title"', "Жук".encode()),
        part('name="file"; filename="Отчёт.pdf"', b"%PDF\r\n\x00", "content-type: application/pdf"),
        part('name="title"', b""),
    )
    assert texts == [("title", "Жук"), ("title", "")]
    assert uploads == [Upload("file", "Отчёт.pdf", "application/pdf", b"%PDF\r\n\x00")]


@pytest.mark.parametrize(
    "sent", ["../../etc/a.txt", "C:\\\\temp\\\\a.txt", "/a.txt", "..\\\\a.txt"]
)
def test_a_filename_has_no_folders(sent: str) -> None:
    _, (upload,) = parsed(part(f'name="f"; filename="{sent}"', b"x"))
    assert upload.filename == "a.txt"


def test_texts_and_files_stand_in_one_tree() -> None:
    body = part('name="ids[]"', b"1") + part('name="File"; filename="a"', b"x") + b"--x y--"
    assert parse.body(KIND, body) == {"ids": ["1"], "file": Upload("File", "a", "", b"x")}


def test_a_file_not_chosen_is_no_file() -> None:
    assert parsed(part('name="f"; filename=""', b"")) == ([], [])
    assert parsed(part('name="f"; filename="a"', b"")) == ([], [Upload("f", "a", "", b"")])


@given(some.binary())
def test_a_file_arrives_as_it_was_sent(content: bytes) -> None:
    if b"--x y" not in content:
        _, (upload,) = parsed(part('name="f"; filename="f"', content))
        assert upload.body == content


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/mixed; boundary=x", b"--x--"),
        ("multipart/form-data; boundary=\u0416", b"--x--"),
        (KIND, b""),
        (KIND, b"nothing"),
        (KIND, part('name="a"', b"cut")),
        (KIND, part("filename=a", b"no name") + b"--x y--"),
        (KIND, part('name="a"', b"\xff") + b"--x y--"),
        (KIND, b"--x y\r\n" + b"a: b\r\n" * 1000 + b"\r\n\r\n--x y--"),
    ],
)
def test_a_body_that_is_not_whole_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        multipart(kind, body)
