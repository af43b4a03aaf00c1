"""Enrolment in hospice, as rules and screens need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

HOSPICE_CARE = "551781000124102"
"""SNOMED CT (US edition) "Under hospice care", as HL7's advance directive guide (fhir-pacio-adi) uses it."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`over`: the plan's record says that it has ended, on `over_on` where it names a day."""

    enrolled: bool = False
    since: date | None = None
    over: bool = False
    over_on: date | None = None
