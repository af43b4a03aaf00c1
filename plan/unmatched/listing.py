"""Who waits to be matched, and who was matched lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from plan.fhir.access import DAY_MS, IS_CURRENT, readable
from plan.fhir.json_text import loads
from plan.fhir.store import find_current, versions
from plan.fhir.tables import resource
from plan.principal import SUPERVISOR, Principal
from plan.unmatched.candidates import Candidate, Face, list_candidates, read_face
from plan.unmatched.rerouting import JOIN, PERSON
from plan.users import User

SHOWN_FOR_MS = 30 * DAY_MS
"""How long after a join it is shown with a way back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person as she was written down. `member`: to whom she was joined, None while she waits."""

    face: Face
    nurse_id: str
    nurse_name: str
    made_ms: int
    visits: int
    member: Face | None = None
    joined_ms: int | None = None
    candidates: Sequence[Candidate] = ()


def may_match(principal: Principal) -> bool:
    """A supervisor of a team; officers have a command at the database."""
    return principal.role == SUPERVISOR and bool(principal.team_id)


def members_of(principal: Principal | None, now_ms: int) -> ColumnElement[bool]:
    """Among whom this user may look: her own team's people. None, an officer at the database, among all."""
    return true() if principal is None else readable(principal, now_ms)


def list_people(
    connection: Connection, principal: Principal | None, now_ms: int, sought: tuple[str, str] = ("", "")
) -> Sequence[Waiting]:
    """Who waits, the longest first, then who was joined lately. `sought`: other words for one person's name."""
    conditions: list[ColumnElement[bool]] = [
        or_(
            PERSON.c.member_id.is_(None),
            and_(JOIN.c.joined_ms > now_ms - SHOWN_FOR_MS, JOIN.c.member_id == PERSON.c.member_id),
        )
    ]
    if principal is not None:
        conditions.append(PERSON.c.team_id == principal.team_id)
    standing = and_(JOIN.c.person_id == PERSON.c.person_id, JOIN.c.undone_ms.is_(None))
    statement = select(PERSON, JOIN.c.joined_ms).join(JOIN, standing, isouter=True).where(*conditions)
    rows = connection.execute(statement.order_by(PERSON.c.member_id.is_not(None), PERSON.c.made_ms)).all()
    allowed = members_of(principal, now_ms)
    found = []
    for row in rows:
        face = _find_face(connection, row.person_id)
        if face is None:
            continue
        member = None if row.member_id is None else _find_face(connection, row.member_id)
        words = sought[1] if sought[0] == row.person_id else ""
        found.append(
            Waiting(
                face,
                row.practitioner_id,
                _name_of(connection, row.practitioner_id),
                row.made_ms,
                _count_visits(connection, row.person_id),
                member,
                row.joined_ms,
                list_candidates(connection, face, allowed, words) if member is None else (),
            )
        )
    return found


def is_of_team(connection: Connection, principal: Principal, person_id: str) -> bool:
    """Was this person made by a nurse of that supervisor's team?"""
    mine = select(PERSON.c.person_id).where(
        PERSON.c.person_id == person_id, PERSON.c.team_id == principal.team_id
    )
    return connection.execute(mine).first() is not None


def _find_face(connection: Connection, patient_id: str) -> Face | None:
    row = find_current(connection, "Patient", patient_id, true())
    return None if row is None or row.deleted else read_face(loads(row.body))


def _name_of(connection: Connection, practitioner_id: str) -> str:
    users = User.metadata.tables["plan_user"]
    found = select(users.c.display_name).where(users.c.practitioner_id == practitioner_id)
    return connection.execute(found.limit(1)).scalar() or ""


def _count_visits(connection: Connection, person_id: str) -> int:
    mine = versions(true()).where(
        IS_CURRENT,
        resource.c.deleted == 0,
        resource.c.type == "Encounter",
        resource.c.patient_id == person_id,
    )
    return int(connection.execute(select(func.count()).select_from(mine.subquery())).scalar_one())
