"""Colours, type and spacing: the one place where Hearthside's look is decided.

Colours are named by Flet's scheme roles, so that light and dark follow the system without a screen knowing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import flet as ft

from app.domain.look import USUAL, Look
from app.language import get_language
from app.views.palette import DARK, FOCUS, LIGHT, Palette

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
LOW = 480
"""Below this height a window that is no phone's is one held sideways: a slim rail, one line of head."""
LINE = 1.32
"""Height of a line of our typeface, as a multiple of its size."""
LETTER = 0.55
"""How wide a letter of a text is on the whole, as a multiple of its size: for what must be known before it is drawn."""
RADIUS = 14
S1, S2, S3, S4, S6 = 4, 8, 12, 16, 24
"""Spacing steps in logical pixels."""


@dataclass(frozen=True, slots=True)
class Dress:
    """What one window wears: the look of whoever uses it, and whether her device asks for less movement."""

    look: Look = USUAL
    device_calm: bool = False

    @property
    def scale(self) -> float:
        return self.look.text / 100

    @property
    def calm(self) -> bool:
        return self.look.calm or self.device_calm


_USUAL = Dress()


def dress_of(page: ft.Page) -> Dress:
    """What this window wears; one that was never dressed is as usual."""
    return page.data if isinstance(page.data, Dress) else _USUAL


def _dress_here() -> Dress:
    try:
        return dress_of(ft.context.page)
    except RuntimeError:  # drawn outside of any window
        return _USUAL


def scale() -> float:
    """How much larger than usual text is in the window that is being drawn, 1 to 2."""
    return _dress_here().scale


def window_width() -> float:
    """Of the window that is being drawn, in pixels."""
    try:
        return ft.context.page.width or NARROW
    except RuntimeError:  # drawn outside of any window
        return NARROW


def px(length: float) -> float:
    """A length that belongs to text (a size, the height of a line, a column of words), at the window's size of text."""
    return length * scale()


def edges(start: float, end: float, top: float = 0, bottom: float = 0) -> ft.Padding:
    """Room around something whose two sides differ: `start` is where lines begin, the right in some languages."""
    left, right = (end, start) if get_language().right_to_left else (start, end)
    return ft.Padding(left=left, right=right, top=top, bottom=bottom)


def at_end() -> ft.Alignment:
    """Where lines end, halfway up."""
    return ft.Alignment.CENTER_LEFT if get_language().right_to_left else ft.Alignment.CENTER_RIGHT


def is_calm() -> bool:
    """Whether nothing should move in the window that is being drawn."""
    return _dress_here().calm


def _scheme(palette: Palette) -> ft.ColorScheme:
    return ft.ColorScheme(**{f.name: getattr(palette, f.name) for f in fields(palette)})


def style(
    size: float = 16,
    *,
    strong: bool = False,
    height: float | None = None,
    color: ft.ColorValue | None = None,
) -> ft.TextStyle:
    """A text style of our type scale at the window's size of text; `strong` is the semibold file, never synthetic."""
    return ft.TextStyle(
        size=px(size),
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


RING = ft.BorderSide(3, ft.Colors.ON_SURFACE)
"""The edge of a row that is a button, while it holds the keyboard's focus."""


def _ring(palette: Palette, usual: ft.BorderSide | None = None) -> dict[ft.ControlState, ft.BorderSide]:
    """The edge of a button: thick, in the colour of text, while it holds the keyboard's focus."""
    none = ft.BorderSide(0, ft.Colors.TRANSPARENT)
    return {
        ft.ControlState.FOCUSED: ft.BorderSide(3, palette.on_surface),
        ft.ControlState.DEFAULT: usual or none,
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
    """Flet's theme for one palette, at the size of text of the window that is being drawn."""
    shape = ft.RoundedRectangleBorder(radius=RADIUS)
    padding = ft.Padding.symmetric(horizontal=20, vertical=14)
    icon_size = px(20)
    still = ft.Colors.TRANSPARENT if is_calm() else None
    return ft.Theme(
        color_scheme=_scheme(palette),
        font_family=REGULAR,
        text_theme=_text_theme(),
        scaffold_bgcolor=palette.surface,
        divider_color=palette.outline_variant,
        filled_button_theme=ft.FilledButtonTheme(
            style=ft.ButtonStyle(
                shape=shape,
                side=_ring(palette),
                padding=padding,
                text_style=style(16, strong=True),
                icon_size=icon_size,
            )
        ),
        outlined_button_theme=ft.OutlinedButtonTheme(
            style=ft.ButtonStyle(
                shape=shape,
                padding=padding,
                text_style=style(16, strong=True),
                icon_size=icon_size,
                side=_ring(palette, ft.BorderSide(1, palette.outline)),
            )
        ),
        text_button_theme=ft.TextButtonTheme(
            style=ft.ButtonStyle(
                shape=shape,
                side=_ring(palette),
                padding=ft.Padding.symmetric(horizontal=12, vertical=14),
                text_style=style(16, strong=True),
                icon_size=icon_size,
            )
        ),
        icon_button_theme=ft.IconButtonTheme(style=ft.ButtonStyle(side=_ring(palette))),
        icon_theme=ft.IconTheme(size=px(24)),
        splash_color=still,
        focus_color=ft.Colors.with_opacity(FOCUS, palette.on_surface),
        page_transitions=ft.PageTransitionsTheme(
            android=ft.PageTransitionTheme.NONE, linux=ft.PageTransitionTheme.NONE
        ),
        visual_density=ft.VisualDensity.STANDARD,
    )


def dress(page: ft.Page, worn: Dress = _USUAL) -> None:
    """Give a page fonts, both themes, the size of text and no padding of its own. Draw it again afterwards."""
    page.data = worn
    page.fonts = dict(FONTS)
    page.theme = make_theme(LIGHT)
    page.dark_theme = make_theme(DARK)
    page.theme_mode = ft.ThemeMode(worn.look.brightness.value)
    page.padding = 0
    page.spacing = 0
