"""A bowel regimen with a new opioid, or the reason why not (NQF 1617)."""

from __future__ import annotations

from plan.outcomes.measures.common import DAY_MS, PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

NEW_AFTER_DAYS = 30
"""An opioid is new where none was in force in so many days before it."""
WINDOW_DAYS = 7

# An order holds until it ends; what was answered at a visit says how it was on that day alone.
SQL = """
opioid AS (  -- new: nothing of its kind in force in the days before; of two that begin together one counts
    SELECT p.patient_id, p.died_ms, o.resource_id, o.from_ms
    FROM people p
    JOIN outcome_medicine o ON o.patient_id = p.patient_id
    WHERE o.kind = 'opioid' AND o.taken = 1 AND o.source <> 'answer'
      AND o.from_ms >= :start_ms AND o.from_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = p.patient_id AND r.since_ms <= o.from_ms AND r.until_ms > o.from_ms)
      AND NOT EXISTS (
        SELECT 1 FROM outcome_medicine b
        WHERE b.patient_id = o.patient_id AND b.kind = 'opioid' AND b.taken = 1 AND b.source <> 'answer'
          AND b.until_ms > o.from_ms - :new_after_ms
          AND (b.from_ms < o.from_ms OR (b.from_ms = o.from_ms AND b.resource_id < o.resource_id)))
),
regimen AS (
    SELECT o.patient_id, o.died_ms, o.resource_id, o.from_ms,
           MAX(CASE WHEN r.taken = 1 AND (r.source <> 'answer' OR r.answer = 'yes') THEN 1 ELSE 0 END) AS has,
           MAX(CASE WHEN r.source = 'answer' AND r.answer <> 'yes' AND r.has_reason = 1 THEN 1 ELSE 0 END) AS reasoned,
           MAX(CASE WHEN r.answer = 'contraindicated' THEN 1 ELSE 0 END) AS advised_against,
           MAX(CASE WHEN r.answer = 'no' THEN 1 ELSE 0 END) AS none
    FROM opioid o
    LEFT JOIN outcome_medicine r
      ON r.patient_id = o.patient_id AND r.kind = 'bowel-regimen'
     AND r.from_ms <= o.from_ms + :window_ms AND r.until_ms > o.from_ms
     AND (r.source <> 'answer' OR r.from_ms >= o.from_ms - :day_ms)
    GROUP BY o.patient_id, o.died_ms, o.resource_id, o.from_ms
),
units AS (
    SELECT patient_id, 'Medication/' || resource_id AS unit, from_ms AS at_ms,
           CASE WHEN has = 1 OR reasoned = 1 THEN 'met'
                WHEN died_ms <= from_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < from_ms + :window_ms THEN 'pending'
                ELSE 'missed' END AS standing,
           CASE WHEN has = 1 THEN 'has-one'
                WHEN reasoned = 1 THEN 'reason-written'
                WHEN died_ms <= from_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < from_ms + :window_ms THEN 'pending'
                WHEN advised_against = 1 THEN 'no-reason'
                WHEN none = 1 THEN 'has-none'
                ELSE 'not-asked' END AS reason,
           CAST(NULL AS FLOAT) AS value
    FROM regimen
)"""

BOWEL_REGIMEN = Measure(
    id="NQF1617",
    title="A bowel regimen with a new opioid",
    unit=Unit.MEDICINE,
    numerator="A bowel regimen ordered, taken or asked about within 7 days of the opioid's beginning, or "
    "the reason why none.",
    denominator="Opioids that began in the period, none having been in force in the 30 days before.",
    exclusions="None.",
    data_source="Orders (MedicationRequest), medicines as taken (MedicationStatement), the visit's question "
    "about a regimen",
    source="NQF 1617 (healthcarefirst, AHRQ copies)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified="The published text names neither 7 nor 30 days: both are ours, chosen for weekly visits.",
    reasons={
        "has-one": "A regimen is there",
        "reason-written": "Not advised, with the reason",
        "no-reason": "Not advised, without a reason",
        "has-none": "Asked: there is none",
        "not-asked": "Nothing on record",
        "died": "Died within the 7 days",
        "pending": "The 7 days are not over",
    },
    sql=f"{PEOPLE},{SQL}",
    parameters={"window_ms": WINDOW_DAYS * DAY_MS, "new_after_ms": NEW_AFTER_DAYS * DAY_MS, "day_ms": DAY_MS},
    window_hours=WINDOW_DAYS * 24,
)
