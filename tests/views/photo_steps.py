"""Steps with photos and signatures on the visit page, for its tests."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from tests.support.flet_harness import FletHarness
from tests.support.photos import jpeg
from tests.views.double_attachments import DoubleAttachments
from tests.views.doubles import DoubleDevice


@dataclass
class Album:
    """A picture source that gives what was put there; None is a dialog that was closed."""

    gives: bytes | Exception | None

    async def choose(self) -> bytes | None:
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@dataclass
class PhotoDevice:
    """The services behind the window."""

    attachments: DoubleAttachments

    @staticmethod
    def of(device: DoubleDevice) -> PhotoDevice:
        assert device.session is not None
        return PhotoDevice(device.session.attachments)

    async def add(self, app: FletHarness, button: str, gives: bytes | Exception | None = None) -> None:
        """Tap the button and choose this picture in the system's dialog (a small one by default)."""
        from app.views.attachments import picker

        album = Album(jpeg(300, 200) if gives is None else gives)
        before, picker.make_source = picker.make_source, lambda: album
        try:
            await app.until(lambda: app.has(button), button)
            await app.tap(button)
            await app.settle(60)
        finally:
            picker.make_source = before


async def open_wound(app: FletHarness) -> str:
    """A new wound whose photo was agreed to; returns the entry's id."""
    await app.tap("section-body")
    await app.tap("skin-how-open")
    await app.until(lambda: app.has("wounds-add"), "the wounds")
    await app.tap("wounds-add")
    await app.until(lambda: any(i.endswith("-wound-photo-taken") for i in app.ids()), "an entry")
    (consent,) = [i for i in app.ids() if i.endswith("-wound-photo-taken")]
    await app.tap(consent)
    entry = consent.removesuffix("-wound-photo-taken")
    await app.until(lambda: app.has(f"{entry}-wound-photo-photo"), "the way to add a photo")
    return entry


async def sign_in_box(app: FletHarness) -> None:
    """A line drawn with one finger."""
    pad = app.inner("signature-pad", ft.GestureDetector)
    for number in range(8):
        point = {"x": 30.0 + 20 * number, "y": 40.0 + 15 * (number % 3)}
        kind = "vertical_drag_down" if number == 0 else "horizontal_drag_update"
        await app.send(pad, kind, {"k": "touch", "l": point, "g": point})
        pad = app.inner("signature-pad", ft.GestureDetector)
