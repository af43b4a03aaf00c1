"""What stands beside a draft on its page, and a signed visit as it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.content import load
from app.domain.declines import Decline, quiet_on
from app.domain.instruments import score_visit
from app.domain.offers import offer
from app.domain.promise import list_of_visit
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, VisitDraft, find_missing
from app.domain.visit_kind import kind_of
from app.domain.visit_layout import Behind, Layout, lay_out
from app.services.alerts import lines_for_visit
from app.services.attachment_lines import lines_of_visit
from app.services.corrected_answers import list_addenda
from app.services.death_quiet import quieted, without_due
from app.services.models import VisitPage, VisitReading
from app.services.observing import as_signed
from app.services.person_memory import PersonMemory
from app.services.plan_settings import read_settings
from app.services.promises import read_promises
from app.services.summaries import summarise
from app.store import patients, unfinished, visits


def read_page(connection: Connection, visit_id: str, now: datetime, memory: PersonMemory) -> VisitPage:
    """Raises NotFound when it is not an open draft."""
    draft = visits.read_draft(connection, visit_id)
    known = memory.read(connection, draft.patient_id, draft.began_at)
    settings = read_settings(connection)
    patient = patients.get(connection, draft.patient_id)
    declines = known.parts.declines
    layout = read_layout(draft, known.last_values, known.first_visits, settings, declines)
    return VisitPage(
        draft=draft,
        patient=patient,
        last_values=known.last_values,
        last_visit_at=known.last_visit_at,
        last_scores=known.last_scores,
        tried=known.tried,
        recent=known.recent,
        missing=find_missing(as_signed(connection, draft)),
        automatic=visits.list_automatic(connection, visit_id),
        parts=quieted(known.parts) if patient.deceased else known.parts,
        scores=score_visit(draft.answers),
        alerts=lines_for_visit(connection, visit_id, now),
        offers=_offers(draft, settings),
        settings=settings,
        layout=without_due(layout) if patient.deceased else layout,
    )


def read_layout(
    draft: VisitDraft,
    last_values: Mapping[str, Answer],
    first_visits: Sequence[datetime],
    settings: PlanSettings,
    declines: Collection[Decline] = (),
) -> Layout | None:
    """What stands open on the page; None for a draft without a kind."""
    kind = kind_of(draft.answers)
    if kind is None:
        return None
    behind = Behind(draft.began_at, first_visits, last_values)
    quiet = quiet_on(declines, draft.began_at.astimezone().date())
    opened, dates = settings.visit_kinds, settings.due_dates
    return lay_out(kind, draft.setting, draft.answers, behind, opened, dates, quiet)


def _offers(draft: VisitDraft, settings: PlanSettings) -> dict[str, str]:
    reasons = {
        instrument.id: offer(instrument, draft.modality, draft.answered_by, settings.switches)
        for instrument in load().values()
    }
    return {instrument_id: why for instrument_id, why in reasons.items() if why is not None}


def read_visit(connection: Connection, visit_id: str, now: datetime) -> VisitReading:
    """A signed visit with all its answers, and the values that were on record before it. Raises NotFound."""
    visit = visits.read_signed(connection, visit_id)
    (summary,) = summarise(connection, [visits.get_row(connection, visit_id)])
    last_at = visits.last_visit_at(connection, visit.patient_id, visit.began_at)
    return VisitReading(
        summary=summary,
        signed_at=visit.signed_at.astimezone(),
        answered_by=visit.answered_by,
        note=visit.note,
        answers=visit.answers,
        last_values=visits.last_values(connection, visit.patient_id, visit.began_at),
        last_visit_at=None if last_at is None else last_at.astimezone(),
        clock_offset_ms=visit.clock_offset_ms,
        entries=visit.entries,
        scores=score_visit(visit.answers),
        written_afterwards=visit.written_afterwards,
        from_paper=visit.from_paper,
        nurse=visit.nurse,
        alerts=lines_for_visit(connection, visit_id, now),
        addenda=list_addenda(connection, visit.patient_id, visit_id),
        attachments=lines_of_visit(connection, visit.patient_id, visit_id),
        promises=list_of_visit(read_promises(connection, visit.patient_id), visit),
        unfinished_addendum=unfinished.read(connection, visit_id).get(unfinished.ADDENDUM, ""),
    )
