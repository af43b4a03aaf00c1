"""The line of business of a visit, frozen by its signature: what the plan's coverage said of the day of the visit.

A coverage is replaced when a member changes her plan; a log, a payment or a measure of last year must not change with
it. So it becomes an answer of the visit (ADR 0048). Where no coverage is here, nothing is said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.answer_rules import LONGEST_LINE
from app.domain.evv import LINE_OF_BUSINESS
from app.domain.typed import clean_line
from app.domain.visit import Answer, VisitDraft
from app.store import bases
from app.sync.fhir.coverage import line_of_business
from app.sync.fhir.frame import is_restricted
from app.sync.fhir.json_text import BadJson, loads


def freeze_line(connection: Connection, draft: VisitDraft, now: datetime) -> VisitDraft:
    """The draft as it is signed at `now`."""
    said = find_line(connection, draft.patient_id, draft.began_at)
    answers = {link_id: answer for link_id, answer in draft.answers.items() if link_id != LINE_OF_BUSINESS}
    if said is not None:
        answers[LINE_OF_BUSINESS] = Answer(now, said)
    return replace(draft, answers=answers)


def find_line(connection: Connection, patient_id: str, at: datetime) -> str | None:
    """What the coverages on this device say of that day, by the calendar of the place where the visit was."""
    coverages: list[object] = []
    for base in bases.list_for_patient(connection, patient_id, "Coverage"):
        try:
            coverage = loads(base.body)
        except BadJson:
            continue
        if not is_restricted(coverage):
            coverages.append(coverage)
    said = clean_line(line_of_business(coverages, at.date()) or "")
    return said[:LONGEST_LINE] or None
