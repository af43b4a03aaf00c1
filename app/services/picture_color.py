"""Colours as they were seen: a camera's wider colours are brought to sRGB, because the profile is not kept.

Redness of a wound is what such a picture is for. Where the image library was built without colour management (phones),
colours stay as they are written.
"""

from __future__ import annotations

import io

from PIL import Image, features

LARGEST_PROFILE = 64_000
"""Bytes; a camera's has a few thousand."""


def to_srgb(image: Image.Image) -> Image.Image:
    """The picture in RGB, its embedded profile applied where there is a sound one."""
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and 128 < len(profile) <= LARGEST_PROFILE and features.check("littlecms2"):
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            plain = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
            made = ImageCms.profileToProfile(plain, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            return image.convert("RGB")  # a damaged profile: the numbers as they are
        if made is not None:
            return made
    return image.convert("RGB")
