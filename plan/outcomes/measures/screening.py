"""Asked about pain and breathlessness at the first encounter (NQF 1634, NQF 1639)."""

from __future__ import annotations

from collections.abc import Mapping

from plan.outcomes.measures.common import (
    COMMON,
    DAY_MS,
    ROSTER_SOURCE,
    SHORT_STAY_REASONS,
    SHORT_STAY_WORDS,
    UNSEEN_REASONS,
)
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

SCREEN = """
screen AS (  -- what the first encounter says of the symptom: a number, why there is none, or nothing
    SELECT f.patient_id, f.birth_date, f.died_ms, f.left_ms, f.visit_id, f.began_ms,
           MAX(CASE WHEN s.item = :item THEN s.number END) AS number,
           MAX(CASE WHEN s.item = :item AND s.number IS NOT NULL THEN s.at_ms END) AS number_ms,
           MAX(CASE WHEN s.item = :item THEN s.absent END) AS absent,
           MAX(CASE WHEN s.item = :item THEN s.answered_by END) AS answered_by,
           COUNT(CASE WHEN s.instrument = :observed AND s.number IS NOT NULL THEN 1 END) AS seen_items,
           SUM(CASE WHEN s.instrument = :observed THEN s.number END) AS seen_total,
           MAX(CASE WHEN s.instrument = :observed AND s.number IS NOT NULL THEN s.at_ms END) AS seen_ms
    FROM first_encounter f
    LEFT JOIN outcome_score s
      ON s.patient_id = f.patient_id AND s.visit_id = f.visit_id AND s.turn = 0
     AND (s.item = :item OR s.instrument = :observed)
    GROUP BY f.patient_id, f.birth_date, f.died_ms, f.left_ms, f.visit_id, f.began_ms
)"""
"""`:observed`: a scale of what is seen, for who cannot say; it counts with all `:observed_items`."""

SQL = """
units AS (
    SELECT patient_id, 'Encounter/' || visit_id AS unit, began_ms AS at_ms,
           CASE WHEN died_ms < began_ms + :day_ms THEN 'died'
                WHEN left_ms < began_ms + :day_ms THEN 'excluded'
                WHEN number IS NOT NULL OR seen_items >= :observed_items THEN 'met'
                WHEN absent = 'declined' THEN 'preference'
                ELSE 'missed' END AS standing,
           CASE WHEN died_ms < began_ms + :day_ms THEN 'died-within-a-day'
                WHEN left_ms < began_ms + :day_ms THEN 'short-stay'
                WHEN number IS NOT NULL THEN 'asked'
                WHEN seen_items >= :observed_items THEN 'observed'
                WHEN absent = 'declined' THEN 'declined'
                WHEN absent IS NOT NULL THEN 'could-not-answer'
                ELSE 'not-asked' END AS reason,
           CAST(NULL AS FLOAT) AS value
    FROM screen
    UNION ALL SELECT patient_id, unit, at_ms, standing, reason, value FROM unseen
)"""

REASONS = {
    "asked": "Asked, with a number",
    "observed": "Could not say; looked at with a scale for that",
    "declined": "Did not want to answer",
    "could-not-answer": "Could not answer, and no scale of what is seen was used",
    "not-asked": "Not asked",
    **SHORT_STAY_REASONS,
    **UNSEEN_REASONS,
}
PAIN: Mapping[str, int | str] = {
    "item": "esas-pain",
    "observed": "painad",
    "observed_items": 5,
    "day_ms": DAY_MS,
}
BREATH: Mapping[str, int | str] = {
    "item": "esas-sob",
    "observed": "none",
    "observed_items": 1,
    "day_ms": DAY_MS,
}
_PEOPLE_WORDS = "Members on the roster whose first visit of all fell into the period."
_UNVERIFIED = (
    "That the first visit of any kind that took place is the admission to palliative care is our reading."
)

PAIN_SCREENING = Measure(
    id="NQF1634",
    title="Pain asked about at the first visit",
    unit=Unit.MEMBER,
    numerator="The first visit holds a pain score (ESAS-r, or all five items of PAINAD where the person "
    "cannot say).",
    denominator=_PEOPLE_WORDS,
    exclusions=SHORT_STAY_WORDS,
    data_source=f"{ROSTER_SOURCE}, answers (QuestionnaireResponse)",
    source="NQF 1634 (AHRQ NQMC / doczz copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=_UNVERIFIED,
    reasons=REASONS,
    sql=f"{COMMON},{SCREEN},{SQL}",
    parameters=PAIN,
)
BREATH_SCREENING = Measure(
    id="NQF1639",
    title="Breathlessness asked about at the first visit",
    unit=Unit.MEMBER,
    numerator="The first visit holds a score for shortness of breath (ESAS-r).",
    denominator=_PEOPLE_WORDS,
    exclusions=SHORT_STAY_WORDS,
    data_source=f"{ROSTER_SOURCE}, answers (QuestionnaireResponse)",
    source="NQF 1639 (AHRQ NQMC / doczz copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=_UNVERIFIED,
    reasons=REASONS,
    sql=f"{COMMON},{SCREEN},{SQL}",
    parameters=BREATH,
)
