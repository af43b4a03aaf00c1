"""WCAG AA, computed from the tokens: 4.5 for words, 3 for what only marks (edges, icons)."""

from __future__ import annotations

import pytest

from app.views import theme
from app.views.theme import DARK, LIGHT, Palette, contrast

GROUNDS = (
    "surface",
    "surface_container_low",
    "surface_container_lowest",
    "surface_container",
    "surface_container_high",
)
WORDS = [
    *[(ink, ground) for ground in GROUNDS for ink in ("on_surface", "on_surface_variant")],
    *[(ink, ground) for ground in GROUNDS[:3] for ink in ("primary", "tertiary", "error", "secondary")],
    ("on_surface", "surface_container_highest"),
    *[
        (f"on_{role}", role)
        for kind in ("primary", "secondary", "tertiary", "error")
        for role in (kind, f"{kind}_container")
    ],
    ("on_inverse_surface", "inverse_surface"),
]
MARKS = [("outline", ground) for ground in GROUNDS[:3]] + [
    ("primary", "surface_container_high"),
    ("on_primary_container", "primary_container"),
]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS, ids="-on-".join)
def test_words_have_a_contrast_of_at_least_4_5(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), MARKS, ids="-on-".join)
def test_edges_and_marks_have_a_contrast_of_at_least_3(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_chosen_cell_differs_from_the_others_by_lightness_not_only_by_hue(palette: Palette) -> None:
    assert contrast(palette.primary, palette.surface_container_high) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_bundled_fonts_are_there_with_their_licences() -> None:
    from pathlib import Path

    assets = Path(__file__).resolve().parents[2] / "assets"
    for path in theme.FONTS.values():
        assert (assets / path.lstrip("/")).stat().st_size > 20_000
    assert len(list((assets / "fonts").glob("OFL-*.txt"))) == 2
