"""Turns an uploaded picture into pictures that may be shown: decoded, turned upright, cut to size
and encoded again, so that no byte of the upload is passed on.

Knows neither contacts nor the use of pictures. Decoding takes time and memory, so it runs beside
the event loop, one picture at a time.
"""

import asyncio
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

from PIL import Image, ImageOps

from dealwright.errors import Invalid, NotNow
from dealwright.media import shrinking
from dealwright.storage.files.file_store import FileStore
from dealwright.wire.multipart import Upload

T = TypeVar("T")
LARGEST = 20 * 1024 * 1024  # bytes of an uploaded picture
MOST_PIXELS = 40_000_000  # of one frame; checked before decoding
# differs: the reference takes PNG and JPEG, by the client's word for the type.
# A larger picture is made smaller by a process of its own, whose memory ends with it.
MOST_PIXELS_HERE = 5_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
INVALID = "Invalid file"
KINDS = "a PNG, JPEG, WebP or GIF picture"
_QUALITY = 90
_one_at_a_time = ThreadPoolExecutor(1, thread_name_prefix="pictures")


class Picture(NamedTuple):
    """A picture that this server encoded."""

    content: bytes
    content_type: str


async def sent(files: FileStore, uploads: Sequence[Upload], *, parameter: str) -> bytes | None:
    """The first of the files of a request, removed from the store; None without one. Raises
    Invalid, NotNow for an empty file."""
    contents = [each.content.stored for each in uploads if each.content is not None]
    if not contents:
        return None
    first = contents[0]
    if not first.size:
        raise NotNow(INVALID)
    if first.size > LARGEST:
        raise Invalid(parameter, f"must have at most {LARGEST} bytes, not {first.size}")
    whole = b"".join([piece async for piece in files.read(first.name)])
    await files.delete([each.name for each in contents])
    return whole


async def squares(content: bytes, sizes: Sequence[int], *, parameter: str) -> list[Picture]:
    """The middle of a picture as squares with these sides in pixels. Raises Invalid, naming the
    parameter."""
    return await _aside(partial(_squares, content, sizes, parameter))


async def fitted(content: bytes, width: int, height: int, *, parameter: str) -> Picture:
    """The whole picture, scaled down to at most these pixels. Raises Invalid."""
    return await _aside(partial(_fitted, content, width, height, parameter))


async def _aside(make: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, make)


def _squares(content: bytes, sizes: Sequence[int], parameter: str) -> list[Picture]:
    whole = _decoded(content, max(sizes), parameter)
    made = []
    for size in sizes:
        made.append(_written(ImageOps.fit(whole, (size, size), Image.Resampling.LANCZOS)))
    return made


def _fitted(content: bytes, width: int, height: int, parameter: str) -> Picture:
    whole = _decoded(content, max(width, height), parameter)
    whole.thumbnail((width, height), Image.Resampling.LANCZOS)
    return _written(whole)


def _decoded(content: bytes, side: int, parameter: str) -> Image.Image:
    """The first frame, upright, in the colour mode in which it is encoded. Raises Invalid."""
    if len(content) > LARGEST:
        raise Invalid(parameter, f"must have at most {LARGEST} bytes, not {len(content)}")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            if found.width * found.height > MOST_PIXELS_HERE:
                return _decoded(_shrunk(content, side), side, parameter)
            found.draft("RGB", (2 * side, 2 * side))  # a JPEG need not be decoded at full size
            found.load()
            upright = ImageOps.exif_transpose(found)
            has_holes = "A" in upright.getbands() or "transparency" in upright.info
            return upright.convert("RGBA" if has_holes else "RGB")
    except Image.DecompressionBombError:
        raise Invalid(parameter, f"must have at most {MOST_PIXELS} pixels") from None
    except Exception:  # decoders raise all kinds of errors for malformed input
        raise Invalid(parameter, f"must be {KINDS}") from None


def _shrunk(content: bytes, side: int) -> bytes:
    """The same picture as a small PNG. Raises CalledProcessError, TimeoutExpired."""
    program = [sys.executable, "-I", shrinking.__file__, str(side), *FORMATS]
    done = subprocess.run(  # noqa: S603
        program, input=content, capture_output=True, check=True, timeout=2 * shrinking.SECONDS
    )
    return done.stdout


def _written(picture: Image.Image) -> Picture:
    """Only the pixels: no metadata, no profile, no comment."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    if picture.mode == "RGBA":
        bare.save(written, "PNG", optimize=True)
        return Picture(written.getvalue(), "image/png")
    bare.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(written.getvalue(), "image/jpeg")
