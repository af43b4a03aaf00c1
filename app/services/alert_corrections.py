"""Answers of signed visits that should read otherwise, and alerts: what is found only now is raised as in a visit.

No alert closes and none gets less by a correction: whoever has it reads what was corrected, and judges.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.domain.addendum import Correction
from app.domain.alert import Alert
from app.domain.safety import Finding
from app.domain.visit import Answer, PersonRef, Visit, VisitDraft, VisitStatus
from app.errors import HearthsideError
from app.services import alert_writes
from app.services.corrected_answers import list_addenda
from app.services.safety import TRANSITION, find_wanted
from app.services.safety_context import find_in
from app.store import alerts, visits
from app.store.quick import savepoint
from app.store.visit_rows import OWN

log = logging.getLogger("app.services.alert_corrections")


def check_corrected(
    connection: Connection, visit: Visit, corrections: Sequence[Correction], now: datetime, me: PersonRef
) -> tuple[Correction, ...]:
    """Raise what the rules find in the corrected answers and did not find in the signed ones.

    Returns the corrections, each with the alerts that it is about. A fault in a rule keeps no answer from being saved.
    A visit that was entered in error counts nowhere, so not here.
    """
    if visits.get_row(connection, visit.id).status is VisitStatus.MISTAKEN:
        return tuple(corrections)
    try:
        with savepoint(connection):
            return _check(connection, visit, corrections, now, me)
    except (SQLAlchemyError, HearthsideError):
        raise
    except Exception as error:  # noqa: BLE001 - as in a visit: `app.services.safety.check`
        log.error("the safety rules failed: %s", type(error).__name__)
        return tuple(corrections)


def _check(
    connection: Connection, visit: Visit, corrections: Sequence[Correction], now: datetime, me: PersonRef
) -> tuple[Correction, ...]:
    earlier = [
        one
        for addendum in list_addenda(connection, visit.patient_id, visit.id)
        for one in addendum.corrections
    ]

    def find(*several: Correction) -> dict[str, Finding]:
        found = find_in(connection, _corrected(visit, [*earlier, *several]), now)
        return {one.subject: one for one in found if one.subject != TRANSITION}

    before, after = find(), find(*corrections)
    held = {one.subject: one for one in alerts.list_for_visit(connection, visit.id)}
    for finding in after.values():
        alert = held.get(finding.subject)
        if finding.task and (alert is None or _says_more(finding, before.get(finding.subject))):
            _raise(connection, visit, finding, alert, now, me)
    raised = [one for one in alerts.list_for_visit(connection, visit.id) if not one.private]
    told = []
    for one in corrections:
        others = [other for other in corrections if other is not one]
        about = {one.link_id} | _differing(before, find(one)) | _differing(find(*others), after)
        told.append(
            replace(one, alerts=tuple(sorted(alert.id for alert in raised if alert.subject in about)))
        )
    return tuple(told)


def _corrected(visit: Visit, corrections: Iterable[Correction]) -> VisitDraft:
    """The visit as a draft with the answers that it should have held; the later correction of an answer counts."""
    answers = dict(visit.answers)
    for one in corrections:
        signed = visit.answers.get(one.link_id)
        if signed is not None and one.value is not None:
            answers[one.link_id] = Answer(signed.at, one.value, name=signed.name)
    return VisitDraft(
        id=visit.id,
        patient_id=visit.patient_id,
        nurse=visit.nurse,
        modality=visit.modality,
        setting=visit.setting,
        began_at=visit.began_at,
        left_at=visit.left_at,
        answered_by=visit.answered_by,
        answers=answers,
        entries=visit.entries,
        draft_of=visit.draft_of,
    )


def _says_more(finding: Finding, before: Finding | None) -> bool:
    """Whether it is new, more urgent, a higher number, or as urgent and about something else to be done."""
    if before is None or before.quieted > finding.quieted:
        return True
    if finding.level is not before.level:
        return finding.level.urgency > before.level.urgency
    higher = None not in (finding.score, before.score) and (finding.score or 0) > (before.score or 0)
    return higher or finding.title != before.title


def _raise(
    connection: Connection,
    visit: Visit,
    finding: Finding,
    held: Alert | None,
    now: datetime,
    me: PersonRef,
) -> None:
    """By the visit's own path. Who answers in the place of the nurse who made the visit raises one of her own: the
    plan lets nobody write into an alert that somebody else raised.
    """
    draft = _corrected(visit, ())
    mine = visit.nurse.reference == me.reference
    key = finding.subject if mine else f"{finding.subject}/{me.reference}"
    alert_id = alert_writes.alert_id(draft.root, key)
    found = find_wanted(finding, held if mine else alerts.find(connection, alert_id), draft, now)
    if found is not None:
        alert_writes.write(connection, replace(found, id=alert_id, origin=OWN), me, now)


def _differing(first: Mapping[str, Finding], second: Mapping[str, Finding]) -> set[str]:
    return {one for one in {*first, *second} if first.get(one) != second.get(one)}
