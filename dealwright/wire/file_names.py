"""The name of a file in a Content-Disposition, in each way that clients write one."""

import re
from binascii import Error
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote_to_bytes

from dealwright.wire.charsets import codec_of

LONGEST = 4096  # bytes of a disposition that is looked at for names in other spellings
# RFC 2231: `filename*=UTF-8''%D0%96.txt`, and in parts `filename*0*=`, `filename*1=`.
_EXTENDED = re.compile(
    r';\s*filename\*(?:(\d{1,2})(\*)?)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))', re.IGNORECASE
)
_CHARSET = re.compile(r"([^']{0,40})'[^']{0,40}'(.*)", re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,40}\?[bqBQ]\?[^?]*\?=")


def extended_name(disposition: str) -> str | None:
    """The name of `filename*`; None where there is none that can be read.

    # differs from RFC 7578 4.2, which forbids it in forms: clients send it, some of them alone.
    """
    parts = sorted(
        (int(found[1] or 0), found[1] is None or bool(found[2]), found[3] or found[4] or "")
        for found in _EXTENDED.finditer(disposition[:LONGEST])
    )
    if not parts:
        return None
    _, is_coded, first = parts[0]
    head = _CHARSET.fullmatch(first) if is_coded else None
    charset = codec_of(head[1] or "utf-8") if head else "utf-8"
    if charset is None:
        return None
    texts = [head[2] if head else first, *(text for _, _, text in parts[1:])]
    coded = [coded for _, coded, _ in parts]
    raw = b"".join(
        unquote_to_bytes(text) if is_coded else text.encode("utf-8", "replace")
        for text, is_coded in zip(texts, coded, strict=True)
    )
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        return None


def decoded_name(name: str) -> str:
    """A name that was written as RFC 2047 encoded words, which mail programs and Java's do."""
    if len(name) > LONGEST or not _ENCODED_WORD.search(name):
        return name
    try:
        parts = decode_header(name)
        if any(charset and not codec_of(charset) for _, charset in parts):
            return name
        return str(make_header(parts))
    except (LookupError, ValueError, Error, HeaderParseError):
        return name


def without_folders(name: str) -> str:
    """Some browsers send the whole path; a folder in a file's name is nobody's business here."""
    return name.replace("\\", "/").rpartition("/")[2]
