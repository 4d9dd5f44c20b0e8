"""The name of a file reaches us in each way that clients write it, and never loses the file."""

import pytest

from dealwright.errors import Malformed
from dealwright.wire import parse
from dealwright.wire.multipart import Upload, multipart
from tests.wire.test_multipart import KIND, parsed, part


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.pdf", "Договор.pdf"),
        ("filename*=utf-8'ru'%D0%96.txt", "Ж.txt"),
        ("filename*=windows-1251''%C6.txt", "Ж.txt"),
        ("filename*=\"UTF-8''%C3%A4.txt\"", "ä.txt"),
        ("filename*0*=UTF-8''%D0%96; filename*1=uk; filename*2*=%2Etxt", "Жuk.txt"),
        ("filename*1=b.txt; filename*0=a", "ab.txt"),
        ("filename=\"plain.txt\"; filename*=UTF-8''%D0%96.txt", "Ж.txt"),
        ("filename=\"plain.txt\"; filename*=unknown-7''%D0%96.txt", "plain.txt"),
        ("filename=\"plain.txt\"; filename*=UTF-8''%FF.txt", "plain.txt"),
        ('filename="=?utf-8?B?0JTQvtCz0L7QstC+0YAucGRm?="', "Договор.pdf"),
        ('filename="=?UTF-8?Q?=C3=A4_b.txt?="', "ä b.txt"),
        ('filename="=?windows-1251?B?xi50eHQ=?="', "Ж.txt"),
        ('filename="=?utf-8?B?0JTQvtCz?= =?utf-8?B?0L7RgC5wZGY=?="', "Догор.pdf"),
        ('filename="=?rot13?Q?x?="', "=?rot13?Q?x?="),
        ('filename="=?utf-8?B?!!!?= a"', None),
        ('filename="a =? b.txt"', "a =? b.txt"),
        ("filename*=UTF-8''..%2F..%2Fetc%2Fa.txt", "a.txt"),
        ('filename="=?utf-8?Q?..=2Fa.txt?="', "a.txt"),
    ],
)
def test_a_file_is_known_by_the_name_that_was_meant(disposition: str, name: str | None) -> None:
    texts, (upload,) = parsed(part(f'name="f"; {disposition}', b"content"))
    assert (texts, upload.body) == ([], b"content")
    assert name is None or upload.filename == name


def test_texts_of_a_form_are_in_the_charset_that_it_names() -> None:
    word, content = "Жук", "Жук".encode("cp1251")
    kind = f"{KIND}; charset=windows-1251"
    raw = part('name="a"', content) + b"--x y--\r\n"
    assert multipart(kind, raw) == ([("a", word)], [])
    own = part('name="a"', content, "Content-Type: text/plain; charset=windows-1251")
    assert multipart(KIND, own + b"--x y--\r\n") == ([("a", word)], [])
    hidden = part('name="_charset_"', b"windows-1251")
    both = multipart(KIND, part('name="a"', content) + hidden + b"--x y--\r\n")[0]
    assert both == [("a", word), ("_charset_", "windows-1251")]


@pytest.mark.parametrize(
    "sent",
    [b"title=%C6%F3%EA+1&b=2", "title=Жук+1&b=2".encode("cp1251")],
)
def test_an_urlencoded_form_is_read_in_the_charset_that_it_names(sent: bytes) -> None:
    for named in ("windows-1251", '"CP1251"', "Windows-1251; x=y"):
        kind = f"application/x-www-form-urlencoded; charset={named}"
        assert parse.body(kind, sent) == {"title": "Жук 1", "b": "2"}


def test_json_is_read_in_the_charset_that_it_names() -> None:
    raw = '{"title": "Жук"}'
    for charset in ("windows-1251", "utf-8", "koi8-r"):
        kind = f"application/json; charset={charset}"
        assert parse.body(kind, raw.encode(charset)) == {"title": "Жук"}


@pytest.mark.parametrize("charset", ["klingon", "rot13", "base64", "idna", "utf-16", "x" * 100])
def test_an_unknown_charset_is_named(charset: str) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json"):
        with pytest.raises(Malformed, match=r"Content-Type.*known charset"):
            parse.body(f"{kind}; charset={charset}", b"{}")


def test_bytes_that_are_not_of_the_charset_are_refused() -> None:
    with pytest.raises(Malformed, match="not valid cp1251"):
        parse.body("application/x-www-form-urlencoded; charset=windows-1251", b"a=%98")


def test_a_part_with_only_an_extended_name_is_a_file_and_no_text() -> None:
    body = part("name=\"file\"; filename*=UTF-8''a.txt", b"x") + b"--x y--\r\n"
    assert parse.body(KIND, body) == {"file": Upload("file", "a.txt", "", b"x")}
