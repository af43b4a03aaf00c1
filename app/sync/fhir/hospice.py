"""Hospice enrolment in a Condition of the plan's record."""

from __future__ import annotations

from typing import Any

from app.domain.hospice import HOSPICE_CARE, Enrolment
from app.sync.fhir import codes, read

_OVER = frozenset({"inactive", "remission", "resolved"})
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})


def find_enrolment(condition: Any) -> Enrolment:
    """Enrolled where the condition names hospice care and is neither over nor withdrawn; a withdrawn one says
    nothing.
    """
    if not read.has_code(read.find(condition, "code"), HOSPICE_CARE, codes.SNOMED):
        return Enrolment()
    status = {code for _, code in read.codes(read.find(condition, "clinicalStatus"))}
    verified = {code for _, code in read.codes(read.find(condition, "verificationStatus"))}
    if verified & _WITHDRAWN:
        return Enrolment()
    if status & _OVER or read.text(condition, "abatementDateTime") is not None:
        return Enrolment(over=True, over_on=read.day(condition, "abatementDateTime"))
    return Enrolment(True, read.day(condition, "onsetDateTime") or read.day(condition, "recordedDate"))
