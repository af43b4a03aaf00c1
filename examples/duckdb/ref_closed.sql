-- REF_CLOSED: a referral answered (care began, or an outcome) within 14 days. Declined by the person stands apart.
-- An export holds each loop as it is now: its beginning is kept in it, an earlier closing of one closed twice is not.
WITH sent AS (
    SELECT r.patient, r.id, r.at_ms, r.at_ms + 14 * 86400000 AS due_ms, p.died_ms, t.state, t.started_ms,
           CASE WHEN t.state IN ('closed', 'not-eligible', 'no-capacity') THEN t.changed_ms END AS closed_ms
    FROM request r
    JOIN person p USING (patient)
    LEFT JOIN task t ON t.focus = r.id AND is_coded(t.code, 'urn:hearthside:task', 'referral')
    WHERE len(list_intersect(r.targets, ['complex-care', 'ltss', 'ecm', 'home-primary-care', 'care-navigation',
                                         'behavioral-health', 'hospice'])) > 0
      AND r.at_ms >= getvariable('start_ms') AND r.at_ms < getvariable('end_ms')
      AND EXISTS (SELECT 1 FROM roster l
                  WHERE l.patient = r.patient AND l.since_ms <= r.at_ms AND l.until_ms > r.at_ms)
)
SELECT 'ServiceRequest/' || id AS unit,
       CASE WHEN started_ms <= due_ms OR closed_ms <= due_ms THEN 'met'
            WHEN state = 'declined' THEN 'preference'
            WHEN died_ms <= due_ms THEN 'died'
            WHEN getvariable('as_of_ms') < due_ms THEN 'pending'
            ELSE 'missed' END AS standing
FROM sent ORDER BY unit;
