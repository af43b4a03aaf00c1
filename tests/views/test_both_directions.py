"""Nothing on a screen is nailed to the left or the right: lines begin where the language begins them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

VIEWS = Path(__file__).resolve().parents[2] / "app" / "views"
SIDED = (
    "LEFT",
    "RIGHT",
    "CENTER_LEFT",
    "CENTER_RIGHT",
    "TOP_LEFT",
    "TOP_RIGHT",
    "BOTTOM_LEFT",
    "BOTTOM_RIGHT",
)
ALLOWED = {
    "theme.py": "turns them round",
    "patient/trend_chart.py": "time runs from left to right on a chart in every language that we know of",
}


def find_sided(tree: ast.Module) -> Iterator[int]:
    """Lines that name a side: an alignment, or room that differs from left to right."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SIDED and ast.unparse(node).startswith("ft."):
            yield node.lineno
        elif isinstance(node, ast.Call):
            sides = {one.arg: ast.unparse(one.value) for one in node.keywords if one.arg in ("left", "right")}
            drawn = ast.unparse(node.func).startswith(
                ("ft.Padding", "ft.Margin", "ft.Container", "ft.BorderRadius")
            )
            if drawn and sides and sides.get("left") != sides.get("right"):
                yield node.lineno


def test_no_screen_names_a_side() -> None:
    found = [
        f"{path.relative_to(VIEWS)}:{line}"
        for path in sorted(VIEWS.rglob("*.py"))
        if path.relative_to(VIEWS).as_posix() not in ALLOWED
        for line in find_sided(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code", ["ft.Padding(left=4, right=8, top=0, bottom=0)", "ft.Padding.only(left=4)", "ft.TextAlign.LEFT"]
)
def test_a_side_that_is_named_is_found(code: str) -> None:
    assert list(find_sided(ast.parse(code)))


def test_the_same_room_on_both_sides_is_no_side() -> None:
    assert not list(find_sided(ast.parse("ft.Padding(left=side, right=side, top=0, bottom=0)")))
