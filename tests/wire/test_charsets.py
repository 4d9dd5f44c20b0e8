"""The charsets that requests may name are a fixed list, so that no name is remembered."""

import codecs
from collections.abc import Iterator

import pytest

from dealwright.errors import Malformed
from dealwright.wire import charsets, parse
from dealwright.wire.file_names import decoded_name, extended_name
from dealwright.wire.xml_reading import read_xml


@pytest.fixture
def looked_up() -> Iterator[list[str]]:
    """The names of codecs that Python is asked for and does not know yet."""
    names: list[str] = []

    def note(name: str) -> None:
        names.append(name)

    codecs.register(note)
    yield names
    codecs.unregister(note)


def test_python_is_never_asked_for_the_codec_that_a_caller_names(looked_up: list[str]) -> None:
    with pytest.raises(LookupError):
        codecs.lookup("asked-first")
    assert looked_up == ["asked_first"]

    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        with pytest.raises(Malformed, match="known charset"):
            charsets.charset_of(f"{kind}; charset=strange-1")
        with pytest.raises(Malformed, match="known charset"):
            parse.body("application/json; charset=strange-2", b"{}")
    assert extended_name("form-data; filename*=strange-3''a.txt") is None
    assert decoded_name("=?strange-4?Q?a?=") == "=?strange-4?Q?a?="
    with pytest.raises(Malformed, match="is not supported"):
        read_xml(b'<?xml version="1.0" encoding="strange-5"?><r/>')
    assert looked_up == ["asked_first"]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("CP1251", "cp1251"),
        ("ISO-8859-1", "iso8859-1"),
        ("latin1", "iso8859-1"),
        ("KOI8-R", "koi8-r"),
        ("Shift_JIS", "shift_jis"),
        ("iso-8859-12", None),
        ("utf-7", None),
        ("utf-16", None),
        ("idna", None),
        ("unicode_escape", None),
        ("", None),
    ],
)
def test_a_charset_is_known_by_the_names_that_clients_write(name: str, codec: str | None) -> None:
    assert charsets.codec_of(name) == codec


def test_every_charset_of_the_list_reads_the_signs_of_forms_as_they_are() -> None:
    for codec in set(charsets._CODECS.values()):
        assert b"a=%&+ \\x41 +AD4- 0".decode(codec) == "a=%&+ \\x41 +AD4- 0"
