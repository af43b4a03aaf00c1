"""What a supervisor may change of a CareTeam and of a planned visit: which nurses of her own team are named there.

A person is never left without a nurse, and nobody of another team, of another role or of the family is touched.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from plan.database import metadata
from plan.fhir.extract import find_reference, split_reference, walk
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Issue, Refusal
from plan.principal import NURSE, SUPERVISOR, Principal

MOVED = {"CareTeam": "member", "Appointment": "actor"}
"""By type, the element of a participant that says who it is."""


def check_move(
    connection: Connection, principal: Principal, kind: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    """Raise Refusal 403 unless only nurses of this supervisor's team come and go. Other types are not looked at.

    That nothing else differs is checked elsewhere (`ResourceType.loop`).
    """
    element = MOVED.get(kind)
    if element is None:
        return
    if principal.role != SUPERVISOR or not principal.team_id:
        raise _no(kind, "Who works with whom is for a supervisor to change.")
    if (
        kind == "CareTeam"
        and find_reference(old, "managingOrganization", "Organization") != principal.team_id
    ):
        raise _no(kind, "This is another team's to change.")
    was, wanted = _participants(old), _participants(new)
    for text in was.keys() ^ wanted.keys():
        came = text in wanted
        nurse_id = _nurse_of(wanted[text] if came else was[text], element)
        if nurse_id is None or not _is_of_team(connection, principal.team_id, nurse_id, still=came):
            raise _no(kind, "Only nurses of your own team can be put in, or taken out.")
    nurses = [nurse_id for one in wanted.values() if (nurse_id := _nurse_of(one, element)) is not None]
    if not any(_is_of_team(connection, principal.team_id, one, still=True) for one in nurses):
        raise _no(kind, "Somebody has to stay with this person.")


def _participants(resource: dict[str, Any]) -> dict[str, Any]:
    """By their own text; two that say the same count once."""
    return {dumps(one): one for one in walk(resource, "participant") if isinstance(one, dict)}


def _nurse_of(participant: dict[str, Any], element: str) -> str | None:
    target = split_reference(participant.get(element))
    return target[1] if target is not None and target[0] == "Practitioner" else None


def _is_of_team(connection: Connection, team_id: str, practitioner_id: str, *, still: bool) -> bool:
    """Is that a nurse of this team? `still`: who was shut out is none any more."""
    # By name: the module of users stands on what this one is used by.
    users = metadata.tables["plan_user"]
    wanted = [
        users.c.practitioner_id == practitioner_id,
        users.c.team_id == team_id,
        users.c.role == NURSE,
        *([users.c.disabled.is_(False)] if still else []),
    ]
    return connection.execute(users.select().where(*wanted).limit(1)).first() is not None


def _no(kind: str, text: str) -> Refusal:
    return Refusal(403, text, issues=[Issue(text, f"{kind}.participant")])
