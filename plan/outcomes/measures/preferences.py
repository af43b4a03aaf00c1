"""Wishes about life-sustaining treatment, and what gives strength, on record after the first visit (NQF "
"1641, 1647)."""

from __future__ import annotations

from plan.outcomes.measures.common import (
    COMMON,
    DAY_MS,
    ROSTER_SOURCE,
    SHORT_STAY_REASONS,
    SHORT_STAY_WORDS,
    UNSEEN_REASONS,
)
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

WINDOW_DAYS = 30

TREATMENT = """
said AS (  -- what was on record no later than the window's end, and had not been taken back before the first visit
    SELECT f.patient_id, f.visit_id, f.began_ms, f.died_ms, f.left_ms,
           (SELECT COUNT(*) FROM outcome_document d
            WHERE d.patient_id = f.patient_id
              AND d.kind IN ('polst', 'polst-treatment', 'dnr-form', 'code-status')
              AND d.says IN ('cpr-no', 'cpr-yes', 'full', 'selective', 'comfort')
              AND d.from_ms <= f.began_ms + :window_ms AND d.until_ms > f.began_ms)
           + (SELECT COUNT(*) FROM outcome_conversation c
              WHERE c.patient_id = f.patient_id AND c.held = 1 AND c.preferences = 'said'
                AND c.at_ms <= f.began_ms + :window_ms) AS documented,
           (SELECT COUNT(*) FROM outcome_document d
            WHERE d.patient_id = f.patient_id AND d.says = 'not-decided'
              AND d.from_ms <= f.began_ms + :window_ms AND d.until_ms > f.began_ms) AS undecided,
           (SELECT COUNT(*) FROM outcome_conversation c
            WHERE c.patient_id = f.patient_id AND c.at_ms <= f.began_ms + :window_ms
              AND (c.preferences = 'not-wanted' OR (c.held = 0 AND c.voluntary = 'not-wanted'))) AS declined
    FROM first_encounter f
)"""

SPIRIT = """
said AS (
    SELECT f.patient_id, f.visit_id, f.began_ms, f.died_ms, f.left_ms, 0 AS undecided,
           (SELECT COUNT(*) FROM outcome_conversation c
            WHERE c.patient_id = f.patient_id AND c.held = 1 AND c.spiritual = 'said'
              AND c.at_ms <= f.began_ms + :window_ms)
           + (SELECT COUNT(*) FROM outcome_score s
              WHERE s.patient_id = f.patient_id AND s.item = 'at-peace' AND s.code IS NOT NULL
                AND s.at_ms <= f.began_ms + :window_ms) AS documented,
           (SELECT COUNT(*) FROM outcome_conversation c
            WHERE c.patient_id = f.patient_id AND c.spiritual = 'not-wanted'
              AND c.at_ms <= f.began_ms + :window_ms)
           + (SELECT COUNT(*) FROM outcome_score s
              WHERE s.patient_id = f.patient_id AND s.item = 'at-peace'
                AND s.absent IN ('declined', 'does-not-want-to-discuss')
                AND s.at_ms <= f.began_ms + :window_ms)
           + (SELECT COUNT(*) FROM outcome_referral r
              WHERE r.patient_id = f.patient_id AND r.target IN ('chaplain', 'faith-leader')
                AND r.state = 'declined' AND r.at_ms <= f.began_ms + :window_ms) AS declined
    FROM first_encounter f
)"""

SQL = """
judged AS (
    SELECT patient_id, visit_id, began_ms,
           CASE WHEN died_ms < began_ms + :day_ms THEN 'died-within-a-day'
                WHEN left_ms < began_ms + :day_ms THEN 'short-stay'
                WHEN documented > 0 THEN 'documented'
                WHEN undecided > 0 THEN 'undecided'
                WHEN declined > 0 THEN 'declined'
                WHEN died_ms <= began_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < began_ms + :window_ms THEN 'pending'
                ELSE 'not-documented' END AS reason
    FROM said
),
units AS (
    SELECT patient_id, 'Encounter/' || visit_id AS unit, began_ms AS at_ms,
           CASE reason WHEN 'documented' THEN 'met'
                       WHEN 'undecided' THEN 'preference'
                       WHEN 'declined' THEN 'preference'
                       WHEN 'short-stay' THEN 'excluded'
                       WHEN 'pending' THEN 'pending'
                       WHEN 'not-documented' THEN 'missed'
                       ELSE 'died' END AS standing,
           reason, CAST(NULL AS FLOAT) AS value
    FROM judged
    UNION ALL SELECT patient_id, unit, at_ms, standing, reason, value FROM unseen
)"""

_REASONS = {
    "documented": "On record",
    "declined": "Did not want to talk about it",
    "not-documented": "Nothing on record",
    "died": "Died within the 30 days",
    "pending": "The 30 days are not over",
    **SHORT_STAY_REASONS,
    **UNSEEN_REASONS,
}
_DENOMINATOR = "Members on the roster whose first visit of all fell into the period."
_PARAMETERS = {"window_ms": WINDOW_DAYS * DAY_MS, "day_ms": DAY_MS}
_WINDOW = "The published text names no window; 30 days after the first visit are ours, so that figures of a month stay."

TREATMENT_PREFERENCES = Measure(
    id="NQF1641",
    title="Wishes about life-sustaining treatment on record",
    unit=Unit.MEMBER,
    numerator="A POLST, a do-not-resuscitate form, a statement about resuscitation, or what the person "
    "would and would "
    "not go through, on record within 30 days of the first visit.",
    denominator=_DENOMINATOR,
    exclusions=f"{SHORT_STAY_WORDS} Asked and not decided stands with those who did not want to talk about it.",
    data_source=f"{ROSTER_SOURCE}, code status (DocumentReference, Observation), conversations (Procedure, answers)",
    source="NQF 1641 (AHRQ NQMC / doczz copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=_WINDOW,
    reasons={**_REASONS, "undecided": "Asked; has not decided"},
    sql=f"{COMMON},{TREATMENT},{SQL}",
    parameters=_PARAMETERS,
    window_hours=WINDOW_DAYS * 24,
)
SPIRITUAL_CONCERNS = Measure(
    id="NQF1647",
    title="Faith, meaning and peace talked about",
    unit=Unit.MEMBER,
    numerator='Sources of strength talked about, or "Are you at peace?" answered, within 30 days of the '
    "first visit.",
    denominator=_DENOMINATOR,
    exclusions=SHORT_STAY_WORDS,
    data_source=f"{ROSTER_SOURCE}, conversations, the nurse's own questions (QuestionnaireResponse)",
    source="NQF 1647, modified (AHRQ NQMC / doczz copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified=f"{_WINDOW} Which of our questions are such a talk is our reading.",
    reasons=_REASONS,
    sql=f"{COMMON},{SPIRIT},{SQL}",
    parameters=_PARAMETERS,
    window_hours=WINDOW_DAYS * 24,
    preference_met=True,
)
