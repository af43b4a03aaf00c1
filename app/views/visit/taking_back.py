"""What one tap on "Undo" in the head of a visit takes back: the draft's last step, or the promise made since."""

from __future__ import annotations

from app.domain.promise import PromiseState
from app.domain.undo import Step, StepKind
from app.services.models import VisitPage
from app.views.ports import OpenSession
from app.views.visit.autosave import take_up


async def take_back(session: OpenSession, visit_id: str, page: VisitPage | None) -> Step:
    """`page` as it is shown: what its button named is what is taken back. Returns which step it was."""
    if page is not None and page.undo is not None and page.undo.kind is StepKind.PROMISE:
        await session.promises.answer(page.draft.patient_id, page.undo.link_id, PromiseState.TAKEN_BACK)
        return page.undo
    taken = await session.visits.undo(visit_id)
    take_up(session, visit_id)
    return taken
