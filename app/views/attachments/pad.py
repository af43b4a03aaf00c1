"""A box to sign in: lines that follow a finger, and what they are as points for the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft
from flet import canvas

from app.language import tr
from app.views import theme
from app.views.guard import safe_component
from app.views.wording import attachments as said

Stroke = tuple[tuple[float, float], ...]
"""Points in parts of the pad's width."""
SHAPE = 0.4
"""Height of the pad as a part of its width."""
EVERY_MS = 16
"""How often a moving finger is asked for."""
LEAST = 0.004
"""Of the width: a finger that moved less than this did not move."""
MOST_POINTS = 4_000


def add_point(strokes: tuple[Stroke, ...], x: float, y: float, *, begins: bool) -> tuple[Stroke, ...]:
    """The lines with one point more; a finger that leaves the box stays at its edge."""
    point = (min(max(x, 0.0), 1.0), min(max(y, 0.0), SHAPE))
    if sum(map(len, strokes)) >= MOST_POINTS:
        return strokes
    if begins or not strokes:
        return (*strokes, (point,))
    last = strokes[-1][-1]
    if abs(last[0] - point[0]) + abs(last[1] - point[1]) < LEAST:
        return strokes
    return (*strokes[:-1], (*strokes[-1], point))


@safe_component
def Pad(
    strokes: tuple[Stroke, ...], width: float, change: Callable[[Callable[[Any], Any]], None]
) -> ft.Control:
    """`change` takes a function from the old lines to the new. Points are in parts of the width."""

    def begin(event: ft.DragDownEvent[ft.GestureDetector]) -> None:
        x, y = event.local_position.x / width, event.local_position.y / width
        change(lambda old: add_point(old, x, y, begins=True))

    def move(event: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        x, y = event.local_position.x / width, event.local_position.y / width
        change(lambda old: add_point(old, x, y, begins=False))

    height = width * SHAPE
    pen = ft.Paint(
        color=ft.Colors.ON_SURFACE,
        stroke_width=3,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
        style=ft.PaintingStyle.STROKE,
    )
    line = ft.Paint(color=ft.Colors.OUTLINE, stroke_width=1, style=ft.PaintingStyle.STROKE)
    shapes: list[canvas.Shape] = [
        canvas.Line(width * 0.06, height * 0.78, width * 0.94, height * 0.78, paint=line)
    ]
    shapes += [_path(stroke, width, pen) for stroke in strokes]
    box = ft.Container(
        width=width,
        height=height,
        border_radius=theme.RADIUS,
        border=ft.Border.all(2, ft.Colors.OUTLINE),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        content=canvas.Canvas(
            shapes=shapes,
            width=width,
            height=height,
            content=ft.GestureDetector(
                drag_interval=EVERY_MS,
                # Not "pan": inside a page that scrolls, a stroke upwards would scroll the page.
                on_vertical_drag_down=begin,
                on_vertical_drag_update=move,
                on_horizontal_drag_update=move,
                mouse_cursor=ft.MouseCursor.PRECISE,
                content=ft.Container(width=width, height=height),
            ),
        ),
    )
    return ft.Semantics(identifier="signature-pad", label=tr(said.SIGN_HERE), container=True, content=box)


def _path(stroke: Stroke, width: float, pen: ft.Paint) -> canvas.Shape:
    points = [(x * width, y * width) for x, y in stroke]
    if len(points) == 1:
        points.append((points[0][0] + 1, points[0][1]))
    parts: list[canvas.Path.PathElement] = [canvas.Path.MoveTo(*points[0])]
    parts += [canvas.Path.LineTo(*point) for point in points[1:]]
    return canvas.Path(parts, paint=pen)
