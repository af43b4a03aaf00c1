"""Which drafts are kept, who may keep one, and who may read it. Raises Refusal with 403, 404, 409 and 413.

Written by whoever documents the visit, for a person she works with. Read by her, by whoever covers her now, and by her
team's supervisors; in each case only while the reader may read that person's record. Nobody else learns that there is
one. What was signed has no draft any more, whatever a late copy says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, false, insert, or_, select

from plan.audit.ledger import WRITE, add_event
from plan.drafts.tables import UnsignedDraft
from plan.fhir import draining
from plan.fhir.access import DAY_MS, NOW, opened, opened_for, panel, works_with
from plan.fhir.context import USERS_KEPT, Caller
from plan.fhir.outcomes import Refusal
from plan.fhir.tables import membership, resource
from plan.leave.standing import covered_by
from plan.principal import NURSE, SUPERVISOR, Principal
from plan.users import User

MOST = 40
"""Drafts of one user that are kept."""
KEPT_FOR_MS = 30 * DAY_MS
"""A copy that its device did not renew for so long is left out, and goes with the next write."""
NAME = "Unsigned visit"
"""How the trail calls one: no resource has this name."""
table = UnsignedDraft.metadata.tables["unsigned_draft"]
_user = User.metadata.tables["plan_user"]
_d = table.c


@dataclass(frozen=True, slots=True)
class Copy:
    """What a device brings."""

    visit_id: str
    device: str
    patient_id: str
    began_ms: int
    changed_ms: int
    body: str


def check_may_ask(caller: Caller) -> None:
    """Raises Refusal 403 for roles and sign-ins that document no visits."""
    draining.refuse(caller.principal)
    caller.check_scope("r", "Encounter")
    if caller.principal.role not in (NURSE, SUPERVISOR):
        raise Refusal(403, "Drafts are for whoever makes the visit, her cover and her supervisor.")


def put_draft(connection: Connection, caller: Caller, copy: Copy) -> str:
    """Keep this copy in place of the device's last one; returns its digest. Inside `write_transaction`."""
    who = caller.principal
    caller.check_scope("c", "Encounter")
    mine = _key(who, copy.visit_id, copy.device)
    if not _may_write(connection, caller, copy.patient_id):
        raise Refusal(403, "This needs a patient you work with.")
    if _is_signed(connection, copy.visit_id):
        connection.execute(delete(table).where(mine))
        raise Refusal(409, "This visit is signed: it has no draft any more.")
    connection.execute(
        delete(table).where(or_(mine, _d.kept_ms < caller.now_ms - KEPT_FOR_MS)),
    )
    if len(connection.execute(select(_d.visit_id).where(_d.user_id == who.user_id)).all()) >= MOST:
        raise Refusal(413, "So many drafts of one person are not kept.")
    digest = hashlib.sha256(copy.body.encode()).hexdigest()
    row = {
        "visit_id": copy.visit_id,
        "device": copy.device,
        "user_id": who.user_id,
        "author_id": who.practitioner_id,
        "patient_id": copy.patient_id,
        "began_ms": copy.began_ms,
        "changed_ms": copy.changed_ms,
        "kept_ms": caller.now_ms,
        "digest": digest,
        "body": copy.body,
    }
    connection.execute(insert(table).values(**row))
    _tell(connection, caller, copy.visit_id, copy.patient_id, "U")
    return digest


def remove_draft(
    connection: Connection, caller: Caller, visit_id: str, device: str, digest: str | None
) -> None:
    """Take an own draft away, of whichever device; with `digest` only that version. One that is gone is no error."""
    caller.check_scope("c", "Encounter")
    mine = _key(caller.principal, visit_id, device)
    row = connection.execute(select(_d.patient_id, _d.digest).where(mine)).one_or_none()
    if row is None:
        return
    if digest is not None and digest != row.digest:
        raise Refusal(412, "Another version of this draft has come since.")
    connection.execute(delete(table).where(mine))
    _tell(connection, caller, visit_id, row.patient_id, "D")


def list_drafts(connection: Connection, caller: Caller) -> Sequence[Any]:
    """Rows without their bodies, with the author's name, the one that began first before the others."""
    return connection.execute(_select(caller.principal, _days(caller), body=False), caller.moment).all()


def get_draft(connection: Connection, caller: Caller, visit_id: str, device: str) -> Any:
    """One row with its body. Raises Refusal 404 for what is not there and for what is not hers to read."""
    every = _select(caller.principal, _days(caller), body=True)
    wanted = every.where(_d.visit_id == visit_id, _d.device == device).limit(1)
    row = connection.execute(wanted, caller.moment).one_or_none()
    if row is None:
        raise Refusal(404, "There is no such draft.")
    return row


def _days(caller: Caller) -> int:
    return caller.server.settings.author_days


@lru_cache(maxsize=USERS_KEPT)
def _select(who: Principal, author_days: int, *, body: bool) -> Select[Any]:
    """Built once a user: each pass of each device asks. It is run with the caller's `moment`."""
    columns = [column for column in _d if body or column.name != "body"]
    signed = exists(
        select(1).where(
            resource.c.type == "Encounter", resource.c.id == _d.visit_id, resource.c.is_current == 1
        )
    )
    return (
        select(*columns, _user.c.display_name.label("author_name"))
        .outerjoin_from(table, _user, _user.c.id == _d.user_id)
        .where(_readable(who, author_days), ~signed, _d.kept_ms >= NOW - KEPT_FOR_MS)
        .order_by(_d.began_ms, _d.visit_id, _d.device)
    )


def _readable(who: Principal, author_days: int) -> ColumnElement[bool]:
    """Hers, her covered colleague's, or her team's; and the person's record is open to her."""
    works = _d.patient_id.in_(panel(who, NOW))
    if who.role == SUPERVISOR:
        mine = _d.author_id == who.practitioner_id
        team = select(_user.c.id).where(_user.c.team_id == who.team_id)
        of_team = _d.user_id.in_(team) if who.team_id else false()
        return and_(works, or_(mine, of_team))
    lately = select(membership.c.patient_id).where(
        membership.c.practitioner_id == who.practitioner_id,
        membership.c.end_ms > NOW - author_days * DAY_MS,
    )
    own = and_(
        _d.author_id == who.practitioner_id,
        or_(works, _d.patient_id.in_(lately), _d.patient_id.in_(opened(who, NOW))),
    )
    return or_(own, and_(works, _d.author_id.in_(covered_by(who, NOW))))


def _may_write(connection: Connection, caller: Caller, patient_id: str) -> bool:
    who, now_ms = caller.principal, caller.now_ms
    return works_with(connection, who, patient_id, now_ms) or opened_for(connection, who, patient_id, now_ms)


def _is_signed(connection: Connection, visit_id: str) -> bool:
    wanted = select(resource.c.key).where(resource.c.type == "Encounter", resource.c.id == visit_id)
    return connection.execute(wanted.limit(1)).first() is not None


def _key(who: Principal, visit_id: str, device: str) -> ColumnElement[bool]:
    return and_(_d.visit_id == visit_id, _d.device == device, _d.user_id == who.user_id)


def _tell(connection: Connection, caller: Caller, visit_id: str, patient_id: str, act: str) -> None:
    add_event(
        connection,
        caller.now_ms,
        WRITE,
        who=caller.principal,
        what={"written": {f"{NAME}/{visit_id}": act}},
        patients=[patient_id],
    )
