"""Whose pack it is, and what may be read of them: current records of the team's people, nothing kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from plan.fhir.access import IS_CURRENT, OWN_ROW, unrestricted
from plan.fhir.json_text import loads
from plan.fhir.tables import membership, resource, token_index
from plan.fhir.types import TYPES
from plan.sharing.code_status import SAID_TEXT
from plan.sharing.reading import is_mistaken

Json = dict[str, Any]
WHOLE = (
    *("Patient", "AllergyIntolerance", "CarePlan", "Consent", "DocumentReference", "Encounter", "Goal"),
    *("MedicationRequest", "MedicationStatement", "Procedure", "RelatedPerson"),
)
"""Types of which everything is read."""
_NEWS = (*WHOLE, "CareTeam", "Condition", "Observation", "QuestionnaireResponse")
"""Types whose every change counts. Conditions are named by what is read: kept apart, or no more, they change it."""
OBSERVED = ("75779-9", "100822-6", "100823-4", "100825-9", "81956-5")
"""LOINC of what is read of Observations: words on CPR, what a POLST says, a death."""
ASKED = ("esas-r", "akps", "plan-of-care", "home-count", "body-comfort-medicines", "conversation")
"""Questionnaires whose answers are read."""
_FORMS = "urn:hearthside:questionnaire:"


def list_stamps(
    connection: Connection, team_id: str, temporary: frozenset[str], now_ms: int
) -> Mapping[str, int]:
    """By person of this team now: when something last changed that the pack may rest on (ms, by the store's stamps).

    People made at a door are none: nobody knows yet whose record that is. Nor is anybody who is kept apart.
    """
    m, r = membership.c, resource.c
    own = (IS_CURRENT, r.deleted == 0, r.type == "Patient", r.id == m.patient_id, unrestricted())
    open_now = exists(select(r.key).where(*own).correlate(membership))
    begun = {
        str(row.patient_id): int(row.began)
        for row in connection.execute(
            select(m.patient_id, func.max(m.start_ms).label("began"))
            .where(OWN_ROW, m.team_id == team_id, m.start_ms <= now_ms, m.end_ms > now_ms, open_now)
            .group_by(m.patient_id)
        )
        if row.patient_id not in temporary
    }
    # Whatever is kept apart takes along what names it. All types by name: so an index finds them by person.
    counts = and_(r.type.in_(list(TYPES)), or_(r.type.in_(_NEWS), r.label.in_(("R", "V"))))
    rows = connection.execute(
        select(r.patient_id, func.max(r.last_updated).label("stamp"))
        .where(IS_CURRENT, counts, r.patient_id.in_(_team(team_id, now_ms)))
        .group_by(r.patient_id)
    )
    stamps = {str(row.patient_id): int(row.stamp) for row in rows}
    return {one: max(began, stamps.get(one, 0)) for one, began in begun.items()}


def _team(team_id: str, now_ms: int) -> Select[tuple[str]]:
    m = membership.c
    return select(m.patient_id).where(OWN_ROW, m.team_id == team_id, m.start_ms <= now_ms, m.end_ms > now_ms)


def read_person(connection: Connection, patient_id: str) -> dict[str, list[Json]]:
    """By type, oldest stamps first. Nobody whose own record is kept apart, and nothing that names what is."""
    r = resource.c
    statement = select(r.type, r.body).where(
        IS_CURRENT, r.deleted == 0, r.patient_id == patient_id, _wanted(), unrestricted()
    )
    found: dict[str, list[Json]] = {name: [] for name in (*WHOLE, "Observation", "QuestionnaireResponse")}
    for row in connection.execute(statement.order_by(r.key)):
        held = loads(row.body)
        if not is_mistaken(held):
            found[row.type].append(held)
    return found


def _wanted() -> ColumnElement[bool]:
    r, t = resource.c, token_index.c
    tokens = select(1).select_from(token_index).where(t.key == r.key).correlate(resource)
    coded = exists(tokens.where(t.param == "code", t.code.in_(OBSERVED)))
    forms = [t.code.startswith(f"{_FORMS}{name}", autoescape=True) for name in ASKED]
    asked = exists(tokens.where(t.param == "questionnaire", or_(*forms)))
    return or_(
        r.type.in_(WHOLE),
        and_(r.type == "Observation", or_(coded, r.body.contains(SAID_TEXT, autoescape=True))),
        and_(r.type == "QuestionnaireResponse", asked),
    )
