"""What is kept of a picture: upright, small, nothing in it but the picture; and what is refused before it hurts."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.attachment import (
    LARGEST_PICTURE,
    LARGEST_SIGNATURE,
    LARGEST_THUMBNAIL,
    LONGEST_SIDE,
    THUMBNAIL_SIDE,
)
from app.errors import RecordError
from app.services import pictures
from app.services.pictures import (
    IsHeic,
    NotAPicture,
    PictureDamaged,
    PictureTooBig,
    make_picture,
    make_signature,
)
from tests.support.photos import CAMERA, PLAIN_SEGMENTS, jpeg, png, segments


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_kept(kind: str) -> None:
    given = jpeg() if kind == "JPEG" else png()
    if kind == "WEBP":
        out = io.BytesIO()
        opened(jpeg()).save(out, "WEBP", exif=opened(jpeg()).info["exif"], xmp=b"<x>Rosa Colon</x>")
        given = out.getvalue()
    made = make_picture(given)
    for body in (made.body, made.thumbnail):
        assert set(segments(body)) == PLAIN_SEGMENTS
        for secret in (b"Rosa", CAMERA.encode(), b"4807", b"Exif", b"ICC_PROFILE", b"PK\x03\x04"):
            assert secret not in body
        assert not opened(body).getexif()
        assert set(opened(body).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert made.content_type == "image/jpeg"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    upright = Image.new("RGB", (96, 64), (20, 20, 200))
    upright.paste((200, 20, 20), (0, 0, 48, 64))
    upright.paste((20, 200, 20), (0, 0, 48, 32))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lies = upright if orientation == 1 else upright.transpose(Image.Transpose(back[orientation]))
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    lies.save(out, "JPEG", quality=95, exif=exif, subsampling=0)
    kept = opened(make_picture(out.getvalue()).body)
    assert kept.size == (96, 64)
    for at, colour in (((10, 10), 1), ((10, 54), 0), ((86, 10), 2), ((86, 54), 2)):
        pixel = kept.getpixel(at)
        assert isinstance(pixel, tuple)
        assert pixel.index(max(pixel)) == colour, (orientation, at, pixel)


def test_a_large_rich_picture_is_brought_below_a_megabyte() -> None:
    made = make_picture(jpeg(3600, 2700, noise=True))
    assert len(made.body) <= LARGEST_PICTURE
    assert max(made.width, made.height) <= LONGEST_SIDE
    assert opened(made.body).size == (made.width, made.height)
    assert len(made.thumbnail) <= LARGEST_THUMBNAIL
    assert max(opened(made.thumbnail).size) <= THUMBNAIL_SIDE


def test_a_small_picture_is_not_blown_up() -> None:
    assert (make_picture(jpeg(320, 200)).width, len(make_picture(jpeg(320, 200)).body) < 20_000) == (
        320,
        True,
    )


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    tracemalloc.start()
    try:
        for size in ((30_000, 30_000), (6_000, 6_000), (100_000, 100_000)):
            with pytest.raises(PictureTooBig):
                make_picture(bomb(*size))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_what_is_too_large_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_decode", lambda data, kind: pytest.fail("it was opened"))
    with pytest.raises(PictureTooBig):
        make_picture(b"\xff\xd8\xff" + bytes(pictures.LARGEST_FILE))


def test_a_picture_of_thousands_of_scans_is_refused() -> None:
    began = time.monotonic()
    with pytest.raises(PictureDamaged):
        make_picture(jpeg() + b"\xff\xda\x00\x0c" * 5_000)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (b"", NotAPicture),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NotAPicture),
        (b"GIF89a" + bytes(100), NotAPicture),
        (b"%PDF-1.7 picture.jpg", NotAPicture),
        (b"II*\x00" + bytes(100), NotAPicture),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), IsHeic),
        (b"\xff\xd8\xff" + bytes(100), PictureDamaged),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), PictureDamaged),
        (jpeg()[:900], PictureDamaged),
        (bomb(40, 40), PictureDamaged),
        (jpeg(8, 8), NotAPicture),
    ],
)
def test_what_is_no_sound_picture_is_refused_with_a_sentence(given: bytes, error: type[RecordError]) -> None:
    with pytest.raises(error) as raised:
        make_picture(given)
    assert str(raised.value).endswith(".")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 4_000), st.booleans())
def test_a_spoilt_file_is_refused_or_stripped_and_nothing_else(junk: bytes, at: int, in_png: bool) -> None:
    whole = png() if in_png else jpeg(120, 80)
    spoilt = whole[: at % len(whole)] + junk + whole[at % len(whole) + len(junk) :]
    try:
        made = make_picture(spoilt)
    except RecordError:
        return
    assert set(segments(made.body)) == PLAIN_SEGMENTS


def test_wide_colours_become_the_colours_that_were_seen() -> None:
    """A red that a phone writes in a wider space would look pale without its profile."""
    from PIL import ImageCms

    from app.services.picture_color import to_srgb

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.new("RGB", (32, 32), (200, 20, 20))
    picture.info["icc_profile"] = lab
    assert to_srgb(picture).getpixel((3, 3)) == pytest.approx((200, 20, 20), abs=3)
    picture.info["icc_profile"] = b"no profile at all" * 20
    assert to_srgb(picture).getpixel((3, 3)) == (200, 20, 20)


def test_a_signature_is_a_small_png_of_its_lines() -> None:
    wave = [(x / 100, 0.2 + 0.1 * ((x % 7) / 7 - 0.5)) for x in range(10, 90)]
    made = make_signature([wave, [(0.2, 0.1), (0.25, 0.3), (5.0, -4.0), (0.3, 0.2)]])
    assert made.content_type == "image/png"
    assert len(made.body) <= LARGEST_SIGNATURE
    chunks, at = set(), 8
    while at < len(made.body):
        chunks.add(made.body[at + 4 : at + 8])
        at += 12 + int.from_bytes(made.body[at : at + 4], "big")
    assert chunks == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    drawn = opened(made.body).convert("L")
    assert drawn.getextrema() == (0, 255)


def test_an_empty_or_endless_signature_is_refused() -> None:
    endless: list[list[list[tuple[float, float]]]] = [[], [[]], [[(0.1, 0.1)]], [[(0.5, 0.2)] * 30_000]]
    for strokes in endless:
        with pytest.raises(RecordError):
            make_signature(strokes)
