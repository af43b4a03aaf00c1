"""A typed answer of a visit: kept while it is typed, whatever form asks for it."""

from __future__ import annotations

from app.views.visit.autosave import Field, use_autosave
from app.views.visit.saving import Saving


def field_name(link_id: str, entry: str) -> str:
    """How the page knows a field that may hold unsaved text."""
    return f"{entry} {link_id}"


def use_typed_answer(saving: Saving, link_id: str, entry: str, stored: str) -> Field:
    """The field of one question. `stored` is its text on record, `entry` the list's entry it belongs to or ""."""

    async def save(text: str) -> bool:
        return await saving.set_text(link_id, text, entry)

    async def save_quietly(text: str) -> None:
        await saving.visits.set_text(saving.visit_id, link_id, text, entry=entry)

    name = field_name(link_id, entry)
    return use_autosave(saving.visit_id, name, stored, save, save_quietly, saving.session, saving.flushers)
