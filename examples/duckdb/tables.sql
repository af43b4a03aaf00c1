-- Flat tables out of the exported FHIR. `files` is the directory, `zone` the plan's time zone.

-- An instant in ms. A day alone is its first moment where the plan is; as the end of a period, the first of the next day.
CREATE OR REPLACE MACRO ms_of(said) AS
    CASE WHEN said IS NULL THEN NULL
         WHEN contains(said, 'T') THEN epoch_ms(CAST(said AS TIMESTAMPTZ))
         ELSE epoch_ms(timezone(getvariable('zone'), CAST(CAST(said AS DATE) AS TIMESTAMP))) END;
CREATE OR REPLACE MACRO end_of(said) AS
    CASE WHEN said IS NULL THEN 253402300799999
         WHEN contains(said, 'T') THEN ms_of(said)
         ELSE epoch_ms(timezone(getvariable('zone'), CAST(CAST(said AS DATE) + INTERVAL 1 DAY AS TIMESTAMP))) END;
CREATE OR REPLACE MACRO id_of(reference) AS split_part(reference, '/', -1);
CREATE OR REPLACE MACRO lines(kind) AS TABLE
    SELECT json FROM read_ndjson_objects(getvariable('files') || '/' || kind || '.*.ndjson');
-- Is there a coding of this system and code among those at the path?
CREATE OR REPLACE MACRO is_coded(codings, of_system, of_code) AS
    len(list_filter(CAST(codings AS JSON[]), lambda c: c ->> 'system' = of_system AND c ->> 'code' = of_code)) > 0;

CREATE OR REPLACE TABLE roster AS
SELECT id_of(m ->> '$.entity.reference') AS patient,
       COALESCE(ms_of(m ->> '$.period.start'), 0) AS since_ms,
       end_of(m ->> '$.period.end') AS until_ms
FROM (SELECT unnest(CAST(json -> '$.member' AS JSON[])) AS m FROM lines('Group'))
WHERE NOT (COALESCE(m ->> 'inactive', 'false') = 'true' AND m ->> '$.period.end' IS NULL);

CREATE OR REPLACE TABLE person AS
SELECT json ->> 'id' AS patient, ms_of(json ->> 'deceasedDateTime') AS died_ms FROM lines('Patient');

CREATE OR REPLACE TABLE cover AS
SELECT id_of(json ->> '$.beneficiary.reference') AS patient,
       COALESCE(ms_of(json ->> '$.period.start'), 0) AS from_ms,
       end_of(json ->> '$.period.end') AS until_ms
FROM lines('Coverage') WHERE json ->> 'status' = 'active';

CREATE OR REPLACE TABLE encounter AS
SELECT json ->> 'id' AS id,
       id_of(json ->> '$.subject.reference') AS patient,
       json ->> 'status' AS status,
       json ->> '$.class.code' AS class,
       ms_of(json ->> '$.period.start') AS began_ms,
       ms_of(json ->> '$.period.end') AS left_ms,
       json ->> '$.identifier[*].system' AS marks,
       json ->> '$.type[*].coding[*].code' AS types,
       json ->> '$.contained[*].type[*].coding[*].code' AS places,
       json -> '$.hospitalization.dischargeDisposition' AS went
FROM lines('Encounter');

-- In person, where the person lives at home. A telephone or video visit closes no 48-hour clock.
CREATE OR REPLACE TABLE home_visit AS
SELECT patient, began_ms
FROM encounter
WHERE list_contains(marks, 'urn:hearthside:visit') AND status = 'finished'
  AND NOT (class = 'VR' OR len(list_intersect(types, ['PHONE', 'VIDEOCONF'])) > 0)
  AND len(list_intersect(places, ['12', '13'])) > 0;

-- Stays in a facility. What a nurse wrote by hand gives way to the plan's own record of the same stay.
CREATE OR REPLACE TABLE stay AS
WITH found AS (
    SELECT *, list_contains(marks, 'urn:hearthside:stay') AS by_hand
    FROM encounter
    WHERE NOT list_contains(marks, 'urn:hearthside:visit')
      AND (class IN ('IMP', 'ACUTE', 'NONAC', 'OBSENC', 'SS') OR list_contains(marks, 'urn:hearthside:stay'))
      AND status IN ('in-progress', 'onleave', 'finished', 'arrived', 'triaged')
)
SELECT id, patient, began_ms, left_ms,
       COALESCE(list_contains(types, '13'), false) AS in_assisted_living,
       went IS NULL OR is_coded(went -> '$.coding', 'http://terminology.hl7.org/CodeSystem/discharge-disposition', 'home')
           OR is_coded(went -> '$.coding', 'http://terminology.hl7.org/CodeSystem/discharge-disposition', 'alt-home')
           AS to_home
FROM found AS one
WHERE NOT (by_hand AND EXISTS (
    SELECT 1 FROM found AS other
    WHERE other.patient = one.patient AND NOT other.by_hand AND abs(other.left_ms - one.left_ms) <= 86400000));

CREATE OR REPLACE TABLE task AS
SELECT id_of(json ->> '$.for.reference') AS patient,
       id_of(json ->> '$.focus.reference') AS focus,
       json -> '$.code.coding' AS code,
       json ->> 'status' AS status,
       json ->> '$.statusReason.coding[0].code' AS reason,
       json ->> '$.businessStatus.coding[0].code' AS state,
       ms_of(json ->> 'lastModified') AS changed_ms,
       ms_of(json ->> '$.executionPeriod.start') AS started_ms
FROM lines('Task') WHERE json ->> 'status' <> 'entered-in-error';

CREATE OR REPLACE TABLE request AS
SELECT json ->> 'id' AS id,
       id_of(json ->> '$.subject.reference') AS patient,
       ms_of(json ->> 'authoredOn') AS at_ms,
       json ->> '$.code.coding[*].code' AS targets
FROM lines('ServiceRequest') WHERE json ->> 'status' NOT IN ('entered-in-error', 'draft');
