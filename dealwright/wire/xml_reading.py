"""Turns the bytes of an XML document into its root element, and refuses a document type before the
parser sees it.

libxml2 takes a time that grows with the square of the declarations in a document type, and entities
and outside addresses start there. The checked text is the parsed text: it is decoded here, once,
and the parser gets that.
"""

import codecs
import re

from lxml import etree

from dealwright.errors import Malformed
from dealwright.wire.charsets import codec_of

MOST_NODES = 200_000  # elements and attributes: each takes far more memory than bytes
LONGEST_DECLARATION = 200  # characters of <?xml … ?>

_MARKS = (  # four bytes go first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,39})[\"']")
_SPACE = " \t\r\n"
_BLANK = re.compile(f"[{_SPACE}]*")


def read_xml(raw: bytes) -> etree._Element | None:
    """The root of a document in UTF-8, UTF-16, UTF-32 or the encoding that it declares; None for
    one of white space alone.

    Raises Malformed for what is no XML, has a document type or more than MOST_NODES nodes.
    """
    text = decoded(raw).strip(_SPACE)
    if not text:
        return None
    if text.count("<") + text.count("=") > MOST_NODES:
        raise Malformed("body", f"must have at most {MOST_NODES} elements and attributes")
    if _has_document_type(text):
        raise Malformed(text="The body must not contain a document type")
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever the document declares
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(text=f"The body is not valid XML: {error}") from None


def decoded(raw: bytes) -> str:
    """The text of a document, by its byte order mark, its first bytes or its declaration.

    Raises Malformed for bytes that are not of that encoding, or an unknown one.
    """
    encoding, start = _encoding(raw)
    try:
        return raw[start:].decode(encoding)
    except UnicodeDecodeError:
        raise Malformed(text=f"The body is not valid XML: it is not {encoding}") from None


def _encoding(raw: bytes) -> tuple[str, int]:
    """The encoding, and where the text begins behind its mark."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding, len(mark)
    for begin, encoding in _UNMARKED:
        if raw.startswith(begin):
            return encoding, 0
    declared = _DECLARED.match(raw.lstrip()[:LONGEST_DECLARATION])
    if declared is None:
        return "utf-8", 0
    name = declared[1].decode()
    codec = codec_of(name)
    if codec is None:
        raise Malformed(text=f"The body is not valid XML: its encoding {name} is not supported")
    return codec, 0


def _has_document_type(text: str) -> bool:
    """Whether anything but comments and instructions stands before the root element. Behind its
    beginning the parser itself refuses a document type unread."""
    place = 0
    while True:
        place = _BLANK.match(text, place).end()  # type: ignore[union-attr]
        if text.startswith("<?", place):
            end = text.find("?>", place)
        elif text.startswith("<!--", place):
            end = text.find("-->", place + 4)
        else:
            return text.startswith("<!", place)
        if end < 0:
            return False  # it never ends, so that there is no root: the parser says so
        place = end + 2 if text[end] == "?" else end + 3
