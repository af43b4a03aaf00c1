"""The policy of `plan.rls` in SQL: the access predicate written a second time, on purpose and apart from the first."""

from __future__ import annotations

from string import Template

from plan.fhir.access import ALERT_RULE
from plan.fhir.draining import TAG
from plan.fhir.roles import NEED_SCREENS, SHARED_PLAN

VERSION = "7"
"""Raise it with every change here."""
READER = "hearthside_reader"
_TABLES = (
    "resource, token_index, reference_index, string_index, membership, emergency_access, visit_line, "
    "nurse_leave, duty_access, duty_pack"
)


def _list(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _setting(name: str) -> str:
    # As a sub-select it is looked up once a statement, not once a row.
    return f"(SELECT current_setting('plan.{name}', true))"


def _function(head: str, returns: str, body: str) -> str:
    """A function that sees all rows, whoever asks: what decides cannot itself be hidden."""
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $body$ {body} $body$"
    )


_SCREENS = " OR ".join(f"t.code = '{name}' OR starts_with(t.code, '{name}|')" for name in NEED_SCREENS)
_WORDS = {
    "me": _setting("me"),
    "role": _setting("role"),
    "team": _setting("team"),
    "drain": _setting("drain"),
    "pack": _setting("pack"),
    "now": f"{_setting('now_ms')}::bigint",
    "late": f"{_setting('late_ms')}::bigint",
    "shared": _list(sorted(SHARED_PLAN)),
    "screens": _SCREENS,
    "alert": f"'{ALERT_RULE}'",
    "tag": f'\'"system":"{TAG}","code":"\'',
}


def _fill(statement: str) -> str:
    """Constants of this program in the places of their names; nothing that anybody sends comes near it."""
    return Template(statement).substitute(_WORDS)


# A CareTeam's own row holds as long as any of its members' does: one row a person is enough for a supervisor.
_PANEL = _fill("""
SELECT patient_id FROM membership
WHERE $role IN ('nurse', 'care-manager') AND practitioner_id = $me AND start_ms <= $now AND end_ms > $now
UNION ALL
SELECT patient_id FROM membership WHERE practitioner_id = ''
  AND $role = 'supervisor' AND $team <> '' AND team_id = $team AND start_ms <= $now AND end_ms > $now
UNION ALL
SELECT patient_id FROM emergency_access
WHERE $role = 'nurse' AND practitioner_id = $me AND started_ms <= $now AND until_ms > $now
UNION ALL
SELECT m.patient_id FROM membership m JOIN nurse_leave l ON l.practitioner_id = m.practitioner_id
WHERE $role = 'nurse' AND l.stand_in_id = $me AND l.from_ms <= $now AND l.until_ms > $now
  AND m.start_ms <= $now AND m.end_ms > $now
UNION ALL
SELECT patient_id FROM duty_access
WHERE $role = 'nurse' AND practitioner_id = $me AND from_ms <= $now AND until_ms > $now""")

_LEFT = _fill("""
SELECT patient_id FROM membership WHERE practitioner_id = $me AND end_ms > $late
UNION ALL
SELECT patient_id FROM emergency_access
WHERE $role = 'nurse' AND practitioner_id = $me AND started_ms <= $now AND until_ms > $late
UNION ALL
SELECT m.patient_id FROM membership m JOIN nurse_leave l ON l.practitioner_id = m.practitioner_id
WHERE $role = 'nurse' AND l.stand_in_id = $me AND l.from_ms <= $now AND l.until_ms > $late
  AND m.start_ms < l.until_ms AND m.end_ms > l.from_ms AND m.end_ms > $late
UNION ALL
SELECT patient_id FROM duty_access
WHERE $role = 'nurse' AND practitioner_id = $me AND from_ms <= $now AND until_ms > $late""")

# People of the team for whom an on-call pack was given out to her, while it lasts.
_PACK = _fill("""
SELECT m.patient_id FROM membership m JOIN duty_pack p ON p.team_id = m.team_id
WHERE $role = 'nurse' AND p.practitioner_id = $me AND p.team_id = $team AND p.from_ms <= $now AND p.until_ms > $now
  AND m.practitioner_id = '' AND m.start_ms <= $now AND m.end_ms > $now""")

_NAMES_SECRET = _fill("""
SELECT EXISTS (SELECT 1 FROM resource s WHERE s.is_current = 1 AND s.label IN ('R', 'V') AND (
    (s.type = 'Encounter' AND s.id = of_encounter) OR (s.type = 'Patient' AND s.id = of_patient)))
  OR EXISTS (SELECT 1 FROM reference_index i JOIN resource s ON s.type = i.target_type AND s.id = i.target_id
    WHERE i.key = of_key AND s.is_current = 1 AND s.label IN ('R', 'V'))""")

_SHARED = _fill("""
SELECT of_type IN ($shared)
  OR (of_type = 'QuestionnaireResponse' AND EXISTS (SELECT 1 FROM token_index t
    WHERE t.key = of_key AND t.param = 'questionnaire' AND ($screens)))
  OR (of_type = 'Task' AND NOT EXISTS (SELECT 1 FROM token_index t
    WHERE t.key = of_key AND t.param = 'code' AND t.system = $alert))
  OR (of_type IN ('Task', 'Communication') AND EXISTS (SELECT 1 FROM reference_index r
    WHERE r.key = of_key AND r.param IN ('owner', 'recipient') AND r.target_type = 'Practitioner'
    AND r.target_id = $me))""")

_MADE = _fill("""
SELECT EXISTS (SELECT 1 FROM reference_index r JOIN resource m ON m.key = r.key
  WHERE r.type = 'Provenance' AND r.param = 'target' AND r.target_type = of_type AND r.target_id = of_id
  AND m.author_id = $me AND position($tag || m.id || '"' IN of_body) > 0)""")

# From a function as a table all rows come at once; as a value of a select each row would be a call of its own.
_POLICY = _fill("""
$role = 'operator'
OR ($pack = 'yes' AND is_current = 1 AND label NOT IN ('R', 'V')
  AND patient_id IN (SELECT one FROM plan_pack() AS one)
  AND NOT plan_names_secret(key, encounter_id, patient_id))
OR ($drain = 'yes' AND (
  (author_id = $me AND type IN ('Binary', 'Provenance')) OR plan_made_by_her(type, id, body)))
OR (
  (is_open = 1
    OR patient_id IN (SELECT one FROM plan_panel() AS one)
    OR (patient_id IS NULL AND author_id = $me)
    OR (patient_id IS NULL AND $role = 'supervisor' AND $team <> '' AND team_id = $team)
    OR (author_id = $me AND patient_id IN (SELECT one FROM plan_left() AS one)))
  AND (label <> 'V' OR author_id = $me)
  AND ($role IN ('nurse', 'supervisor') OR (
    is_current = 1 AND label NOT IN ('R', 'V') AND NOT plan_names_secret(key, encounter_id, patient_id)
    AND ($role <> 'care-manager' OR is_open = 1 OR author_id = $me OR plan_is_shared(key, type))))
)""")

_LINES = _fill("""
$role = 'operator' OR patient_id IN (SELECT m.patient_id FROM membership m WHERE m.practitioner_id = ''
  AND $role = 'supervisor' AND $team <> '' AND m.team_id = $team AND m.start_ms <= $now AND m.end_ms > $now)""")
"""Of the visit log's table: nothing of people whom the caller's team has not now. Her people are found once a
statement: asked line by line, counting the lines of a large team would ask a hundred thousand times.
"""

STATEMENTS = (
    f"""DO $do$ BEGIN IF to_regrole('{READER}') IS NULL THEN
    CREATE ROLE {READER} NOLOGIN NOSUPERUSER NOBYPASSRLS; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$""",
    f"""DO $do$ BEGIN IF NOT pg_has_role(current_user, '{READER}', 'MEMBER') THEN
    GRANT {READER} TO CURRENT_USER; END IF; END $do$""",
    f"""DO $do$ BEGIN IF NOT has_schema_privilege('{READER}', 'public', 'USAGE') THEN
    GRANT USAGE ON SCHEMA public TO {READER}; END IF; END $do$""",
    f"GRANT SELECT ON {_TABLES} TO {READER}",
    _function("plan_panel()", "SETOF varchar", _PANEL),
    _function("plan_pack()", "SETOF varchar", _PACK),
    _function("plan_left()", "SETOF varchar", _LEFT),
    _function(
        "plan_names_secret(of_key bigint, of_encounter varchar, of_patient varchar)", "boolean", _NAMES_SECRET
    ),
    _function("plan_is_shared(of_key bigint, of_type varchar)", "boolean", _SHARED),
    _function("plan_made_by_her(of_type varchar, of_id varchar, of_body text)", "boolean", _MADE),
    "ALTER TABLE resource ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS resource_reader ON resource",
    f"CREATE POLICY resource_reader ON resource FOR SELECT TO {READER} USING ({_POLICY})",
    "ALTER TABLE visit_line ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS visit_line_reader ON visit_line",
    f"CREATE POLICY visit_line_reader ON visit_line FOR SELECT TO {READER} USING ({_LINES})",
)
"""Applied in one transaction. The owner of the tables is not bound by the policy: writes go on as they are."""
