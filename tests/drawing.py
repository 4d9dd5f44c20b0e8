"""Pictures made for tests, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 150), **options: Any) -> bytes:
    """Left half red, right half blue."""
    drawn = Image.new(options.pop("mode", "RGB"), size, options.pop("color", (255, 0, 0)))
    if drawn.mode == "RGB":
        drawn.paste((0, 0, 255), (size[0] // 2, 0, *size))
    written = io.BytesIO()
    drawn.save(written, kind, **options)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checked)

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# A picture that is a page too.
POLYGLOT = picture("GIF") + b"<script>alert(1)</script>"
NO_PICTURES = {
    "nothing decodable": b"GIF89a",
    "words": b"just words",
    "svg": SVG,
    "html": b"<html><script>alert(1)</script>",
    "half a picture": picture()[:-100],
    "bomb": bomb(),
    "tall bomb": bomb(1, 50_000_000),
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "ico": picture("ICO", (32, 32)),
    "pdf": picture("PDF"),
    "chunk of text that unpacks to much": picture()[:33]
    + b"\x00\x00\x00\x0ezTXtx\x00\x00x\x9c\x03\x00\x00\x00\x00\x01\x00\x00\x00\x00",
}
