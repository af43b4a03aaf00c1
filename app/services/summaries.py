"""From store rows to what a list shows, with each visit's state computed from the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from app.domain.review import Standing, Word
from app.domain.visit import VisitStatus as Kept
from app.services.models import VisitState, VisitStatus, VisitSummary
from app.services.review_facts import read_standings
from app.store import attachment_sending, outbox, stars
from app.store.outbox import VisitSending
from app.store.visit_lists import VisitRow, which_not_met


def status_of(sending: VisitSending | None) -> VisitStatus:
    """The product's word for where a visit is. Nothing known of it (a damaged list) reads as only on this device."""
    if sending is None:
        return VisitStatus(VisitState.ON_DEVICE)
    if sending.draft:
        return VisitStatus(VisitState.DRAFT)
    if sending.conflict:
        return VisitStatus(VisitState.TWO_VERSIONS)
    if sending.set_aside:
        arrived = (sending.settled, sending.total) if sending.settled else None
        return VisitStatus(VisitState.REFUSED, reason=sending.reason, parts=arrived)
    if sending.lost:
        return VisitStatus(VisitState.LOST)
    if sending.own and sending.settled < max(sending.total, 1):
        if sending.settled:
            return VisitStatus(VisitState.ARRIVING, parts=(sending.settled, sending.total))
        if sending.has_attempted:
            return VisitStatus(VisitState.SENDING, reason=sending.reason)
        return VisitStatus(VisitState.ON_DEVICE)
    if sending.arriving:
        return VisitStatus(VisitState.ARRIVING, reason=sending.reason)
    return VisitStatus(VisitState.RECEIVED, received_at=sending.received_at)


def _mistaken(row: VisitRow, status: VisitStatus) -> VisitStatus:
    """Once the plan has the mark, that is what there is to say."""
    over = row.status is Kept.MISTAKEN and status.state is VisitState.RECEIVED
    return replace(status, state=VisitState.MISTAKEN) if over else status


_REVIEWED = {Word.QUESTION: VisitState.QUESTION, Word.REVIEWED: VisitState.REVIEWED}


def _reviewed(status: VisitStatus, standing: Standing | None) -> VisitStatus:
    """What a supervisor said of it stands over "Received" and over nothing else."""
    state = None if standing is None else _REVIEWED.get(standing.word)
    if standing is None or state is None or status.state is not VisitState.RECEIVED:
        return status
    return replace(status, state=state, by=standing.by)


def summarise(connection: Connection, rows: Iterable[VisitRow]) -> tuple[VisitSummary, ...]:
    """Summaries in the order of `rows`, with one look at the outbox for all of them."""
    found = tuple(rows)
    if not found:
        return ()
    ids = [row.id for row in found]
    sending = outbox.visit_status_rows(connection, ids)
    photos = attachment_sending.count_waiting(connection, ids)
    not_met = which_not_met(connection, ids)
    starred = stars.count(connection, ids)
    states = {row.id: _mistaken(row, status_of(sending.get(row.id))) for row in found}
    received = {row.patient_id for row in found if states[row.id].state is VisitState.RECEIVED}
    reviews = read_standings(connection, received)
    return tuple(
        VisitSummary(
            id=row.id,
            patient_id=row.patient_id,
            patient_name=row.patient_name,
            nurse_name=row.nurse_name,
            modality=row.modality,
            setting=row.setting,
            began_at=row.began_at.astimezone(),
            left_at=None if row.left_at is None else row.left_at.astimezone(),
            highest_score=row.highest_score,
            status=replace(
                _reviewed(states[row.id], reviews.get(row.id)), photos_waiting=photos.get(row.id, 0)
            ),
            met=row.id not in not_met,
            stars=starred.get(row.id, 0),
        )
        for row in found
    )
