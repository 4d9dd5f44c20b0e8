"""Pictures: what comes out is small, square, upright and only pixels."""

import asyncio
import io
import subprocess
import sys

import pytest
from PIL import Image

from dealwright.errors import Invalid
from dealwright.media import pictures
from dealwright.media.pictures import fitted, squares
from tests.drawing import NO_PICTURES, POLYGLOT, opened, picture


def drawn(content: bytes, *sizes: int) -> list[pictures.Picture]:
    return asyncio.run(squares(content, sizes, parameter="photo"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_middle_becomes_squares_of_the_sizes(kind: str):
    made = drawn(picture(kind), 200, 82, 40)
    assert [opened(each.content).size for each in made] == [(200, 200), (82, 82), (40, 40)]
    assert {each.content_type for each in made} == {"image/jpeg"}
    left, right = (opened(made[0].content).getpixel((x, 100)) for x in (20, 180))
    assert left[0] > 200 > 60 > left[2] and right[2] > 200 > 60 > right[0]  # type: ignore


def test_what_can_be_seen_through_stays_so():
    [made] = drawn(picture("PNG", mode="RGBA", color=(0, 255, 0, 0)), 40)
    assert made.content_type == "image/png"
    assert opened(made.content).getpixel((5, 5))[3] == 0  # type: ignore[index]
    palette = Image.new("P", (10, 10), 0)
    assert drawn(picture("GIF", mode="P", color=0, transparency=0), 40)[0].content_type == (
        "image/png"
    )
    assert palette.mode == "P"


def test_a_camera_held_sideways_is_turned_upright_and_tells_nothing_more():
    found = Image.Exif()
    found[0x0112] = 6  # turn right to see it upright
    found[0x010F] = "Secret camera"
    sideways = picture("JPEG", (100, 300), exif=found.tobytes(), comment=b"where I live")
    [made] = drawn(sideways, 200)
    assert b"Secret camera" not in made.content and b"where I live" not in made.content
    shown = opened(made.content)
    assert dict(shown.getexif()) == {}
    top, bottom = shown.getpixel((100, 20)), shown.getpixel((100, 180))
    assert top[0] > 200 and bottom[2] > 200  # type: ignore[index]


def test_what_hangs_behind_a_picture_is_left_behind():
    [made] = drawn(POLYGLOT, 200)
    assert b"script" not in made.content


@pytest.mark.parametrize("name", sorted(NO_PICTURES))
def test_what_is_no_picture_is_refused_by_name(name: str):
    with pytest.raises(Invalid, match=r"photo must (be a PNG, JPEG|have at most 40000000 pixels)"):
        drawn(NO_PICTURES[name], 40)


def test_a_huge_picture_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(Invalid, match="at most 40000000 pixels"):
        drawn(NO_PICTURES["bomb"], 40)


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)
    with pytest.raises(Invalid, match="at most 100 bytes"):
        drawn(picture(), 40)


def test_a_whole_picture_fits_into_a_box_and_is_not_made_larger():
    def within(size: tuple[int, int]) -> tuple[int, int]:
        made = asyncio.run(fitted(picture(size=size), 200, 50, parameter="logo"))
        return opened(made.content).size

    assert within((400, 400)) == (50, 50)
    assert within((400, 40)) == (200, 20)
    assert within((30, 20)) == (30, 20)


def test_a_large_picture_leaves_no_memory_behind():
    """The peak counts too: decoded here, 39.7 million pixels take 160 MB and more."""
    drawn = io.BytesIO()
    Image.new("RGBA", (6300, 6300), (10, 200, 30, 255)).save(drawn, "PNG")
    content = drawn.getvalue()
    script = (
        "import asyncio, resource, sys\n"
        "from dealwright.media.pictures import squares\n"
        "content = sys.stdin.buffer.read()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "made = asyncio.run(squares(content, (200, 40), parameter='photo'))\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(after - before, len(made))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=content, capture_output=True, check=True
    )
    grown, made = map(int, done.stdout.split())
    assert made == 2
    assert grown < 60 * 1024  # KiB
