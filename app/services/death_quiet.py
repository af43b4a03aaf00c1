"""What stops asking for anything once somebody has died. Nothing is closed or written: undone, all of it is back."""

from __future__ import annotations

from dataclasses import replace

from app.domain.promise import PromiseState
from app.domain.visit_layout import Layout, Why
from app.services.patient_parts import PatientParts


def quieted(parts: PatientParts) -> PatientParts:
    """The parts of somebody who has died: no clock runs and no promise waits. What was written stays to be read."""
    kept = tuple(one for one in parts.promises if one.state is not PromiseState.OPEN)
    return replace(
        parts,
        stays=replace(parts.stays, starters=frozenset()),
        promises=kept,
    )


def without_due(layout: Layout | None) -> Layout | None:
    """A visit's page on which nothing is due; what an answer opens stays open."""
    if layout is None:
        return None
    return replace(layout, why={form: why for form, why in layout.why.items() if why is Why.TRIGGER})
