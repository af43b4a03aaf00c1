"""Pain brought to a comfortable level within 48 hours of the first visit (MIPS 342, NQF 0209)."""

from __future__ import annotations

from plan.outcomes.measures.common import COMMON, HOUR_MS, ROSTER_SOURCE, UNSEEN_REASONS
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit
from plan.outcomes.measures.screening import PAIN, SCREEN

COMFORT = 3
"""Comfortable is the person's own level where one is on record, else this number or less."""

SQL = """
levels AS (
    SELECT s.*,
           COALESCE((SELECT MAX(l.number) FROM outcome_score l
                     WHERE l.patient_id = s.patient_id AND l.instrument = 'comfort-level' AND l.item = :item
                       AND l.at_ms = (SELECT MAX(n.at_ms) FROM outcome_score n
                                      WHERE n.patient_id = s.patient_id AND n.instrument = 'comfort-level'
                                        AND n.item = :item AND n.at_ms <= s.began_ms + :window_ms)),
                    :comfort) AS comfort
    FROM screen s
),
later AS (
    SELECT l.patient_id, COUNT(a.number) AS times, MIN(a.number) AS least
    FROM levels l
    JOIN outcome_score a
      ON a.patient_id = l.patient_id AND a.item = :item AND a.number IS NOT NULL
     AND a.answered_by IN ('patient', 'caregiver-assisted')
     AND a.at_ms <= l.number_ms + :window_ms
     AND (a.at_ms > l.number_ms OR (a.visit_id = l.visit_id AND a.turn > 0))
    GROUP BY l.patient_id
),
judged AS (
    SELECT l.patient_id, l.visit_id, l.began_ms,
           CASE WHEN l.absent = 'declined' AND l.number IS NULL THEN 'declined'
                WHEN l.number IS NULL AND (l.absent IS NOT NULL OR l.seen_items > 0) THEN 'cannot-say'
                WHEN l.number IS NULL THEN 'not-screened'
                WHEN l.birth_date IS NULL THEN 'birth-date-unknown'
                WHEN l.answered_by IS NULL THEN 'answerer-unknown'
                WHEN l.answered_by NOT IN ('patient', 'caregiver-assisted') THEN 'cannot-say'
                WHEN l.number <= l.comfort THEN 'comfortable'
                WHEN a.least <= l.comfort THEN 'in-time'
                WHEN l.died_ms <= l.number_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < l.number_ms + :window_ms THEN 'pending'
                WHEN a.times > 0 THEN 'still-uncomfortable'
                ELSE 'not-asked-again' END AS reason
    FROM levels l
    JOIN outcome_visit v ON v.patient_id = l.patient_id AND v.visit_id = l.visit_id
    LEFT JOIN later a ON a.patient_id = l.patient_id
    WHERE l.birth_date IS NULL
       OR (CAST(REPLACE(v.local_date, '-', '') AS INTEGER)
           - CAST(REPLACE(l.birth_date, '-', '') AS INTEGER)) / 10000 >= 18
),
units AS (
    SELECT patient_id, 'Encounter/' || visit_id AS unit, began_ms AS at_ms,
           CASE reason WHEN 'in-time' THEN 'met'
                       WHEN 'still-uncomfortable' THEN 'missed'
                       WHEN 'not-asked-again' THEN 'missed'
                       WHEN 'declined' THEN 'preference'
                       WHEN 'died' THEN 'died'
                       WHEN 'pending' THEN 'pending'
                       WHEN 'birth-date-unknown' THEN 'no-data'
                       WHEN 'answerer-unknown' THEN 'no-data'
                       ELSE 'excluded' END AS standing,
           reason, CAST(NULL AS FLOAT) AS value
    FROM judged
    UNION ALL SELECT patient_id, unit, at_ms, standing, reason, value FROM unseen
)"""

PAIN_48H = Measure(
    id="MIPS342",
    title="Pain at a comfortable level within 48 hours",
    unit=Unit.MEMBER,
    numerator="A later score by the person, within 48 hours of the first, at the person's own comfort level "
    "or below (else 3).",
    denominator="Adults on the roster whose first visit fell into the period and who said themselves that "
    "the pain was above it.",
    exclusions="Under 18; could not say it themselves; comfortable, or not asked, at the first visit.",
    data_source=f"{ROSTER_SOURCE}, ESAS-r and its second looks, comfort levels (Goal)",
    source="MIPS 342 / NQF 0209 (2020 specification, mdinteractive.com); may be retired",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified='The published measure asks "uncomfortable because of pain?" with yes or no; that a score '
    "above the comfort "
    "level says the same is our reading.",
    reasons={
        "in-time": "Comfortable within 48 hours",
        "still-uncomfortable": "Asked again, still above the comfort level",
        "not-asked-again": "Not asked again within 48 hours",
        "comfortable": "Comfortable at the first visit",
        "cannot-say": "Could not say it themselves",
        "not-screened": "Not asked at the first visit",
        "declined": "Did not want to answer",
        "birth-date-unknown": "Birth date not known",
        "answerer-unknown": "Who answered is not known",
        "died": "Died within the 48 hours",
        "pending": "The 48 hours are not over",
        **UNSEEN_REASONS,
    },
    sql=f"{COMMON},{SCREEN},{SQL}",
    parameters={**PAIN, "comfort": COMFORT, "window_ms": 48 * HOUR_MS},
    window_hours=48,
)
