"""A program of its own: a large picture on standard input -> a small PNG on standard output.

What decoding takes ends with the process, and the system holds it to MEMORY and SECONDS. It is run
by its path, so it imports nothing of this package.
"""

import io
import resource
import sys

from PIL import Image, ImageOps

MEMORY = 1536 * 1024**2  # bytes of address space
SECONDS = 20  # of processor time
LONGEST = 2000  # pixels of the longer side that are left


def shrink(content: bytes, side: int, formats: list[str]) -> bytes:
    """Upright, without metadata, with a shorter side of about twice `side` pixels or more."""
    with Image.open(io.BytesIO(content), formats=formats) as found:
        found.draft("RGB", (2 * side, 2 * side))
        found.load()
        has_holes = "A" in found.getbands() or "transparency" in found.info
        upright = ImageOps.exif_transpose(found.convert("RGBA" if has_holes else "RGB"))
    factor = min(upright.size) // (2 * side)
    small = upright.reduce(factor) if factor > 1 else upright
    small.thumbnail((LONGEST, LONGEST))
    written = io.BytesIO()
    small.save(written, "PNG", exif=b"")
    return written.getvalue()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    _, wanted, *known = sys.argv
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(), int(wanted), known))
