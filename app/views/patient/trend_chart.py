"""One symptom as a drawing: its values, alerts as filled squares, changes of medicines as numbered lines.

A drawing is an image to a screen reader, with everything in it said in sentences.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import flet as ft
import flet_charts as fc

from app.domain.trends import MedicineChange, Point, Series
from app.views import say, theme
from app.views.env import now
from app.views.widgets.base import MUTED, words
from app.views.wording import trends as said

SMALL, NARROW = (132, 44), (96, 44)
"""Width and height of the drawing beside a name, and on a phone."""
TALL = 200
AXIS, ROOM = 60, 3
"""Steps from the first point to the last, and beside them: labels stand only on whole steps."""
LINE = ft.Colors.PRIMARY
ALERT = ft.Colors.ERROR
MARK = ft.Colors.SECONDARY


def small_chart(series: Series, *, narrow: bool) -> ft.Control:
    """Its course only, without an axis: the numbers stand beside it."""
    width, height = NARROW if narrow else SMALL
    drawn = fc.LineChart(
        data_series=[_line(series, radius=2.5)],
        interactive=False,
        animation=ft.Animation(duration=0),
        expand=True,
        **_range(series),
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        left_axis=_bare(),
        right_axis=_bare(),
        top_axis=_bare(),
        bottom_axis=_bare(),
    )
    # The row's own words say what is drawn; read twice it would only be in the way.
    return ft.Semantics(
        exclude_semantics=True, content=ft.Container(width=width, height=height, content=drawn)
    )


def chart(series: Series, changes: tuple[MedicineChange, ...]) -> ft.Control:
    """With its scale, its days and its marks."""
    at = now()
    span = _range(series)
    drawn = fc.LineChart(
        data_series=[*_marks(changes, series), _line(series, radius=theme.px(4))],
        interactive=False,
        animation=ft.Animation(duration=0),
        expand=True,
        **span,
        border=ft.Border(
            left=ft.BorderSide(1, ft.Colors.OUTLINE), bottom=ft.BorderSide(1, ft.Colors.OUTLINE)
        ),
        horizontal_grid_lines=fc.ChartGridLines(
            interval=series.most / 2, color=ft.Colors.OUTLINE_VARIANT, width=1
        ),
        left_axis=fc.ChartAxis(
            label_size=theme.px(34), labels=[_label(n, str(n)) for n in (0, series.most // 2, series.most)]
        ),
        right_axis=_bare(),
        top_axis=_top(changes, series),
        bottom_axis=fc.ChartAxis(label_size=theme.px(26), label_spacing=1, labels=_days(series, at)),
    )
    return ft.Semantics(
        identifier="trend-chart",
        image=True,
        container=True,
        exclude_semantics=True,
        label=said.summary(series, changes, at),
        content=ft.Container(height=theme.px(TALL), padding=ft.Padding.only(right=18, top=4), content=drawn),
    )


def _line(series: Series, radius: float) -> fc.LineChartData:
    points = [_point(one, series, radius) for one in series.valued]
    return fc.LineChartData(
        points=points, color=LINE, stroke_width=theme.px(2.5), rounded_stroke_cap=True, point=True
    )


def _point(one: Point, series: Series, radius: float) -> fc.LineChartDataPoint:
    mark: fc.ChartPointShape
    if one.alert:
        # Another shape, not only another colour.
        mark = fc.ChartSquarePoint(
            color=ALERT, size=radius * 3, stroke_color=ft.Colors.SURFACE, stroke_width=1
        )
    else:
        mark = fc.ChartCirclePoint(color=LINE, radius=radius, stroke_color=LINE, stroke_width=0)
    return fc.LineChartDataPoint(_x(one.at, series), one.value or 0, point=mark, show_tooltip=False)


def _marks(changes: tuple[MedicineChange, ...], series: Series) -> list[fc.LineChartData]:
    """A dashed line from bottom to top for each day with a change."""
    return [
        fc.LineChartData(
            points=[
                fc.LineChartDataPoint(x, 0, show_tooltip=False),
                fc.LineChartDataPoint(x, series.most, show_tooltip=False),
            ],
            color=MARK,
            stroke_width=1.5,
            dash_pattern=[4, 4],
            point=False,
        )
        for x in _days_marked(changes, series)
    ]


def _days_marked(changes: tuple[MedicineChange, ...], series: Series) -> dict[int, list[int]]:
    """By place on the axis: the numbers of the changes of that day."""
    found: dict[int, list[int]] = {}
    zone = series.points[0].at.astimezone().tzinfo
    for number, one in enumerate(changes, start=1):
        noon = datetime(one.on.year, one.on.month, one.on.day, 12, tzinfo=zone)
        place = min(max(round(_x(noon, series)), 0), AXIS + ROOM)
        found.setdefault(place, []).append(number)
    return found


def _top(changes: tuple[MedicineChange, ...], series: Series) -> fc.ChartAxis:
    """The numbers of the changes, above their lines."""
    if not changes:
        return _bare()
    labels = [
        _label(place, ", ".join(str(one) for one in numbers))
        for place, numbers in _days_marked(changes, series).items()
    ]
    return fc.ChartAxis(label_size=theme.px(22), label_spacing=1, labels=labels)


def _days(series: Series, at: datetime) -> list[fc.ChartAxisLabel]:
    """The first day and the last, and one between where there is room."""
    first, last = series.points[0].at, series.points[-1].at
    if last - first < timedelta(days=1):
        return [_label(AXIS // 2, say.day_of(first, at))]
    found = {0: first, AXIS: last}
    if last - first > timedelta(days=20):
        found[AXIS // 2] = first + (last - first) / 2
    return [_label(place, say.day_of(day, at)) for place, day in found.items()]


def _label(value: float, text: str) -> fc.ChartAxisLabel:
    return fc.ChartAxisLabel(value=value, label=words(text, 13, color=MUTED))


def _bare() -> fc.ChartAxis:
    return fc.ChartAxis(show_labels=False, label_size=0)


def _x(at: datetime, series: Series) -> float:
    """Where a moment lies between the first point (0) and the last; a single one stands in the middle."""
    first, last = series.points[0].at, series.points[-1].at
    return AXIS * ((at - first) / (last - first)) if last > first else AXIS / 2


def _range(series: Series) -> dict[str, float]:
    """A little room above and at the ends, so that no point is cut."""
    return {"min_x": -ROOM, "max_x": AXIS + ROOM, "min_y": 0, "max_y": series.most * 1.04}
