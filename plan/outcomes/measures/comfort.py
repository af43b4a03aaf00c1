"""How long it takes from a severe symptom to comfort."""

from __future__ import annotations

from plan.outcomes.measures.common import DAY_MS, PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit
from plan.outcomes.measures.pain_48h import COMFORT

SEVERE = 7
"""The cut-point of ESAS-r for a severe symptom (PubMed 19963335)."""
WINDOW_DAYS = 7

SQL = """
asked_of AS (  -- whose symptom was severe at all in the period: the rest need not be looked at
    SELECT DISTINCT p.patient_id, p.died_ms, s.item
    FROM people p
    JOIN outcome_score s ON s.patient_id = p.patient_id
    WHERE s.instrument = 'esas-r' AND s.item NOT IN ('esas-wb', 'esas-other')
      AND s.number >= :severe AND s.at_ms >= :start_ms AND s.at_ms < :end_ms
),
levels AS (
    SELECT l.patient_id, l.item, l.number, l.at_ms,
           LEAD(l.at_ms) OVER (PARTITION BY l.patient_id, l.item ORDER BY l.at_ms, l.number) AS next_ms
    FROM asked_of a
    JOIN outcome_score l ON l.patient_id = a.patient_id AND l.item = a.item AND l.instrument = 'comfort-level'
),
scored AS (  -- their numbers, early and late, with the comfort level in force then
    SELECT a.patient_id, a.died_ms, a.item, s.at_ms, s.turn, s.number, COALESCE(l.number, :comfort) AS comfort
    FROM asked_of a
    JOIN outcome_score s
      ON s.patient_id = a.patient_id AND s.item = a.item AND s.instrument = 'esas-r' AND s.number IS NOT NULL
    LEFT JOIN levels l
      ON l.patient_id = a.patient_id AND l.item = a.item AND l.at_ms <= s.at_ms
     AND (l.next_ms IS NULL OR l.next_ms > s.at_ms)
),
telling AS (  -- only what is severe or comfortable tells; in between an episode neither begins nor ends
    SELECT patient_id, died_ms, item, at_ms,
           CASE WHEN number > comfort THEN 1 ELSE 0 END AS is_severe,
           LAG(CASE WHEN number > comfort THEN 1 ELSE 0 END)
               OVER (PARTITION BY patient_id, item ORDER BY at_ms, turn) AS was_severe,
           MIN(CASE WHEN number <= comfort THEN at_ms END)
               OVER (PARTITION BY patient_id, item ORDER BY at_ms, turn
                     ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS comfort_ms
    FROM scored
    WHERE number >= :severe OR number <= comfort
),
judged AS (
    SELECT patient_id, item, at_ms,
           CASE WHEN comfort_ms <= at_ms + :window_ms THEN 'comfort'
                WHEN died_ms <= at_ms + :window_ms THEN 'died'
                WHEN :as_of_ms < at_ms + :window_ms THEN 'pending'
                WHEN comfort_ms IS NOT NULL THEN 'later'
                ELSE 'not-yet' END AS reason,
           (comfort_ms - at_ms) / 3600000.0 AS value
    FROM telling
    WHERE is_severe = 1 AND (was_severe IS NULL OR was_severe = 0)
      AND at_ms >= :start_ms AND at_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = telling.patient_id
                    AND r.since_ms <= telling.at_ms AND r.until_ms > telling.at_ms)
),
units AS (
    SELECT patient_id, 'Score/' || item || '/' || at_ms AS unit, at_ms,
           CASE reason WHEN 'comfort' THEN 'met'
                       WHEN 'died' THEN 'died'
                       WHEN 'pending' THEN 'pending'
                       ELSE 'missed' END AS standing,
           reason, value
    FROM judged
)"""

TIME_TO_COMFORT = Measure(
    id="TIME_TO_COMFORT",
    title="From a severe symptom to comfort",
    unit=Unit.SCORE,
    numerator="The same symptom at the person's own comfort level or below (else 3) within 7 days. The "
    "hours stand beside it.",
    denominator="Times in the period that a symptom became severe (7 or more of 10), of members on the roster.",
    exclusions="None. Who died within the 7 days stands apart. Wellbeing and symptoms that people name "
    "themselves are left out.",
    data_source="ESAS-r and its second looks, comfort levels (Goal)",
    source="Issue of this project (symptom burden over time); cut-point PubMed 19963335",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="The 7 days, and 3 where no comfort level is on record, are ours. Comfort shows only when "
    "somebody asks again.",
    reasons={
        "comfort": "Comfortable within 7 days",
        "later": "Comfortable later",
        "not-yet": "No comfortable score since",
        "died": "Died within the 7 days",
        "pending": "The 7 days are not over",
    },
    sql=f"{PEOPLE},{SQL}",
    parameters={"severe": SEVERE, "comfort": COMFORT, "window_ms": WINDOW_DAYS * DAY_MS},
    window_hours=WINDOW_DAYS * 24,
    value_unit="hours",
)
