"""How one person likes the screens: size of text, brightness, movement, language. Nothing about any patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from app.language import ENGLISH, is_known

SIZES = (100, 115, 130, 150, 175, 200)
"""Sizes of text on offer, in percent of the usual one. WCAG 2.2, 1.4.4: to 200 % without loss."""


class Brightness(StrEnum):
    """Light or dark; `SYSTEM` follows the device. The values are those of Flet's `ThemeMode`."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Look:
    """`text` is one of `SIZES`. `calm`: nothing moves; False follows what the device asks for.

    `language`: a code of `app.language.LANGUAGES`.
    """

    text: int = 100
    brightness: Brightness = Brightness.SYSTEM
    calm: bool = False
    language: str = ENGLISH

    def as_data(self) -> dict[str, object]:
        """What `read_look` reads again."""
        return asdict(self)


USUAL = Look()


def read_look(data: Mapping[str, object] | None) -> Look:
    """The look in a small file that anybody could have changed: what is not understood is as usual."""
    found = data or {}
    size, mode = found.get("text"), found.get("brightness")
    said = found.get("language")
    known = next((one for one in Brightness if one.value == mode), Brightness.SYSTEM)
    return Look(
        text=size if isinstance(size, int) and size in SIZES else 100,
        brightness=known,
        calm=found.get("calm") is True,
        language=said if isinstance(said, str) and is_known(said) else ENGLISH,
    )


def find_larger(size: int) -> int | None:
    """The next size on offer above this one; None at the largest."""
    return next((one for one in SIZES if one > size), None)


def find_smaller(size: int) -> int | None:
    """The next size on offer below this one; None at the smallest."""
    return next((one for one in reversed(SIZES) if one < size), None)
