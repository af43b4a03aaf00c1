"""WCAG 2.2 AA, computed from the tokens: 4.5 for words, 3 for what only marks (edges, icons, rings)."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import flet as ft
import pytest

from app.views import theme
from app.views.palette import DARK, FOCUS, LIGHT, Palette, contrast, mix
from app.views.widgets import buttons

VIEWS = Path(theme.__file__).parent
GROUNDS = (
    "surface",
    "surface_container_low",
    "surface_container_lowest",
    "surface_container",
    "surface_container_high",
)
KINDS = ("primary", "secondary", "tertiary", "error")
FILLED = [role for kind in KINDS for role in (kind, f"{kind}_container")]
PLAIN = [(ink, ground) for ground in GROUNDS for ink in ("on_surface", "on_surface_variant")]
ON_FILLED = [(f"on_{role}", role) for role in FILLED]
WORDS = [
    *PLAIN,
    *[(ink, ground) for ground in GROUNDS for ink in KINDS],
    ("on_surface", "surface_container_highest"),
    *ON_FILLED,
    ("on_inverse_surface", "inverse_surface"),
]
MARKS = [
    *[("outline", ground) for ground in GROUNDS[:3]],
    *[(kind, "surface_container_highest") for kind in KINDS],  # the part of a bar that is done
    ("primary", "primary_container"),  # the edge of the chosen place
]
DECORATION = {"OUTLINE_VARIANT", "TRANSPARENT", "WHITE", "SCRIM"}
"""Lines between things that are told apart without them; the white under a photo, a veil."""
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
@pytest.mark.parametrize(("ink", "ground"), WORDS, ids="-on-".join)
def test_words_have_a_contrast_of_at_least_4_5(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize(("ink", "ground"), MARKS, ids="-on-".join)
def test_edges_and_marks_have_a_contrast_of_at_least_3(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 3


@BOTH
@pytest.mark.parametrize(("ink", "ground"), [*PLAIN, *ON_FILLED], ids="-on-".join)
def test_words_stay_legible_on_what_holds_the_focus(palette: Palette, ink: str, ground: str) -> None:
    focused = mix(palette.on_surface, FOCUS, getattr(palette, ground))
    assert contrast(getattr(palette, ink), focused) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_focus_of_a_row_is_a_step_of_lightness_and_that_of_a_button_a_ring(
    palette: Palette, ground: str
) -> None:
    under = getattr(palette, ground)
    assert contrast(mix(palette.on_surface, FOCUS, under), under) >= 1.3
    assert contrast(palette.on_surface, under) >= 3
    worn = theme.make_theme(palette)
    for part in (worn.filled_button_theme, worn.outlined_button_theme, worn.text_button_theme):
        assert part is not None
        assert part.style is not None
        side = part.style.side
        assert isinstance(side, dict)
        ring = side[ft.ControlState.FOCUSED]
        assert ring == ft.BorderSide(3, palette.on_surface)


def test_a_row_wears_the_ring_too() -> None:
    made = buttons.tile("some-row", lambda _: None, ft.Text("Somebody"))
    assert isinstance(made, ft.Semantics)
    assert isinstance(made.content, ft.OutlinedButton)
    assert made.content.style is not None
    side = made.content.style.side
    assert isinstance(side, dict)
    assert side[ft.ControlState.FOCUSED] == ft.BorderSide(3, ft.Colors.ON_SURFACE)
    assert side[ft.ControlState.DEFAULT] == ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)


@BOTH
def test_the_ring_is_seen_beside_a_filled_button_too(palette: Palette) -> None:
    """It lies on the button's edge, between its ground and the page: either side may be the one that differs."""
    for ground in GROUNDS:
        assert contrast(palette.on_surface, getattr(palette, ground)) >= 3


@BOTH
def test_chosen_differs_from_the_others_by_lightness_not_only_by_hue(palette: Palette) -> None:
    assert contrast(palette.primary, palette.surface_container_high) >= 3
    assert contrast(palette.on_primary_container, palette.surface_container_high) >= 3  # its edge


@BOTH
def test_what_is_typed_and_the_edge_of_its_field_are_seen(palette: Palette) -> None:
    assert contrast(palette.on_surface, palette.surface_container_lowest) >= 4.5
    for edge in (palette.outline, palette.primary, palette.error):
        assert contrast(edge, palette.surface_container_lowest) >= 3


def test_every_colour_of_the_screens_is_one_that_was_computed() -> None:
    known = {name.upper() for pair in (*WORDS, *MARKS) for name in pair} | DECORATION
    used = {
        name
        for path in VIEWS.rglob("*.py")
        for name in re.findall(r"ft\.Colors\.([A-Z_0-9]+)\b", path.read_text(encoding="utf-8"))
    }
    assert used - known == set()
    tokens = {field.name.upper() for field in fields(Palette)}
    assert used - {"TRANSPARENT", "WHITE", "SCRIM"} <= tokens, (
        "a colour that no palette has does not follow light and dark"
    )


def test_no_screen_names_a_colour_by_number() -> None:
    named = [path.name for path in VIEWS.rglob("*.py") if re.search(r'"#[0-9A-Fa-f]{6}"', path.read_text())]
    assert named == ["palette.py"]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert mix("#000000", 0.5, "#FFFFFF") == "#808080"


def test_bundled_fonts_are_there_with_their_licences() -> None:
    assets = Path(__file__).resolve().parents[2] / "assets"
    for path in theme.FONTS.values():
        assert (assets / path.lstrip("/")).stat().st_size > 20_000
    assert len(list((assets / "fonts").glob("OFL-*.txt"))) == 2
