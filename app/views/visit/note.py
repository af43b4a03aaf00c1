"""The visit's note: plain text, saved while it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.views import text
from app.views.guard import safe_component
from app.views.ports import OpenSession
from app.views.visit.autosave import Flushers, Save, use_autosave
from app.views.widgets.fields import field


@safe_component
def Note(
    initial: str,
    save: Save,
    save_quietly: Callable[[str], Awaitable[Any]],
    session: OpenSession,
    flushers: Flushers,
) -> ft.Control:
    """`initial` counts only when the field first appears; afterwards the field itself holds the text."""
    note = use_autosave("note", initial, save, save_quietly, session, flushers)
    return field(
        "visit-note", text.NOTE, note.value, note.change, on_blur=note.leave, lines=4, hint=text.NOTE_HINT
    )
