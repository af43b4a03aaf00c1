"""Diagnoses, grouped by the illnesses that a palliative-need screen and SB 1004 speak of.

ICD-10-CM by the beginning of its code; SNOMED CT and words where there is no ICD-10-CM code. A group is for finding
people to ask about, never a decision on who is eligible.
"""

from __future__ import annotations

from typing import Any

from plan.outcomes.facts.person import HOSPICE_CARE, over_at
from plan.outcomes.reading import SNOMED, Json, at, codes, has_code, words
from plan.outcomes.record import Record
from plan.outcomes.tables import FOREVER

Row = dict[str, Any]

ICD_10 = "http://hl7.org/fhir/sid/icd-10-cm"
_STARTS = (
    ("heart-failure", ("I50", "I11.0", "I13.0", "I13.2")),
    ("copd", ("J41", "J42", "J43", "J44")),
    ("lung", ("J84.1", "J96.1")),
    ("cancer", ("C",)),
    ("liver", ("K70.3", "K70.4", "K72", "K74.6", "K76.6", "K76.7")),
    ("kidney", ("N18.5", "N18.6")),
    ("dementia", ("F01", "F02", "F03", "G30", "G31.0", "G31.83")),
    ("neuro", ("G12.2", "G20", "G35", "G10")),
    ("stroke", ("I60", "I61", "I62", "I63", "I69")),
    ("hiv", ("B20",)),
)
_SNOMED = {
    "84114007": "heart-failure",
    "13645005": "copd",
    "254637007": "cancer",
    "363418001": "cancer",
    "254837009": "cancer",
    "363406005": "cancer",
    "399068003": "cancer",
    "86044005": "neuro",
    "26929004": "dementia",
    "49049000": "neuro",
    "19943007": "liver",
    "46177005": "kidney",
    "230690007": "stroke",
}
_WORDS = (
    ("heart-failure", ("heart failure",)),
    ("copd", ("copd", "obstructive pulmonary", "obstructive lung")),
    ("lung", ("pulmonary fibrosis",)),
    ("cancer", ("cancer", "carcinoma", "metast", "lymphoma", "leukemia", "myeloma", "sarcoma")),
    ("liver", ("cirrhosis", "liver failure")),
    ("kidney", ("end-stage kidney", "end-stage renal", "end stage renal")),
    ("dementia", ("dementia", "alzheimer")),
    ("neuro", ("amyotrophic", "parkinson", "multiple sclerosis", "huntington")),
    ("stroke", ("stroke",)),
)
KINDS = (*(name for name, _ in _STARTS), "other")


def problem_rows(record: Record) -> list[Row]:
    """One row a diagnosis that was not refuted."""
    found = []
    for condition in record.of("Condition"):
        code = condition.get("code")
        if has_code(code, HOSPICE_CARE, SNOMED) or has_code(condition.get("verificationStatus"), "refuted"):
            continue
        system, value, kind = _group(code if isinstance(code, dict) else {})
        ends = over_at(condition, record)
        began = at(condition.get("onsetDateTime"), record.zone)
        found.append(
            {
                "resource_id": condition["id"],
                "system": system,
                "code": value,
                "kind": kind,
                "from_ms": began if began is not None else at(condition.get("recordedDate"), record.zone),
                "until_ms": FOREVER if ends is None else ends,
            }
        )
    return found


def _group(code: Json) -> tuple[str, str | None, str]:
    held = [(system, value) for system, value in codes(code) if len(value) <= 64]
    for system, value in held:
        if system == ICD_10:
            kind = next((name for name, starts in _STARTS if value.startswith(starts)), "other")
            return "icd-10-cm", value, kind
    for system, value in held:
        if system == SNOMED and value in _SNOMED:
            return "snomed", value, _SNOMED[value]
    said = words(code)
    kind = next((name for name, marks in _WORDS if any(mark in said for mark in marks)), "other")
    return "other", held[0][1] if held else None, kind
