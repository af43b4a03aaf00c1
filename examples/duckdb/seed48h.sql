-- SEED48H: a visit in person at home within 48 hours of coming home from a facility. Hours by the clock that never turns.
-- Variables: start_ms, end_ms (the period), as_of_ms (when the export was made).
WITH discharge AS (
    SELECT s.patient, s.id, s.left_ms, s.left_ms + 48 * 3600000 AS due_ms, p.died_ms,
           (SELECT min(v.began_ms) FROM home_visit v WHERE v.patient = s.patient AND v.began_ms >= s.left_ms) AS visit_ms,
           (SELECT any_value(t.reason) FROM task t
            WHERE t.focus = s.id AND is_coded(t.code, 'urn:hearthside:task', '48-hour-visit')) AS outcome
    FROM stay s JOIN person p USING (patient)
    WHERE s.to_home AND s.left_ms >= getvariable('start_ms') AND s.left_ms < getvariable('end_ms')
      AND EXISTS (SELECT 1 FROM roster r
                  WHERE r.patient = s.patient AND r.since_ms <= s.left_ms AND r.until_ms > s.left_ms)
), judged AS (
    SELECT *,
           EXISTS (SELECT 1 FROM cover c WHERE c.patient = d.patient) AND NOT EXISTS (
               SELECT 1 FROM cover c
               WHERE c.patient = d.patient AND c.from_ms <= d.left_ms AND c.until_ms > d.left_ms) AS not_enrolled,
           EXISTS (SELECT 1 FROM stay a
                   WHERE a.patient = d.patient AND a.id <> d.id AND NOT a.in_assisted_living
                     AND a.began_ms >= d.left_ms AND a.began_ms <= d.due_ms) AS again
    FROM discharge d
)
SELECT 'Encounter/' || id AS unit,
       CASE WHEN not_enrolled THEN 'excluded'
            WHEN visit_ms <= due_ms THEN 'met'
            WHEN died_ms <= due_ms OR outcome = 'died' THEN 'died'
            WHEN again OR outcome = 'readmitted' THEN 'excluded'
            WHEN outcome = 'declined' THEN 'preference'
            WHEN getvariable('as_of_ms') < due_ms THEN 'pending'
            ELSE 'missed' END AS standing
FROM judged ORDER BY unit;
