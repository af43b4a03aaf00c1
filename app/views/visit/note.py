"""The visit's note: plain text, saved while it is typed."""

from __future__ import annotations

import flet as ft

from app.domain.phrases import NOTE
from app.language import tr
from app.views import text
from app.views.guard import memo, safe_component
from app.views.ports import OpenSession
from app.views.visit.autosave import use_autosave
from app.views.visit.phrases import PhraseRow
from app.views.visit.saving import Saving
from app.views.widgets.base import stack
from app.views.widgets.fields import field


@safe_component
def _note(session: OpenSession, saving: Saving, initial: str, phrases: tuple[str, ...]) -> ft.Control:
    """`initial` counts only when the field first appears; afterwards the field itself holds the text."""
    visit_id, visits = saving.visit_id, saving.visits

    async def save(value: str) -> bool:
        return await saving.commit(lambda: visits.set_note(visit_id, value))

    async def save_quietly(value: str) -> None:
        await visits.set_note(visit_id, value)

    note = use_autosave(visit_id, "note", initial, save, save_quietly, session, saving.flushers)
    box = field(
        "visit-note",
        tr(text.NOTE),
        note.value,
        note.change,
        on_blur=note.leave,
        lines=4,
        hint=tr(text.NOTE_HINT),
    )
    return stack([box, PhraseRow(NOTE, phrases, note)], spacing=0) if phrases else stack([box], spacing=0)


Note = memo(_note)
