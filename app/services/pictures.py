"""From whatever a camera or a file holds to bytes worth keeping: upright, small, and nothing in them but the picture.

A file is hostile until it was decoded: its kind is read from its first bytes and never from a name, its bytes and
pixels are counted before anything is decoded, and what is kept is drawn anew, so that no camera, place or time, and
nothing hidden behind the picture, comes along. All of it is slow work: call `make_picture` in a thread.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFile, UnidentifiedImageError, features

from app.domain.attachment import (
    JPEG,
    LARGEST_PICTURE,
    LARGEST_SIGNATURE,
    LARGEST_THUMBNAIL,
    LONGEST_SIDE,
    PNG,
    THUMBNAIL_SIDE,
    Made,
    hash_of,
)
from app.errors import RecordError
from app.language import N_
from app.services.picture_color import to_srgb

LARGEST_FILE = 20_000_000
"""Bytes of a file that is opened at all."""
MOST_PIXELS = {"JPEG": 52_000_000, "PNG": 26_000_000, "WEBP": 26_000_000}
"""A JPEG is decoded at a fraction of its size, so more may come in."""
MOST_SCANS = 64
"""Passes over a JPEG. A camera makes about ten; thousands keep a decoder busy for minutes (a scan bomb)."""
LEAST_SIDE = 16
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation → what turns the picture upright."""
_QUALITIES = (85, 75, 65, 55)

Stroke = Sequence[tuple[float, float]]
"""Points of one line of a pen, both in parts of the pad's width."""
MOST_POINTS = 20_000
SIGNATURE_WIDTH = 800


class NotAPicture(RecordError):
    sentence = N_(
        "That file is not a picture that can be read here. Please choose a JPEG or PNG, or take it again."
    )


class PictureDamaged(RecordError):
    sentence = N_("That picture is damaged. Please take it again.")


class PictureTooBig(RecordError):
    sentence = N_("That picture is too large. Please take it again with a smaller size.")


class IsHeic(RecordError):
    sentence = N_(
        "That picture is HEIC, which cannot be read here. "
        'Please set the camera to "Most compatible" (JPEG) and take it again.'
    )


def find_kind(data: bytes) -> str | None:
    """JPEG, PNG, WEBP or HEIC, by content; None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"):
        return "HEIC"
    return None


def make_picture(data: bytes) -> Made:
    """What is kept of a picture: a JPEG of at most 1 MB and 2048 px, with its thumbnail.

    Raises RecordError with a sentence for what is too large, damaged, or no picture.
    """
    if len(data) > LARGEST_FILE:
        raise PictureTooBig
    kind = find_kind(data)
    if kind == "HEIC":
        raise IsHeic
    if kind is None or (kind == "WEBP" and not features.check("webp")):
        raise NotAPicture
    if kind == "JPEG" and data.count(b"\xff\xda") > MOST_SCANS:
        raise PictureDamaged
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the limits here are stricter, and a warning may quote the file
            picture = _decode(data, kind)
    except (RecordError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise PictureDamaged from None
    except Image.DecompressionBombError:
        raise PictureTooBig from None
    except Exception as error:  # noqa: BLE001 - a decoder fails in many ways at what somebody made to hurt it
        raise PictureDamaged(detail=type(error).__name__) from None
    body, size = _encode(picture)
    return Made(JPEG, body, _thumbnail(picture), hash_of(body), *size)


def _decode(data: bytes, kind: str) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=(kind,)) as image:
        width, height = image.size
        if width * height > MOST_PIXELS[kind]:
            raise PictureTooBig
        if min(width, height) < LEAST_SIDE:
            raise NotAPicture
        turn = _TURNS.get(_orientation(image))
        if isinstance(image, ImageFile.ImageFile) and kind == "JPEG":
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        upright = _flat(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return upright if turn is None else upright.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF says nothing; the picture itself may be sound
        return 1
    return found if isinstance(found, int) else 1


def _flat(image: Image.Image) -> Image.Image:
    """Its pixels alone, on white, in a picture of its own that carries nothing else along."""
    if image.mode.startswith(("I", "F")):
        raise NotAPicture
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    flat = Image.new("RGB", image.size, "white")
    if clear:
        layer = image.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat.paste(to_srgb(image))
    return flat


def _encode(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """As good as fits; a picture too rich in detail is made smaller until it does."""
    while True:
        for quality in _QUALITIES:
            body = _jpeg(picture, quality)
            if len(body) <= LARGEST_PICTURE:
                return body, picture.size
        picture = picture.resize(
            (max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)), Image.Resampling.LANCZOS
        )


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    for quality in (72, 55, 40, 25):
        body = _jpeg(small, quality)
        if len(body) <= LARGEST_THUMBNAIL:
            break
    return body


def thumbnail_of(body: bytes) -> bytes | None:
    """The thumbnail of a picture that came from the plan; None for what is no picture we can draw."""
    try:
        return make_picture(body).thumbnail
    except RecordError:
        return None


def make_signature(strokes: Sequence[Stroke]) -> Made:
    """A signature as black lines on white: a PNG of at most 100 KB. Raises RecordError when nothing was drawn."""
    drawn = [[_inside(point) for point in stroke] for stroke in strokes if stroke]
    if sum(len(stroke) for stroke in drawn) > MOST_POINTS:
        raise PictureTooBig("That signature has too many lines. Please draw it again.")
    if sum(len(stroke) for stroke in drawn) < 4:
        raise RecordError("Please sign in the box first.")
    height = SIGNATURE_WIDTH * 2 // 5
    fine = Image.new("L", (SIGNATURE_WIDTH * 2, height * 2), 255)
    pen = ImageDraw.Draw(fine)
    for stroke in drawn:
        points = [(x * SIGNATURE_WIDTH * 2, y * SIGNATURE_WIDTH * 2) for x, y in stroke]
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=0)
        pen.line(points, fill=0, width=7, joint="curve")
    picture = fine.resize((SIGNATURE_WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.quantize(16).save(out, "PNG", optimize=True)
    body = out.getvalue()
    if len(body) > LARGEST_SIGNATURE:
        raise PictureTooBig("That signature has too many lines. Please draw it again.")
    return Made(PNG, body, _thumbnail(picture.convert("RGB")), hash_of(body), *picture.size)


def _inside(point: tuple[float, float]) -> tuple[float, float]:
    x, y = point
    return min(max(float(x), 0.0), 1.0), min(max(float(y), 0.0), 0.4)
