"""Whether a nurse is on duty, or soon will be, and the pack that was given out for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from plan.fhir.context import Caller
from plan.leave.duty import Duty
from plan.leave.entering import list_away
from plan.oncall.tables import DutyPack
from plan.principal import NURSE, Principal

_PACK = DutyPack.metadata.tables["duty_pack"]
_NAMES = uuid.UUID("c1a6f7c2-1f8e-4d0b-9a57-2c0f6c3e8d41")


@dataclass(frozen=True, slots=True)
class Shift:
    """A duty, in ms by the plan's clock."""

    begins_ms: int
    until_ms: int


def find_shift(connection: Connection, duty: Duty, who: Principal, now_ms: int) -> Shift | None:
    """Hers that runs, or begins within the plan's hours; None for everybody else, and while she is on leave."""
    if who.role != NURSE or not who.team_id:
        return None
    span = duty.find_span(who.practitioner_id, now_ms, duty.pack_ms)
    if span is None or who.practitioner_id in list_away(connection, now_ms):
        return None
    return Shift(*span)


def pack_id(who: Principal, shift: Shift) -> str:
    """The same for the same duty of the same nurse and team."""
    return str(uuid.uuid5(_NAMES, f"{who.practitioner_id}/{who.team_id}/{shift.begins_ms}"))


def is_given(connection: Connection, who: Principal, shift: Shift) -> bool:
    """Was the pack of exactly this duty given out?"""
    wanted = select(_PACK.c.id).where(_PACK.c.id == pack_id(who, shift), _PACK.c.until_ms == shift.until_ms)
    return connection.execute(wanted).first() is not None


def give(connection: Connection, caller: Caller, shift: Shift) -> None:
    """Write down that she has it from now on, until the end of the duty as the plan has set it. In `write_transaction`.

    From this row the row policies and `plan.oncall.opening` know what is hers, whatever becomes of the duty list.
    """
    who = caller.principal
    own_id = pack_id(who, shift)
    known = connection.execute(select(_PACK.c.id).where(_PACK.c.id == own_id)).first()
    if known is not None:
        connection.execute(update(_PACK).where(_PACK.c.id == own_id).values(until_ms=shift.until_ms))
        return
    row = {"id": own_id, "practitioner_id": who.practitioner_id, "team_id": who.team_id}
    times = {"from_ms": caller.now_ms, "begins_ms": shift.begins_ms, "until_ms": shift.until_ms}
    connection.execute(insert(_PACK).values(**row, **times))


def find_pack(connection: Connection, who: Principal, at_ms: int, slack_ms: int = 0) -> Any:
    """The row of the pack that she had at that moment, give or take; None where she had none.

    Of two the one whose duty had begun: the pack of the next night may be there as soon as this one is over.
    """
    p = _PACK.c
    mine = (
        p.practitioner_id == who.practitioner_id,
        p.from_ms <= at_ms + slack_ms,
        p.until_ms > at_ms - slack_ms,
    )
    order = ((p.begins_ms <= at_ms + slack_ms).desc(), p.until_ms.desc())
    return connection.execute(select(_PACK).where(*mine).order_by(*order).limit(1)).first()
