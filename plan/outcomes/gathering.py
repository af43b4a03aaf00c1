"""What the store holds of some people, read in a few statements for all of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, exists, not_, or_, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import NotJson
from plan.fhir.tables import membership, reference_index, resource, token_index
from plan.outcomes.reading import Json
from plan.outcomes.record import NEEDED, Record, Spell, make_record


def changed_patients(connection: Connection, after: int) -> set[str]:
    """Whose resources have a stamp greater than this one, of any version: also who had one that is another's now."""
    changed = select(resource.c.type, resource.c.id).where(resource.c.key > after).distinct().subquery()
    versions = (
        select(resource.c.patient_id)
        .join(changed, and_(changed.c.type == resource.c.type, changed.c.id == resource.c.id))
        .where(resource.c.patient_id.is_not(None))
        .distinct()
    )
    return set(connection.execute(versions).scalars())


def gather(
    connection: Connection, names: Sequence[str], zone: ZoneInfo, spells: Mapping[str, Sequence[Spell]]
) -> Iterator[Record]:
    """A record for each of these Patient ids."""
    # What the app charts beside its answers says again what the answers say, and is most of a store.
    charted = exists(
        select(1).where(
            reference_index.c.key == resource.c.key,
            reference_index.c.param == "derived-from",
            reference_index.c.target_type == "QuestionnaireResponse",
        )
    )
    wanted = select(resource.c.patient_id, resource.c.body).where(
        IS_CURRENT,
        resource.c.type.in_(NEEDED),
        resource.c.patient_id.in_(names),
        resource.c.deleted == 0,
        # A person whose record is restricted is counted; what is restricted of hers is not read.
        or_(resource.c.label == "N", and_(resource.c.type == "Patient", resource.c.label == "R")),
        or_(resource.c.type != "Observation", not_(charted)),
    )
    held: dict[str, list[Json]] = defaultdict(list)
    for row in connection.execute(wanted):
        held[row.patient_id].append(_load(row.body))
    before = _loops(connection, names)
    for name in names:
        yield make_record(name, held.get(name, ()), zone, spells.get(name, ()), before.get(name, {}))


def _loops(connection: Connection, names: Sequence[str]) -> dict[str, dict[str, list[Json]]]:
    """Earlier versions of referral Tasks, oldest first, by person and Task."""
    loops = (
        select(resource.c.id)
        .join(token_index, token_index.c.key == resource.c.key)
        .where(
            IS_CURRENT,
            resource.c.type == "Task",
            resource.c.patient_id.in_(names),
            token_index.c.param == "code",
            token_index.c.system == "urn:hearthside:task",
            token_index.c.code == "referral",
        )
    )
    wanted = (
        select(resource.c.patient_id, resource.c.id, resource.c.body)
        .where(resource.c.type == "Task", resource.c.is_current == 0, resource.c.deleted == 0)
        .where(resource.c.label == "N", resource.c.id.in_(loops))
        .order_by(resource.c.key)
    )
    found: dict[str, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(wanted):
        found[row.patient_id][row.id].append(_load(row.body))
    return found


def find_teams(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The team of each person's newest CareTeam."""
    wanted = select(membership).where(
        membership.c.patient_id.in_(names), membership.c.practitioner_id == "", membership.c.team_id != ""
    )
    rows = connection.execute(wanted).all()
    newest = sorted(rows, key=lambda one: (one.end_ms, one.start_ms, one.careteam_id))
    return {one.patient_id: one.team_id for one in newest}


def _load(body: str) -> Json:
    # Plain JSON: digits of decimals matter to who reads a dose, not to a fact, and this is read by the million.
    found = json.loads(body)
    if not isinstance(found, dict):
        raise NotJson("not an object")
    return found
