"""The bottom bar of a phone: as few rows as whole names allow, and never a word in two pieces."""

from __future__ import annotations

import flet as ft
import pytest

from app.views import shell, theme
from app.views.widgets import buttons

SCALES = {100: 1.0, 200: 2.0}


@pytest.mark.parametrize(
    ("places", "width", "percent", "in_a_row"),
    [
        (4, 390, 100, 4),
        (7, 390, 100, 4),
        (4, 390, 200, 4),
        (7, 390, 200, 4),
        (7, 1180, 200, 7),
        (7, 700, 100, 7),
    ],
)
def test_places_stand_in_one_row_where_they_have_room(
    monkeypatch: pytest.MonkeyPatch, places: int, width: float, percent: int, in_a_row: int
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: SCALES[percent])
    assert shell._in_a_row(places, width) == in_a_row


@pytest.mark.parametrize(("percent", "most"), [(100, 48), (200, 64)])
def test_a_sign_that_is_a_button_leaves_large_words_their_room(
    monkeypatch: pytest.MonkeyPatch, percent: int, most: float
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: SCALES[percent])
    way_back = buttons.icon_only("back", ft.Icons.ARROW_BACK, "Back", lambda _: None)
    assert isinstance(way_back, ft.Semantics)
    assert isinstance(way_back.content, ft.IconButton)
    assert theme.TOUCH <= (way_back.content.width or 0) <= most


@pytest.mark.parametrize("label", ["Resultados", "Sent & waiting", "Registro de visitas", "Hoy"])
def test_the_longest_word_of_a_name_has_room_at_the_largest_text(
    monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    monkeypatch.setattr(theme, "scale", lambda: 2.0)
    room = (390 - 8) / 4 - 10
    longest = max(map(len, label.split()))
    size = 2.0 * shell._small(["Hoy", label], room)
    assert longest * size * shell.LETTER <= room + 0.01
    assert size >= 14, "and stays legible"
