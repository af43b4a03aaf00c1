"""Who has died, by what a plan holds: its own Patient, or a death that somebody of the care team recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, and_, or_, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import loads
from plan.fhir.tables import resource, token_index
from plan.outcomes.facts.person import DEATH, has_died
from plan.outcomes.reading import Json
from plan.outcomes.record import make_record
from plan.outcomes.zone import find_zone


def list_dead(connection: Connection, patient_ids: Collection[str]) -> frozenset[str]:
    """Of these people: who has died, as the records stand now. Whoever asks answers for who may know."""
    if not patient_ids:
        return frozenset()
    r, t = resource.c, token_index.c
    told = select(t.key).where(t.type == "Observation", t.param == "code", t.code == DEATH)
    rows = connection.execute(
        select(r.patient_id, r.body).where(
            IS_CURRENT,
            r.deleted == 0,
            r.patient_id.in_(list(patient_ids)),
            or_(r.type == "Patient", and_(r.type == "Observation", r.key.in_(told))),
        )
    )
    held: defaultdict[str, list[Json]] = defaultdict(list)
    for patient_id, body in rows:
        held[patient_id].append(loads(body))
    zone = find_zone(connection)
    return frozenset(one for one, bodies in held.items() if has_died(make_record(one, bodies, zone)))
