"""Entering a leave with its cover, ending it early, and "I have them". All inside one `write_transaction`.

A nurse who is away covers nobody, so that nobody's people fall between two absences.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from plan.audit.ledger import WRITE, add_event
from plan.fhir.access import DAY_MS
from plan.fhir.outcomes import Refusal
from plan.leave.tables import NurseLeave
from plan.principal import NURSE, SUPERVISOR, Principal
from plan.users import User

LONGEST_MS = 366 * DAY_MS
_LEAVE = NurseLeave.metadata.tables["nurse_leave"]
_USER = User.metadata.tables["plan_user"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Who is away from when until when, and who has her people meanwhile. Ids of Practitioners, times in ms."""

    nurse_id: str
    stand_in_id: str
    from_ms: int
    until_ms: int


def enter_leave(connection: Connection, ask: Ask, now_ms: int, *, team_id: str, by: Principal | None) -> str:
    """Enter it; returns its id. What lies before now of it gives no access. `by`: None for an operator's command.

    The same asked for again is the same leave. Raises Refusal 403 for nurses who are not of that team, 409 where it
    goes against another leave, 422 for times that are none.
    """
    start = max(ask.from_ms, now_ms)
    if not start < ask.until_ms <= start + LONGEST_MS:
        raise Refusal(422, "A leave ends after it begins, later than now, and within a year.")
    if ask.nurse_id == ask.stand_in_id:
        raise Refusal(422, "Nobody stands in for herself.")
    for nurse_id in (ask.nurse_id, ask.stand_in_id):
        if not _is_of_team(connection, team_id, nurse_id, still=nurse_id == ask.stand_in_id):
            raise Refusal(403, "Leave and cover are between nurses of your own team.")
    for row in _touching(connection, start, ask.until_ms, ask):
        same = (row.practitioner_id, row.stand_in_id, row.until_ms) == (
            ask.nurse_id,
            ask.stand_in_id,
            ask.until_ms,
        )
        if same and (row.from_ms == start or row.from_ms <= start == now_ms):
            return str(row.id)  # an answer that was lost is given again
        if row.practitioner_id == ask.nurse_id:
            raise Refusal(409, "A leave of hers is entered for this time already. End that one first.")
        if row.practitioner_id == ask.stand_in_id:
            raise Refusal(409, "Who would stand in is on leave herself in this time.")
        raise Refusal(409, "She stands in for somebody else in this time. Let another nurse do that first.")
    leave_id = str(uuid.uuid4())
    connection.execute(
        insert(_LEAVE).values(
            id=leave_id,
            team_id=team_id,
            practitioner_id=ask.nurse_id,
            stand_in_id=ask.stand_in_id,
            from_ms=start,
            until_ms=ask.until_ms,
            entered_by="" if by is None else by.user_id,
            entered_ms=now_ms,
            taken_ms=None,
        )
    )
    _note(connection, now_ms, by, leave_id, "entered")
    return leave_id


def end_leave(
    connection: Connection, leave_id: str, now_ms: int, *, team_id: str | None, by: Principal | None
) -> None:
    """End it now; one that has not begun never does. `team_id`: None for an operator, who ends any.

    Raises Refusal 404 where none of that id is to come or stands.
    """
    row = connection.execute(
        select(_LEAVE).where(_LEAVE.c.id == leave_id, _LEAVE.c.until_ms > now_ms)
    ).first()
    if row is None or team_id not in (None, row.team_id):
        raise Refusal(404, "No leave of that id is to come, or stands.")
    over = max(now_ms, row.from_ms) if now_ms < row.from_ms else now_ms
    connection.execute(update(_LEAVE).where(_LEAVE.c.id == leave_id).values(until_ms=over))
    _note(connection, now_ms, by, leave_id, "ended")


def take_over(connection: Connection, leave_id: str, now_ms: int, by: Principal) -> None:
    """ "I have them", by who stands in; said again it keeps its first time. Raises Refusal 404."""
    mine = (_LEAVE.c.id == leave_id, _LEAVE.c.stand_in_id == by.practitioner_id, _LEAVE.c.until_ms > now_ms)
    row = connection.execute(select(_LEAVE).where(*mine)).first()
    if row is None or by.role != NURSE:
        raise Refusal(404, "No leave of that id is to come, or stands.")
    if row.taken_ms is None:
        connection.execute(update(_LEAVE).where(_LEAVE.c.id == leave_id).values(taken_ms=now_ms))
        _note(connection, now_ms, by, leave_id, "taken over")


def list_for(connection: Connection, who: Principal, now_ms: int) -> list[Any]:
    """Rows of the leaves that concern this user and are not over: a supervisor's team's, a nurse's own two ways."""
    if who.role == SUPERVISOR and who.team_id:
        return list_of_team(connection, who.team_id, now_ms)
    me = who.practitioner_id
    whose = or_(_LEAVE.c.practitioner_id == me, _LEAVE.c.stand_in_id == me)
    return list_leaves(connection, whose, _LEAVE.c.until_ms > now_ms)


def list_of_team(connection: Connection, team_id: str, now_ms: int) -> list[Any]:
    """Rows of a team's leaves that stand or are to come."""
    return list_leaves(connection, _LEAVE.c.team_id == team_id, _LEAVE.c.until_ms > now_ms)


def list_leaves(connection: Connection, *where: ColumnElement[bool]) -> list[Any]:
    """Rows by when they begin; one that ended before it began is none."""
    wanted = select(_LEAVE).where(_LEAVE.c.until_ms > _LEAVE.c.from_ms, *where)
    return list(connection.execute(wanted.order_by(_LEAVE.c.from_ms, _LEAVE.c.id)))


def list_away(connection: Connection, at_ms: int) -> Mapping[str, str]:
    """Who is away at that time, with who stands in (ids of Practitioners)."""
    rows = list_leaves(connection, _LEAVE.c.from_ms <= at_ms, _LEAVE.c.until_ms > at_ms)
    return {row.practitioner_id: row.stand_in_id for row in rows}


def read_names(connection: Connection, ids: set[str]) -> Mapping[str, str]:
    """Names by id of Practitioner."""
    rows = connection.execute(
        select(_USER.c.practitioner_id, _USER.c.display_name).where(_USER.c.practitioner_id.in_(sorted(ids)))
    )
    return {row.practitioner_id: row.display_name for row in rows}


def _touching(connection: Connection, from_ms: int, until_ms: int, ask: Ask) -> list[Any]:
    """Leaves in that time that do not go together with this one."""
    both = (ask.nurse_id, ask.stand_in_id)
    against = or_(_LEAVE.c.practitioner_id.in_(both), _LEAVE.c.stand_in_id == ask.nurse_id)
    return list_leaves(connection, and_(_LEAVE.c.from_ms < until_ms, _LEAVE.c.until_ms > from_ms), against)


def _is_of_team(connection: Connection, team_id: str, practitioner_id: str, *, still: bool) -> bool:
    """`still`: who was shut out stands in for nobody; she may well be away."""
    wanted = [
        _USER.c.practitioner_id == practitioner_id,
        _USER.c.team_id == team_id,
        _USER.c.role == NURSE,
        *([_USER.c.disabled.is_(False)] if still else []),
    ]
    return connection.execute(select(_USER.c.id).where(*wanted).limit(1)).first() is not None


def _note(connection: Connection, now_ms: int, by: Principal | None, leave_id: str, what: str) -> None:
    add_event(connection, now_ms, WRITE, who=by, what={"written": {f"Leave/{leave_id}": what}})
