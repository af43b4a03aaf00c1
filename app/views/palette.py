"""The colours, light and dark, and how far apart two of them are by WCAG."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """One brightness. Names are those of Flet's `ColorScheme`."""

    primary: str
    on_primary: str
    primary_container: str
    on_primary_container: str
    secondary: str
    on_secondary: str
    secondary_container: str
    on_secondary_container: str
    tertiary: str
    on_tertiary: str
    tertiary_container: str
    on_tertiary_container: str
    error: str
    on_error: str
    error_container: str
    on_error_container: str
    surface: str
    on_surface: str
    on_surface_variant: str
    outline: str
    outline_variant: str
    surface_container_lowest: str
    surface_container_low: str
    surface_container: str
    surface_container_high: str
    surface_container_highest: str
    inverse_surface: str
    on_inverse_surface: str
    inverse_primary: str


FOCUS = 0.16
"""How strongly what holds the keyboard's focus is tinted with the colour of text; words stay legible on it."""

LIGHT = Palette(
    primary="#22564F",
    on_primary="#FFFFFF",
    primary_container="#D3E8E0",
    on_primary_container="#0E3A34",
    secondary="#8C4A2A",
    on_secondary="#FFFFFF",
    secondary_container="#F8DFD0",
    on_secondary_container="#5A2B13",
    tertiary="#735400",
    on_tertiary="#FFFFFF",
    tertiary_container="#FBE8BE",
    on_tertiary_container="#4A3600",
    error="#A3262A",
    on_error="#FFFFFF",
    error_container="#FBDDDA",
    on_error_container="#6E1216",
    surface="#FAF6F0",
    on_surface="#25211D",
    on_surface_variant="#574F47",
    outline="#81786F",
    outline_variant="#DDD4C9",
    surface_container_lowest="#FFFFFF",
    surface_container_low="#FFFDFA",
    surface_container="#F3EDE4",
    surface_container_high="#EBE4D9",
    surface_container_highest="#E3DACD",
    inverse_surface="#36312C",
    on_inverse_surface="#F8F1E8",
    inverse_primary="#9AD2C4",
)

DARK = Palette(
    primary="#9AD2C4",
    on_primary="#06332C",
    primary_container="#21504A",
    on_primary_container="#D0EDE4",
    secondary="#F1B595",
    on_secondary="#4C2410",
    secondary_container="#683A20",
    on_secondary_container="#FCDFCF",
    tertiary="#E9C46C",
    on_tertiary="#3D2D00",
    tertiary_container="#574100",
    on_tertiary_container="#FBE6B6",
    error="#FFB3AD",
    on_error="#5F0E12",
    error_container="#7B2326",
    on_error_container="#FFDAD6",
    surface="#191614",
    on_surface="#EFE7DE",
    on_surface_variant="#CBC1B5",
    outline="#998F84",
    outline_variant="#48413A",
    surface_container_lowest="#13110F",
    surface_container_low="#221E1B",
    surface_container="#282420",
    surface_container_high="#332E29",
    surface_container_highest="#3E3832",
    inverse_surface="#EFE7DE",
    on_inverse_surface="#36312C",
    inverse_primary="#22564F",
)


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` as WCAG 2.2 defines it, 0 to 1."""

    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)


def mix(over: str, share: float, under: str) -> str:
    """The colour that is seen where `over` lies on `under` with this opacity, 0 to 1."""
    pairs = ((int(over[i : i + 2], 16), int(under[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(top * share + low * (1 - share)):02X}" for top, low in pairs)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
