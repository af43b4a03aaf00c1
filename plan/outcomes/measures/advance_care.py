"""An advance care plan or a person to decide, for everybody of 65 or older (MIPS 47, NQF 0326)."""

from __future__ import annotations

from plan.outcomes.measures.common import PEOPLE, ROSTER_SOURCE, UNSEEN_REASONS
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

AGE = 65

SQL = """
met_with AS (  -- everybody, with the first visit that took place in the period, if any
    SELECT p.patient_id, p.birth_date, p.is_dead, p.died_ms, p.listed_ms,
           MIN(v.began_ms) AS began_ms, MIN(v.local_date) AS local_date
    FROM people p
    LEFT JOIN outcome_visit v
      ON v.patient_id = p.patient_id AND v.seen = 1 AND v.began_ms >= :start_ms AND v.began_ms < :end_ms
    GROUP BY p.patient_id, p.birth_date, p.is_dead, p.died_ms, p.listed_ms
),
aged AS (  -- age on the day of that visit, else on the period's last day; days are compared as numbers, 20261122
    SELECT m.*,
           (CAST(REPLACE(COALESCE(m.local_date, :last_day), '-', '') AS INTEGER)
            - CAST(REPLACE(m.birth_date, '-', '') AS INTEGER)) / 10000 AS age
    FROM met_with m
),
known AS (
    SELECT a.*,
           (SELECT COUNT(*) FROM outcome_document d
            WHERE d.patient_id = a.patient_id AND d.kind IN ('advance-directive', 'agent', 'polst', 'polst-treatment')
              AND d.from_ms < :end_ms AND d.until_ms > :start_ms) AS papers,
           (SELECT COUNT(*) FROM outcome_conversation c
            WHERE c.patient_id = a.patient_id AND c.held = 1 AND c.at_ms < :end_ms
              AND (c.preferences = 'said' OR c.place = 'said')) AS talks,
           (SELECT COUNT(*) FROM outcome_conversation c
            WHERE c.patient_id = a.patient_id AND c.at_ms >= :start_ms AND c.at_ms < :end_ms
              AND c.held = 0 AND c.voluntary = 'not-wanted')
           + (SELECT COUNT(*) FROM outcome_decline q
              WHERE q.patient_id = a.patient_id AND q.what = 'conversation'
                AND q.at_ms < :end_ms AND COALESCE(q.until_ms, q.at_ms + :quiet_ms) > :start_ms) AS declined,
           (SELECT COUNT(*) FROM outcome_programme h
            WHERE h.patient_id = a.patient_id AND h.programme = 'hospice'
              AND h.from_ms < :end_ms AND h.until_ms > :start_ms) AS hospice
    FROM aged a
),
judged AS (
    SELECT patient_id, COALESCE(began_ms, listed_ms) AS at_ms,
           CASE WHEN hospice > 0 THEN 'hospice'
                WHEN birth_date IS NULL THEN 'birth-date-unknown'
                WHEN began_ms IS NULL AND died_ms < :end_ms THEN 'died-unseen'
                WHEN began_ms IS NULL THEN 'no-visit'
                WHEN papers > 0 THEN 'paper'
                WHEN talks > 0 THEN 'talk'
                WHEN declined > 0 THEN 'declined'
                WHEN died_ms < :end_ms THEN 'died'
                ELSE 'nothing' END AS reason
    FROM known
    WHERE (birth_date IS NULL OR age >= :age)
      AND (is_dead = 0 OR died_ms IS NOT NULL OR began_ms IS NOT NULL)
),
units AS (
    SELECT patient_id, 'Patient/' || patient_id AS unit, at_ms,
           CASE reason WHEN 'hospice' THEN 'excluded'
                       WHEN 'birth-date-unknown' THEN 'no-data'
                       WHEN 'died-unseen' THEN 'died'
                       WHEN 'died' THEN 'died'
                       WHEN 'no-visit' THEN 'no-visit'
                       WHEN 'declined' THEN 'preference'
                       WHEN 'nothing' THEN 'missed'
                       ELSE 'met' END AS standing,
           reason, CAST(NULL AS FLOAT) AS value
    FROM judged
)"""

ADVANCE_CARE = Measure(
    id="MIPS47",
    title="Advance care plan, or somebody to decide",
    unit=Unit.MEMBER,
    numerator="An advance directive, a POLST or an agent on record by the end of the period, or wishes for "
    "later talked about.",
    denominator="Members on the roster who were 65 or older on the day of their first visit of the period.",
    exclusions="In hospice at any time of the period.",
    data_source=f"{ROSTER_SOURCE}, papers (DocumentReference, Consent), conversations, hospice (EpisodeOfCare)",
    source="MIPS 47 / NQF 0326 (CMS specification, copy)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified="Published for 12 months and for clinicians' billing; visits in an emergency room are not "
    "told apart here.",
    reasons={
        "paper": "A paper or an agent is on record",
        "talk": "Talked about, wishes on record",
        "declined": "Did not want to talk about it",
        "nothing": "Nothing on record",
        "hospice": "In hospice",
        "birth-date-unknown": "Birth date not known",
        "died": "Died in the period, nothing on record",
        "died-unseen": UNSEEN_REASONS["died-unseen"],
        "no-visit": "On the roster, no visit in the period",
    },
    sql=f"{PEOPLE},{SQL}",
    parameters={"age": AGE},
    preference_met=True,
)
