"""Which charset a body names, and reading its bytes so: UTF-8 where it names none."""

import codecs
import re
from functools import lru_cache

from dealwright.errors import Malformed
from dealwright.wire.conversion import quoted

UTF8 = "utf-8"
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s\";,]{1,40})", re.IGNORECASE)

# What utf-7, punycode, escapes and utf-16 read as something else; no charset of forms does.
_ASCII = b"a=%&+~ \\x41 +AD4- 0"


def charset_of(content_type: str) -> str:
    """The codec that a Content-Type names. Raises Malformed for one that is not known."""
    found = _CHARSET.search(content_type[:1000])
    if not found:
        return UTF8
    codec = codec_of(found[1])
    if codec is None:
        raise Malformed(
            "Content-Type", f"must name a known charset, not {quoted(found[1])}; send UTF-8"
        )
    return codec


@lru_cache(maxsize=64)
def codec_of(name: str) -> str | None:
    """Python's name of a charset; None for what is no charset, such as `rot13` or `idna`."""
    try:
        info = codecs.lookup(name)
        reads_ascii = _ASCII.decode(info.name) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        return None
    return info.name if reads_ascii and info.name != "idna" else None


def text(raw: bytes, charset: str = UTF8) -> str:
    """The text of bytes. Raises Malformed where they are none of this charset."""
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        named = "UTF-8" if charset == UTF8 else charset
        raise Malformed(text=f"The request is not valid {named}") from None
