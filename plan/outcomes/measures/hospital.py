"""Days in hospital beside the wish that was on record on the day."""

from __future__ import annotations

from plan.outcomes.measures.common import PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

SQL = """
touched AS (  -- each day of the period on which somebody was in hospital, by the first stretch that touches it
    SELECT p.patient_id, y.day, h.wish,
           CASE WHEN h.from_ms > y.from_ms THEN h.from_ms ELSE y.from_ms END AS at_ms
    FROM people p
    JOIN outcome_hospital h ON h.patient_id = p.patient_id
    JOIN days y ON h.from_ms < y.until_ms AND h.until_ms > y.from_ms
    WHERE h.from_ms <= :as_of_ms AND y.from_ms <= :as_of_ms
      AND (p.died_ms IS NULL OR p.died_ms > y.from_ms)
      AND NOT EXISTS (
        SELECT 1 FROM outcome_hospital b
        WHERE b.patient_id = h.patient_id AND b.from_ms < h.from_ms AND b.until_ms > y.from_ms)
),
units AS (
    SELECT patient_id, 'Day/' || day AS unit, at_ms,
           CASE wish WHEN 'yes' THEN 'met' WHEN 'no' THEN 'missed' ELSE 'no-data' END AS standing,
           CASE wish WHEN 'yes' THEN 'wished'
                     WHEN 'no' THEN 'not-wished'
                     WHEN 'if-comfort' THEN 'on-condition'
                     WHEN 'if-reversible' THEN 'on-condition'
                     WHEN 'undecided' THEN 'undecided'
                     ELSE 'no-wish' END AS reason,
           CAST(NULL AS FLOAT) AS value
    FROM touched t
    WHERE EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = t.patient_id AND r.since_ms <= t.at_ms AND r.until_ms > t.at_ms)
)"""
"""`days` (day, from_ms, until_ms) are the local days of the period, given by whoever runs this."""

CONCORD_HOSP = Measure(
    id="CONCORD_HOSP",
    title="Days in hospital that the person wished for",
    unit=Unit.HOSPITAL_DAY,
    numerator='Days in hospital while the wish on record was "yes" to going there.',
    denominator='Days in hospital while the wish on record was "yes" or "no". First and last day of a stay '
    "count as days.",
    exclusions="None. Days without a wish on record, undecided, or with a condition that nobody can check "
    "stand apart.",
    data_source="Hospital stays (Encounter), the wish about hospital (conversation), as it stood at that "
    "moment",
    source="Paper of this project: hospital use that the person wants is no failure (seed 003)",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="Whether a stay met a condition (comfort, something that can be turned back) is not in the "
    "data.",
    reasons={
        "wished": "As wished",
        "not-wished": "Against the wish on record",
        "on-condition": "Wished on a condition; the data cannot say whether it held",
        "undecided": "The person had not decided",
        "no-wish": "No wish on record",
    },
    sql=f"{PEOPLE},{SQL}",
)
