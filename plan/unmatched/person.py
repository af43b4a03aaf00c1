"""Who works with a person whom a nurse made on her device.

The plan gives her a CareTeam of the nurse and the nurse's team, so that everything which asks who may read whom answers
as it does for anybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from plan.fhir.rows import RowWriter
from plan.fhir.types import TYPES
from plan.principal import Principal
from plan.unmatched.tables import UnmatchedPerson

_PERSON = UnmatchedPerson.metadata.tables["unmatched_person"]


def open_person(
    connection: Connection, rows: RowWriter, principal: Principal, person_id: str, now_ms: int
) -> str:
    """Remember a new person and give her a CareTeam, whose id is returned. Done before she is stored."""
    careteam_id = str(uuid.uuid4())
    team = principal.team_id or ""
    rows.add(
        TYPES["CareTeam"],
        make_careteam(careteam_id, person_id, principal.practitioner_id, team),
        patient_id=person_id,
        author_id=None,
        old=None,
    )
    connection.execute(
        insert(_PERSON).values(
            person_id=person_id,
            practitioner_id=principal.practitioner_id,
            team_id=team,
            careteam_id=careteam_id,
            made_ms=now_ms,
            member_id=None,
        )
    )
    return careteam_id


def make_careteam(careteam_id: str, person_id: str, practitioner_id: str, team_id: str) -> dict[str, Any]:
    """The nurse who was there, and her team."""
    return {
        "resourceType": "CareTeam",
        "id": careteam_id,
        "status": "active",
        "name": "Not yet matched",
        "subject": {"reference": f"Patient/{person_id}"},
        "participant": [{"member": {"reference": f"Practitioner/{practitioner_id}"}}],
        **({"managingOrganization": [{"reference": f"Organization/{team_id}"}]} if team_id else {}),
    }


def list_temporary() -> Select[tuple[str]]:
    """Ids of all such persons, joined or not: none of them is a member who is counted, listed or found."""
    return select(_PERSON.c.person_id)


def find_temporary(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    """Which of these are such persons."""
    if not ids:
        return frozenset()
    found = connection.execute(select(_PERSON.c.person_id).where(_PERSON.c.person_id.in_(list(ids))))
    return frozenset(found.scalars())
