"""CareTeams: who works with whom. They decide what a nurse and a team's supervisor can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.tables import resource
from plan.people import derive_id
from plan.problems import PlanProblem
from plan.resources import put_as_system
from plan.users import User


def compose_careteam(
    patient_id: str, members: Iterable[User], team_id: str, since: datetime, *, key: str = ""
) -> dict[str, Any]:
    """The CareTeam of a patient. Its id comes from hers, so that she never gets two by a repeated load.

    `key` tells a further CareTeam of the same patient from the first.
    """
    participants = [
        {"member": {"reference": f"Practitioner/{user.practitioner_id}", "display": user.display_name}}
        for user in members
    ]
    return {
        "resourceType": "CareTeam",
        "id": derive_id("careteam", patient_id, *([key] if key else [])),
        "status": "active",
        "name": "Palliative care team",
        "subject": {"reference": f"Patient/{patient_id}"},
        "period": {"start": since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")},
        "participant": participants,
        "managingOrganization": [{"reference": f"Organization/{team_id}"}],
    }


def make_careteams(connection: Connection, user: User, patient_ids: Iterable[str]) -> int:
    """Give each of these patients who has no CareTeam one with this user. Returns how many were made.

    For use inside `write_transaction`. Raises PlanProblem when the user has no team.
    """
    if user.team_id is None:
        raise PlanProblem(f'The user "{user.username}" has no team, so nobody can be on her panel.')
    # A little earlier than now: the device that pulls next must see a membership that has begun.
    since = datetime.now(UTC) - timedelta(minutes=1)
    made = 0
    for patient_id in dict.fromkeys(patient_ids):
        if not _has_careteam(connection, patient_id):
            put_as_system(connection, compose_careteam(patient_id, [user], user.team_id, since))
            made += 1
    return made


def _has_careteam(connection: Connection, patient_id: str) -> bool:
    held = (
        resource.c.type == "CareTeam",
        resource.c.patient_id == patient_id,
        resource.c.deleted == 0,
        IS_CURRENT,
    )
    return bool(connection.execute(select(func.count()).select_from(resource).where(*held)).scalar())
