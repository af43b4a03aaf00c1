"""Unstable phases that end within three days, and how long each phase lasts."""

from __future__ import annotations

from plan.outcomes.measures.common import DAY_MS, PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

UNSTABLE_DAYS = 3

UNSTABLE = """
begun AS (
    SELECT p.patient_id, f.from_ms, f.until_ms, f.ended_by
    FROM people p
    JOIN outcome_phase f ON f.patient_id = p.patient_id
    WHERE f.phase = 'unstable' AND f.from_ms >= :start_ms AND f.from_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = p.patient_id AND r.since_ms <= f.from_ms AND r.until_ms > f.from_ms)
),
judged AS (
    SELECT patient_id, from_ms,
           CASE WHEN ended_by = 'phase' AND until_ms <= from_ms + :window_ms THEN 'in-time'
                WHEN ended_by = 'death' AND until_ms <= from_ms + :window_ms THEN 'died'
                WHEN ended_by IS NOT NULL THEN 'longer'
                WHEN :as_of_ms < from_ms + :window_ms THEN 'pending'
                ELSE 'still-unstable' END AS reason,
           CASE WHEN ended_by IS NOT NULL THEN (until_ms - from_ms) / 86400000.0 END AS value
    FROM begun
),
units AS (
    SELECT patient_id, 'Phase/' || from_ms AS unit, from_ms AS at_ms,
           CASE reason WHEN 'in-time' THEN 'met'
                       WHEN 'died' THEN 'died'
                       WHEN 'pending' THEN 'pending'
                       ELSE 'missed' END AS standing,
           reason, value
    FROM judged
)"""

LENGTH = """
units AS (
    SELECT p.patient_id, 'Phase/' || f.from_ms AS unit, f.until_ms AS at_ms,
           CASE f.ended_by WHEN 'death' THEN 'died' ELSE 'met' END AS standing,
           f.phase AS reason, (f.until_ms - f.from_ms) / 86400000.0 AS value
    FROM people p
    JOIN outcome_phase f ON f.patient_id = p.patient_id
    WHERE f.phase <> 'bereavement' AND f.ended_by IS NOT NULL
      AND f.until_ms >= :start_ms AND f.until_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = p.patient_id AND r.since_ms <= f.from_ms AND r.until_ms > f.from_ms)
)"""

_DATA_SOURCE = "The phase that nurses set at visits (Observation, QuestionnaireResponse)"

UNSTABLE3 = Measure(
    id="UNSTABLE3",
    title="Unstable phase over within 3 days",
    unit=Unit.PHASE,
    numerator="Unstable phases that a visit ended with another phase no later than 3 times 24 hours after "
    "they began.",
    denominator="Unstable phases of members on the roster that began in the period.",
    exclusions="None. Who died within the 3 days stands apart.",
    data_source=_DATA_SOURCE,
    source="PCOC benchmark (public code index)",
    mark=Mark.VERIFIED,
    basis=Basis.PUBLISHED,
    unverified="Three days are 72 hours here. A phase ends when a visit says another: without a visit it "
    "goes on.",
    reasons={
        "in-time": "Over within 3 days",
        "longer": "Lasted longer",
        "still-unstable": "Still unstable",
        "died": "Died within the 3 days",
        "pending": "The 3 days are not over",
    },
    sql=f"{PEOPLE},{UNSTABLE}",
    parameters={"window_ms": UNSTABLE_DAYS * DAY_MS},
    window_hours=UNSTABLE_DAYS * 24,
    value_unit="days",
)
PHASE_LENGTH = Measure(
    id="PHASE_LENGTH",
    title="How long each phase lasted",
    unit=Unit.PHASE,
    numerator="Phases that a visit ended with another phase. What counts is their length in days, not their "
    "share.",
    denominator="Phases of members on the roster that ended in the period, but bereavement.",
    exclusions="Phases that still last. Those that death ended stand apart.",
    data_source=_DATA_SOURCE,
    source="Issue of this project (phase length); PCOC for the phases",
    mark=Mark.OWN,
    basis=Basis.OWN,
    unverified="A phase is only as short as visits are close together.",
    reasons={
        "stable": "Stable",
        "unstable": "Unstable",
        "deteriorating": "Deteriorating",
        "terminal": "Last days",
    },
    sql=f"{PEOPLE},{LENGTH}",
    value_unit="days",
    is_length=True,
)
