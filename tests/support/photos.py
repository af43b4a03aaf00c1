"""Pictures as cameras and strangers make them, and an own look at what a JPEG file holds."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageCms, PngImagePlugin

PLACE = "4807.038,N"
"""What stands in the EXIF of the pictures made here: nothing of it may be found in what is kept."""
CAMERA = "Pocket Camera 9"
AFTER_THE_END = b"PK\x03\x04 a file behind the picture"


def jpeg(
    width: int = 640, height: int = 400, *, orientation: int = 1, noise: bool = False, quality: int = 90
) -> bytes:
    """A picture that is red on its left and blue on its right, with everything a camera writes beside it."""
    if noise:
        picture = Image.effect_noise((width, height), 90).convert("RGB")
    else:
        picture = Image.new("RGB", (width, height), (20, 20, 200))
        picture.paste((200, 20, 20), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = CAMERA
    exif.get_ifd(0x8825)[0x12] = PLACE
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif, comment=b"Rosa Colon, kitchen", icc_profile=profile)
    return out.getvalue() + AFTER_THE_END


def png(width: int = 200, height: int = 120) -> bytes:
    """Half transparent, with text beside the pixels."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "Rosa Colon, kitchen")
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 20, 20, 128)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def segments(body: bytes) -> Iterator[int]:
    """Markers of a JPEG up to its picture, and 0 for anything that follows its end."""
    assert body[:2] == b"\xff\xd8"
    at = 2
    while body[at] == 0xFF and body[at + 1] != 0xDA:
        yield body[at + 1]
        at += 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    yield 0xDA
    if not body.endswith(b"\xff\xd9"):
        yield 0


PLAIN_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
"""JFIF's own head, tables, the frame and the scan: nothing that could carry words."""
