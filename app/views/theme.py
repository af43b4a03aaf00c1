"""Colours, type and spacing: the one place where Hearthside's look is decided.

Colours are named by Flet's scheme roles, so that light and dark follow the system without a screen knowing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import flet as ft

REGULAR = "Hearthside"
SEMIBOLD = "Hearthside SemiBold"
FALLBACK = "Hearthside Signs"
FONTS = {
    REGULAR: "/fonts/AtkinsonHyperlegibleNext-Regular.ttf",
    SEMIBOLD: "/fonts/AtkinsonHyperlegibleNext-SemiBold.ttf",
    FALLBACK: "/fonts/Inter-Regular.otf",
}

TOUCH = 48
"""Smallest height and width of anything that can be tapped, in logical pixels."""
NARROW = 720
"""Below this width a window is a phone: bottom bar and one pane."""
RADIUS = 14
S1, S2, S3, S4, S6 = 4, 8, 12, 16, 24
"""Spacing steps in logical pixels."""


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
    on_surface_variant="#5B534B",
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


def _scheme(palette: Palette) -> ft.ColorScheme:
    return ft.ColorScheme(**{f.name: getattr(palette, f.name) for f in fields(palette)})


def style(
    size: float = 16,
    *,
    strong: bool = False,
    height: float | None = None,
    color: ft.ColorValue | None = None,
) -> ft.TextStyle:
    """A text style of our type scale; `strong` is the semibold file, never a synthetic bold."""
    return ft.TextStyle(
        size=size,
        height=height,
        weight=ft.FontWeight.W_400,
        font_family=SEMIBOLD if strong else REGULAR,
        font_family_fallback=[FALLBACK],
        letter_spacing=0,
        color=color,
    )


def field_border() -> dict[ft.ControlState, ft.InputBorder]:
    """The edge of inputs: thicker, not only another colour, where one is typing or something is wrong."""

    def edge(color: ft.Colors, width: float) -> ft.InputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=RADIUS - 2)

    return {
        ft.ControlState.ERROR: edge(ft.Colors.ERROR, 2),
        ft.ControlState.FOCUSED: edge(ft.Colors.PRIMARY, 2),
        ft.ControlState.DEFAULT: edge(ft.Colors.OUTLINE, 1),
    }


def _text_theme() -> ft.TextTheme:
    return ft.TextTheme(
        display_small=style(34, strong=True),
        headline_medium=style(28, strong=True),
        headline_small=style(24, strong=True),
        title_large=style(21, strong=True),
        title_medium=style(18, strong=True),
        title_small=style(16, strong=True),
        body_large=style(17),
        body_medium=style(16),
        body_small=style(14),
        label_large=style(16, strong=True),
        label_medium=style(14, strong=True),
        label_small=style(13),
    )


def make_theme(palette: Palette) -> ft.Theme:
    """Flet's theme for one palette."""
    shape = ft.RoundedRectangleBorder(radius=RADIUS)
    padding = ft.Padding.symmetric(horizontal=20, vertical=13)
    return ft.Theme(
        color_scheme=_scheme(palette),
        font_family=REGULAR,
        text_theme=_text_theme(),
        scaffold_bgcolor=palette.surface,
        divider_color=palette.outline_variant,
        filled_button_theme=ft.FilledButtonTheme(
            style=ft.ButtonStyle(shape=shape, padding=padding, text_style=style(16, strong=True))
        ),
        outlined_button_theme=ft.OutlinedButtonTheme(
            style=ft.ButtonStyle(
                shape=shape,
                padding=padding,
                text_style=style(16, strong=True),
                side=ft.BorderSide(1, palette.outline),
            )
        ),
        text_button_theme=ft.TextButtonTheme(
            style=ft.ButtonStyle(shape=shape, text_style=style(16, strong=True))
        ),
        page_transitions=ft.PageTransitionsTheme(
            android=ft.PageTransitionTheme.NONE, linux=ft.PageTransitionTheme.NONE
        ),
        visual_density=ft.VisualDensity.STANDARD,
    )


def dress(page: ft.Page) -> None:
    """Give a page fonts, both themes and no padding of its own."""
    page.fonts = dict(FONTS)
    page.theme = make_theme(LIGHT)
    page.dark_theme = make_theme(DARK)
    page.theme_mode = ft.ThemeMode.SYSTEM
    page.padding = 0
    page.spacing = 0


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` as WCAG 2.2 defines it, 0 to 1."""

    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
