"""SQL that several measures stand on, and the words for its reasons.

Written in the part of SQL that SQLite and PostgreSQL share: no function of dates (instants are ms, days are texts)
and no dialect. `:start_ms`, `:end_ms`: the period; `:as_of_ms`: when the figures are made; `:last_day`: the last day of
the period; `:quiet_ms`: QUIET_DAYS.
"""

from __future__ import annotations

from collections.abc import Mapping

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
QUIET_DAYS = 30
"""For how long "no" to visits, to a talk or to an interpreter is respected, where nobody said for how long (OWN)."""

PEOPLE = """
people AS (  -- everybody who was on the roster of the seriously ill in the period, visited or not
    SELECT m.patient_id, m.birth_date, m.is_dead, m.died_ms, m.language, m.interpreter,
           MIN(CASE WHEN r.since_ms > :start_ms THEN r.since_ms ELSE :start_ms END) AS listed_ms,
           MAX(r.until_ms) AS left_ms
    FROM outcome_member m
    JOIN outcome_roster r ON r.patient_id = m.patient_id
    WHERE r.since_ms < :end_ms AND r.until_ms > :start_ms
      AND (m.died_ms IS NULL OR m.died_ms >= :start_ms)
    GROUP BY m.patient_id, m.birth_date, m.is_dead, m.died_ms, m.language, m.interpreter
)"""

FIRST_ENCOUNTER = """
first_encounter AS (  -- the first visit of all that took place, where it falls into the period
    SELECT p.patient_id, p.birth_date, p.died_ms, p.left_ms, v.visit_id, v.began_ms
    FROM people p
    JOIN outcome_visit v ON v.patient_id = p.patient_id
    WHERE v.seen = 1 AND v.began_ms >= :start_ms AND v.began_ms < :end_ms
      AND NOT EXISTS (
        SELECT 1 FROM outcome_visit b
        WHERE b.patient_id = v.patient_id AND b.seen = 1
          AND (b.began_ms < v.began_ms OR (b.began_ms = v.began_ms AND b.visit_id < v.visit_id)))
)"""

UNSEEN = """
unseen AS (  -- on the roster, and nobody was there before the period ended
    SELECT p.patient_id, 'Patient/' || p.patient_id AS unit, p.listed_ms AS at_ms,
           CASE WHEN p.died_ms < :end_ms THEN 'died'
                WHEN d.patient_id IS NOT NULL THEN 'preference'
                ELSE 'no-visit' END AS standing,
           CASE WHEN p.died_ms < :end_ms THEN 'died-unseen'
                WHEN d.patient_id IS NOT NULL THEN 'declined-visits'
                ELSE 'no-visit' END AS reason,
           CAST(NULL AS FLOAT) AS value
    FROM people p
    LEFT JOIN (
        SELECT DISTINCT q.patient_id FROM outcome_decline q
        WHERE q.what = 'visit' AND q.scope = 'person'
          AND q.at_ms < :end_ms AND COALESCE(q.until_ms, q.at_ms + :quiet_ms) > :start_ms
    ) d ON d.patient_id = p.patient_id
    WHERE (p.is_dead = 0 OR p.died_ms IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM outcome_visit v
                      WHERE v.patient_id = p.patient_id AND v.seen = 1 AND v.began_ms < :end_ms)
)"""

COMMON = f"{PEOPLE},{FIRST_ENCOUNTER},{UNSEEN}"

UNSEEN_REASONS: Mapping[str, str] = {
    "no-visit": "On the roster, nobody has been there",
    "declined-visits": "Did not want visits",
    "died-unseen": "Died before anybody was there",
}
SHORT_STAY_REASONS: Mapping[str, str] = {
    "short-stay": "Left the roster less than a day after the first visit",
    "died-within-a-day": "Died less than a day after the first visit",
}
SHORT_STAY_WORDS = "Left the roster less than 24 hours after the first visit."
"""A palliative stay under one day; who died within it stands in the row of deaths."""

ROSTER_SOURCE = "The plan's roster of the seriously ill (Group), signed visits (Encounter)"
