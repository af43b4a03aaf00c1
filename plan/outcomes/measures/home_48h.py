"""Somebody at the door within 48 hours of coming home from a facility."""

from __future__ import annotations

from plan.outcomes.measures.common import PEOPLE
from plan.outcomes.measures.model import Basis, Mark, Measure, Unit

SQL = """
discharge AS (
    SELECT p.patient_id, p.died_ms, t.stay_id, t.left_ms, t.due_ms, t.outcome,
           (SELECT MIN(v.began_ms) FROM outcome_visit v
            WHERE v.patient_id = t.patient_id AND v.at_home = 1 AND v.began_ms >= t.left_ms) AS visit_ms,
           (SELECT MIN(s.from_ms) FROM outcome_stay s
            WHERE s.patient_id = t.patient_id AND s.stay_id <> t.stay_id AND s.place <> 'assisted-living'
              AND s.from_ms >= t.left_ms AND s.from_ms <= t.due_ms) AS again_ms,
           (SELECT COUNT(*) FROM outcome_decline d
            WHERE d.patient_id = t.patient_id
              AND ((d.what = '48-hour-visit' AND (d.scope IS NULL OR d.scope = t.stay_id OR d.until_ms IS NOT NULL))
                   OR (d.what = 'visit' AND d.scope = 'person'))
              AND d.at_ms <= t.due_ms AND COALESCE(d.until_ms, d.at_ms + 1) > t.left_ms) AS declined,
           (SELECT COUNT(*) FROM outcome_enrolment e WHERE e.patient_id = t.patient_id) AS covers,
           (SELECT COUNT(*) FROM outcome_enrolment e WHERE e.patient_id = t.patient_id
              AND e.from_ms <= t.left_ms AND e.until_ms > t.left_ms) AS covered
    FROM people p
    JOIN outcome_transition t ON t.patient_id = p.patient_id
    WHERE t.left_ms >= :start_ms AND t.left_ms < :end_ms
      AND EXISTS (SELECT 1 FROM outcome_roster r
                  WHERE r.patient_id = p.patient_id AND r.since_ms <= t.left_ms AND r.until_ms > t.left_ms)
),
judged AS (
    SELECT patient_id, stay_id, left_ms,
           CASE WHEN covers > 0 AND covered = 0 THEN 'not-enrolled'
                WHEN visit_ms <= due_ms THEN 'in-time'
                WHEN died_ms <= due_ms OR outcome = 'died' THEN 'died'
                WHEN again_ms IS NOT NULL OR outcome = 'readmitted' THEN 'readmitted'
                WHEN declined > 0 OR outcome = 'declined' THEN 'declined'
                WHEN :as_of_ms < due_ms THEN 'pending'
                WHEN visit_ms IS NOT NULL THEN 'late'
                WHEN outcome = 'unreachable' THEN 'unreachable'
                WHEN outcome = 'other' THEN 'other'
                ELSE 'no-visit-yet' END AS reason,
           (visit_ms - left_ms) / 3600000.0 AS value
    FROM discharge
),
units AS (
    SELECT patient_id, 'Encounter/' || stay_id AS unit, left_ms AS at_ms,
           CASE reason WHEN 'in-time' THEN 'met'
                       WHEN 'died' THEN 'died'
                       WHEN 'readmitted' THEN 'excluded'
                       WHEN 'not-enrolled' THEN 'excluded'
                       WHEN 'declined' THEN 'preference'
                       WHEN 'pending' THEN 'pending'
                       ELSE 'missed' END AS standing,
           reason, value
    FROM judged
)"""

HOME_48H = Measure(
    id="SEED48H",
    title="Home visit within 48 hours of coming home",
    unit=Unit.TRANSITION,
    numerator="A visit in person at home began no later than 48 hours after the discharge. No telephone or "
    "video visit counts.",
    denominator="Discharges home from a facility in the period, of members on the roster who were enrolled "
    "that day.",
    exclusions="Admitted again within the 48 hours (assisted living is a home); not enrolled on the day. "
    "Who died or declined stands apart.",
    data_source="Stays (Encounter, the plan's and the nurse's joined), signed visits, why no visit came "
    "(Task), Coverage",
    source="Coordination paper of this project: a home visit within 48 hours of the transition home",
    mark=Mark.VERIFIED,
    basis=Basis.OWN,
    unverified="The 48 hours are verified; that they are hours by the clock that never turns, and in person "
    "only, is our reading. "
    "Where only the day of the discharge is known it counts from 00:00.",
    reasons={
        "in-time": "Visited within 48 hours",
        "late": "Visited later",
        "no-visit-yet": "No visit, no reason",
        "unreachable": "Could not be reached",
        "other": "Another reason",
        "declined": "Did not want the visit",
        "readmitted": "Admitted again",
        "not-enrolled": "Not enrolled on that day",
        "died": "Died within the 48 hours",
        "pending": "The 48 hours are not over",
    },
    sql=f"{PEOPLE},{SQL}",
    window_hours=48,
    value_unit="hours",
)
