"""The charsets that requests may name, and reading bytes in one: UTF-8 where none is named.

The list is fixed. `codecs.lookup` keeps every name that it was ever asked for, known or not, and
Python also knows codecs that are slow, or that are no encodings of text.
"""

import re

from dealwright.errors import Malformed
from dealwright.wire.conversion import quoted

UTF8 = "utf-8"
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s\";,]{1,40})", re.IGNORECASE)

_WINDOWS_PAGES = range(1250, 1259)
_ISO_PARTS = (*range(1, 12), *range(13, 17))
# The names that clients write, in small letters, and Python's codec for each.
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), UTF8),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    **dict.fromkeys(("latin1", "latin-1", "iso8859-1"), "iso8859-1"),
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in _ISO_PARTS},
    **{f"{kind}{page}": f"cp{page}" for page in _WINDOWS_PAGES for kind in ("windows-", "cp")},
    **dict.fromkeys(("ibm866", "cp866"), "cp866"),
    **{name: name for name in ("koi8-r", "koi8-u", "euc-jp", "euc-kr")},
    **dict.fromkeys(("shift_jis", "shift-jis"), "shift_jis"),
    **{name: name for name in ("gb2312", "gbk", "gb18030", "big5")},
}


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


def codec_of(name: str) -> str | None:
    """Python's codec for a charset that requests may name; None for any other name."""
    return _CODECS.get(name.lower())


def text(raw: bytes, charset: str = UTF8) -> str:
    """The text of bytes. Raises Malformed where they are none of this charset."""
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        named = "UTF-8" if charset == UTF8 else charset
        raise Malformed(text=f"The request is not valid {named}") from None
