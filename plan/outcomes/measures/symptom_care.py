"""What followed on a symptom that was there at the first encounter, within 24 hours (NQF 1637, NQF 1638)."""

from __future__ import annotations

from plan.outcomes.measures.common import (
    COMMON,
    HOUR_MS,
    ROSTER_SOURCE,
    SHORT_STAY_REASONS,
    SHORT_STAY_WORDS,
    UNSEEN_REASONS,
)
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit
from plan.outcomes.measures.screening import BREATH, PAIN, SCREEN

POSITIVE = 1
"""A screen of this or more is positive: any pain, any breathlessness. The published texts name no number."""

SQL = """
positive AS (
    SELECT patient_id, died_ms, left_ms, visit_id, began_ms, absent, number, seen_items,
           COALESCE(number, CASE WHEN seen_items >= :observed_items THEN seen_total END) AS score,
           COALESCE(number_ms, seen_ms, began_ms) AS screened_ms
    FROM screen
),
followed AS (
    SELECT p.patient_id, p.died_ms, p.left_ms, p.visit_id, p.began_ms, p.absent, p.score, p.screened_ms,
           COUNT(CASE WHEN a.symptom = :symptom THEN 1 END) AS acted, COUNT(a.kind) AS acted_at_all
    FROM positive p
    LEFT JOIN outcome_action a
      ON a.patient_id = p.patient_id AND a.kind = :kind AND a.symptom IN (:symptom, 'any')
     AND a.at_ms <= p.screened_ms + :window_ms AND (a.at_ms >= p.screened_ms OR a.visit_id = p.visit_id)
    GROUP BY p.patient_id, p.died_ms, p.left_ms, p.visit_id, p.began_ms, p.absent, p.score, p.screened_ms
),
units AS (
    SELECT patient_id, 'Encounter/' || visit_id AS unit, began_ms AS at_ms,
           CASE WHEN score IS NULL AND absent = 'declined' THEN 'preference'
                WHEN score IS NULL OR score < :positive THEN 'excluded'
                WHEN died_ms < began_ms + :day_ms THEN 'died'
                WHEN left_ms < began_ms + :day_ms THEN 'excluded'
                WHEN acted > 0 THEN 'met'
                WHEN acted_at_all > 0 THEN 'no-data'
                WHEN died_ms <= screened_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < screened_ms + :window_ms THEN 'pending'
                ELSE 'missed' END AS standing,
           CASE WHEN score IS NULL AND absent = 'declined' THEN 'declined'
                WHEN score IS NULL THEN 'not-screened'
                WHEN score < :positive THEN 'not-there'
                WHEN died_ms < began_ms + :day_ms THEN 'died-within-a-day'
                WHEN left_ms < began_ms + :day_ms THEN 'short-stay'
                WHEN acted > 0 THEN 'followed'
                WHEN acted_at_all > 0 THEN 'not-said-for-what'
                WHEN died_ms <= screened_ms + :window_ms THEN 'died-within-a-day'
                WHEN :as_of_ms < screened_ms + :window_ms THEN 'pending'
                ELSE 'not-followed' END AS reason,
           CAST(NULL AS FLOAT) AS value
    FROM followed
    UNION ALL SELECT patient_id, unit, at_ms, standing, reason, value FROM unseen
)"""

REASONS = {
    "followed": "Done within 24 hours",
    "not-said-for-what": "Something was done, nobody says for what",
    "not-followed": "Nothing recorded within 24 hours",
    "not-screened": "Not asked about",
    "not-there": "Asked, and not there",
    "declined": "Did not want to answer",
    "pending": "The 24 hours are not over",
    **SHORT_STAY_REASONS,
    **UNSEEN_REASONS,
}
_WINDOW = {"window_ms": 24 * HOUR_MS, "positive": POSITIVE}
_EXCLUSIONS = (
    f"Not asked about, or asked and not there. {SHORT_STAY_WORDS} Something done that nobody says for what "
    "(a call to a prescriber, a cause not known) stands as no data."
)
_SOURCE = f"{ROSTER_SOURCE}, answers and second looks (QuestionnaireResponse), calls to a prescriber"

PAIN_ASSESSMENT = Measure(
    id="NQF1637",
    title="Pain looked into within 24 hours",
    unit=Unit.MEMBER,
    numerator="A closer look at the pain within 24 hours of the score (PEG, PAINAD, signs of distress, a "
    "second look).",
    denominator="Members on the roster whose first visit fell into the period and found pain.",
    exclusions=_EXCLUSIONS,
    data_source=_SOURCE,
    source="NQF 1637 (AHRQ NQMC / doczz copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified="That any pain above 0 is a positive screen, and which of our forms are a clinical "
    "assessment, is our reading.",
    reasons=REASONS,
    sql=f"{COMMON},{SCREEN},{SQL}",
    parameters={**PAIN, **_WINDOW, "symptom": "pain", "kind": "assessment"},
    window_hours=24,
)
BREATH_TREATMENT = Measure(
    id="NQF1638",
    title="Breathlessness treated within 24 hours",
    unit=Unit.MEMBER,
    numerator="Something was done about it within 24 hours of the score (said so at a second look, oxygen as ordered).",
    denominator="Members on the roster whose first visit fell into the period and found shortness of breath.",
    exclusions=_EXCLUSIONS,
    data_source=_SOURCE,
    source="NQF 1638 (doczz.net copy)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified="That any breathlessness above 0 is a positive screen, and what counts as treatment, is our "
    "reading.",
    reasons=REASONS,
    sql=f"{COMMON},{SCREEN},{SQL}",
    parameters={**BREATH, **_WINDOW, "symptom": "dyspnea", "kind": "treatment"},
    window_hours=24,
)
