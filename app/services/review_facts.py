"""What was said of signed visits, and why a visit needs review: read from what is on this device."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.content.rules import Level
from app.domain.day import OVERDUE_FOR
from app.domain.review import Reason, Review, ReviewRules, Standing, VisitFacts, Word, list_reasons, stand
from app.services.stays import read_stays
from app.store import day_rows, review_rows
from app.store.review_rows import Candidate
from app.sync.fhir import codes, json_text
from app.sync.fhir.review import MARK, decode_reviews

Reviews = Mapping[str, tuple[Review, ...]]
"""By visit id, oldest first; those that were taken back are in it."""


def read_reviews(connection: Connection, patient_ids: Collection[str] | None = None) -> Reviews:
    """Of these people, or of everybody here."""
    tasks = review_rows.list_tasks(connection, MARK, patient_ids)
    found: defaultdict[str, list[Review]] = defaultdict(list)
    for review in decode_reviews((json_text.find_object(one.body), one.pending) for one in tasks):
        found[review.visit_id].append(review)
    return {
        visit_id: tuple(sorted(several, key=lambda one: (one.at, one.id)))
        for visit_id, several in found.items()
    }


def read_standings(connection: Connection, patient_ids: Collection[str]) -> Mapping[str, Standing]:
    """By visit id; a visit that nobody has said anything of is left out."""
    held = read_reviews(connection, patient_ids) if patient_ids else {}
    standings = {visit_id: stand(several) for visit_id, several in held.items()}
    return {visit_id: one for visit_id, one in standings.items() if one.word is not Word.NONE}


def read_reasons(
    connection: Connection, me: str, rules: ReviewRules, now: datetime, visit_id: str | None = None
) -> tuple[tuple[Candidate, tuple[Reason, ...]], ...]:
    """Whole visits of others with why each needs review (empty: it is filed as received); or of this one only."""
    levels = review_rows.read_alert_levels(connection, visit_id)
    found = review_rows.list_candidates(connection, me, visit_id=visit_id)
    waiting = _find_waiting(connection, found, now)
    return tuple(
        (one, list_reasons(_facts(one, levels.get(one.id, frozenset()), one.patient_id in waiting), rules))
        for one in found
    )


def _find_waiting(connection: Connection, found: Collection[Candidate], now: datetime) -> frozenset[str]:
    """Of those whom somebody did not see: people whose 48 hours wait for a visit still."""
    since = now - OVERDUE_FOR
    shut = {one.patient_id for one in found if one.not_seen and one.began_at >= since}
    if not shut:
        return frozenset()
    stayed = day_rows.list_people_with_stays(connection, codes.VISIT_IDENTIFIER, since.date().isoformat())
    return frozenset(
        who for who in shut.intersection(stayed) if read_stays(connection, who).running(now) is not None
    )


def _facts(one: Candidate, levels: Collection[str], waits: bool) -> VisitFacts:
    return VisitFacts(
        id=one.id,
        nurse=one.nurse,
        began_at=one.began_at,
        kind=one.kind,
        act_now=Level.ACT_NOW.value in levels,
        flagged=Level.TODAY.value in levels,
        died=one.died,
        talked=one.talked,
        clock_waits=one.not_seen and waits,
        unsafe=one.unsafe,
    )
