"""Large text as a test sees it: at an odd size nothing that was scaled is a whole number any more.

The same windows speak the made-up language, so that one walk shows both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeGuard

import flet as ft

from app.domain.look import Look
from app.language.names import LONG
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice

ODD = 187
"""Percent. Our type scale is in whole pixels, and none of them times 1.87 is whole; a hundred of them is `ODD`."""
LEAST = 20
"""Pixels from which a fixed length can hold words; less is a line or a gap."""
SHORT = 12
"""Letters up to which words fit beside others even then: a time, a number."""
MOST = 300
"""Pixels from which a box is as wide as the window, not as its words."""


def at_odd_size(mount: Mount) -> Mount:
    """The same way to mount, for somebody whose text is large and whose language is made up."""

    def start(device: DoubleDevice, **more: Any) -> Any:
        device.found = [replace(one, look=Look(text=ODD, language=LONG.code)) for one in device.found]
        return mount(device, **more)

    return start


def find_unscaled(app: FletHarness) -> list[str]:
    """Words, icons and boxes around words whose size did not go through the scale."""
    return [
        f"{name} {size}: {app.texts(control)}"
        for control in app.walk()
        for name, size in _fixed(app, control)
    ]


def find_squeezed(app: FletHarness) -> list[str]:
    """Buttons with words in a row that does not wrap: on a phone in large text they are cut off, or the words beside
    them stand in a column one letter wide. One that takes what room there is wraps its own words.
    """
    return [
        f"{getattr(one, 'identifier', None)}: {app.texts(row)}"
        for row in app.walk()
        if isinstance(row, ft.Row) and not row.wrap and row.scroll is None
        for one in row.controls
        if _is_stiff(app, one)
    ]


def find_run_off(app: FletHarness) -> list[str]:
    """Sentences in a row that does not wrap, each as wide as it likes: on a phone in large text they run off it."""
    return [
        f"{one.value} in {app.texts(row)}"
        for row in app.walk()
        if isinstance(row, ft.Row) and not row.wrap and row.scroll is None
        for one in row.controls
        if isinstance(one, ft.Text) and not one.expand and len(one.value or "") > SHORT
    ]


def _is_stiff(app: FletHarness, control: Any) -> bool:
    """Whether it is a button as wide as its words."""
    if getattr(control, "expand", None) or not _has_words(app, control):
        return False
    while isinstance(control, ft.Semantics) and not control.button and control.content is not None:
        control = control.content
    held = isinstance(control, ft.Semantics) and control.button
    return bool(held) or isinstance(control, (ft.Button, ft.OutlinedButton, ft.TextButton))


def _has_words(app: FletHarness, control: Any) -> bool:
    """Words that take room, and no name of a sign."""
    return any(
        isinstance(one, ft.Text) or isinstance(getattr(one, "content", None), str)
        for one in app.walk(control)
    )


def _fixed(app: FletHarness, control: Any) -> Iterator[tuple[str, float]]:
    if isinstance(control, (ft.Text, ft.Icon)) and _whole(control.size):
        yield f"size of {type(control).__name__}", control.size
    if isinstance(control, ft.Text):
        for span in control.spans or []:
            if span.style is not None and _whole(span.style.size):
                yield "size of a span", span.style.size
    if isinstance(control, ft.TextField):
        for name in ("text_style", "label_style", "helper_style", "error_style", "hint_style"):
            style = getattr(control, name)
            if style is not None and _whole(style.size):
                yield name, style.size
    if isinstance(control, (ft.Container, ft.Button, ft.OutlinedButton, ft.TextButton)):
        for name in ("height", "width"):
            length = getattr(control, name, None)
            if _whole(length) and LEAST <= length < MOST and length % ODD and app.texts(control):
                yield f"{name} of {type(control).__name__}", length


def _whole(size: float | None) -> TypeGuard[float]:
    return size is not None and float(size).is_integer()
