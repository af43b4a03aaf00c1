"""A professional interpreter, or a nurse who speaks the language, where one is needed."""

from __future__ import annotations

from plan.outcomes.measures.common import PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

SQL = """
visited AS (
    SELECT p.patient_id, p.language, v.visit_id, v.began_ms, v.interpreter_needed, v.interpreter_used,
           (SELECT COUNT(*) FROM outcome_decline d
            WHERE d.patient_id = v.patient_id AND d.what = 'interpreter'
              AND d.at_ms <= v.began_ms AND COALESCE(d.until_ms, d.at_ms + :quiet_ms) > v.began_ms) AS declined
    FROM people p
    JOIN outcome_visit v ON v.patient_id = p.patient_id
    WHERE v.seen = 1 AND v.began_ms >= :start_ms AND v.began_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = p.patient_id AND r.since_ms <= v.began_ms AND r.until_ms > v.began_ms)
      AND (v.interpreter_needed = 'yes'
           OR (v.interpreter_needed = 'unknown' AND p.language <> 'en' AND p.language NOT LIKE 'en-%'))
),
judged AS (
    SELECT patient_id, visit_id, began_ms,
           CASE WHEN interpreter_needed = 'unknown' THEN 'need-unknown'
                WHEN interpreter_used IN ('in-person', 'remote', 'nurse') THEN interpreter_used
                WHEN interpreter_used = 'not-wanted' THEN 'not-wanted'
                WHEN interpreter_used IS NULL AND declined > 0 THEN 'not-wanted'
                WHEN interpreter_used IN ('family-or-staff', 'missing') THEN interpreter_used
                ELSE 'not-recorded' END AS reason
    FROM visited
),
units AS (
    SELECT patient_id, 'Encounter/' || visit_id AS unit, began_ms AS at_ms,
           CASE WHEN reason IN ('in-person', 'remote', 'nurse') THEN 'met'
                WHEN reason = 'not-wanted' THEN 'preference'
                WHEN reason = 'need-unknown' THEN 'no-data'
                ELSE 'missed' END AS standing,
           reason, CAST(NULL AS FLOAT) AS value
    FROM judged
)"""

INTERPRETER = Measure(
    id="LANG",
    title="Interpreter used where one is needed",
    unit=Unit.VISIT,
    numerator="A professional interpreter (there, by telephone or video), or a nurse who speaks the language.",
    denominator="Visits of the period to members on the roster who need an interpreter, by the visit or by "
    "the plan's record.",
    exclusions="None. Who did not want one stands apart; so does a language other than English whose need "
    "nobody knows.",
    data_source="The visit's question about an interpreter, Patient.communication and interpreter need",
    source="Paper of this project: language barriers (seed 003)",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="A qualified interpreter cannot be told from another professional one. An unknown language "
    "is never English.",
    reasons={
        "in-person": "Interpreter there",
        "remote": "Interpreter by telephone or video",
        "nurse": "The nurse speaks the language",
        "family-or-staff": "Family or staff helped out",
        "missing": "None was to be had",
        "not-recorded": "Not recorded",
        "not-wanted": "Did not want one",
        "need-unknown": "Nobody knows whether one is needed",
    },
    sql=f"{PEOPLE},{SQL}",
)
