"""Whom a nurse covers, and whose records that opens to her: worked out at each request, never moved or copied.

Who comes onto the list of a nurse who is away is covered as well, and who leaves it is not; with the last moment of
the cover everything is as it was. A cover of a cover gives nothing.
"""

from __future__ import annotations

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    select,
    true,
    union_all,
)

from plan.fhir.tables import membership
from plan.leave.tables import DutyAccess, NurseLeave
from plan.principal import NURSE, Principal

Moment = int | BindParameter[int]
"""ms since 1970, or its place in a statement that is built once."""
_LEAVE = NurseLeave.metadata.tables["nurse_leave"]
_DUTY = DutyAccess.metadata.tables["duty_access"]


def _stands(now_ms: Moment) -> ColumnElement[bool]:
    return and_(_LEAVE.c.from_ms <= now_ms, _LEAVE.c.until_ms > now_ms)


def _is_nurse(principal: Principal) -> ColumnElement[bool]:
    return true() if principal.role == NURSE else false()


def covered_by(principal: Principal, now_ms: Moment) -> Select[tuple[str]]:
    """Ids of the Practitioners whom this nurse covers now."""
    mine = _LEAVE.c.stand_in_id == principal.practitioner_id
    return select(_LEAVE.c.practitioner_id).where(_is_nurse(principal), mine, _stands(now_ms))


def covered_people(principal: Principal, now_ms: Moment) -> tuple[Select[tuple[str]], ...]:
    """Patient ids that are open to this nurse now: because she covers somebody, because an alert went on to her.

    Apart, to be joined with whatever else opens a record: SQLite knows no union within a union.
    """
    hers = (
        select(membership.c.patient_id)
        .join(_LEAVE, _LEAVE.c.practitioner_id == membership.c.practitioner_id)
        .where(
            _is_nurse(principal),
            _LEAVE.c.stand_in_id == principal.practitioner_id,
            _stands(now_ms),
            membership.c.start_ms <= now_ms,
            membership.c.end_ms > now_ms,
        )
    )
    return hers, on_duty_for(principal, now_ms)


def people_of(practitioner_id: str, now_ms: int) -> Select[tuple[str]]:
    """Patient ids of this nurse's own list now."""
    hers = membership.c.practitioner_id == practitioner_id
    now = (membership.c.start_ms <= now_ms, membership.c.end_ms > now_ms)
    return select(membership.c.patient_id).where(hers, *now).distinct().order_by(membership.c.patient_id)


def on_duty_for(
    principal: Principal, now_ms: Moment, since_ms: Moment | ColumnElement[int] | None = None
) -> Select[tuple[str]]:
    """Patient ids of alerts that went on to this nurse and are hers now; with `since_ms` also those of lately."""
    mine = _DUTY.c.practitioner_id == principal.practitioner_id
    ends = _DUTY.c.until_ms > (now_ms if since_ms is None else since_ms)
    return select(_DUTY.c.patient_id).where(_is_nurse(principal), mine, _DUTY.c.from_ms <= now_ms, ends)


def covered_lately(
    principal: Principal, now_ms: Moment, since_ms: Moment | ColumnElement[int]
) -> CompoundSelect[tuple[str]]:
    """Patient ids that were open to her in one of these ways at any time after `since_ms`."""
    hers = (
        select(membership.c.patient_id)
        .join(_LEAVE, _LEAVE.c.practitioner_id == membership.c.practitioner_id)
        .where(
            _is_nurse(principal),
            _LEAVE.c.stand_in_id == principal.practitioner_id,
            _LEAVE.c.from_ms <= now_ms,
            _LEAVE.c.until_ms > since_ms,
            membership.c.start_ms < _LEAVE.c.until_ms,
            membership.c.end_ms > _LEAVE.c.from_ms,
            membership.c.end_ms > since_ms,
        )
    )
    return union_all(hers, on_duty_for(principal, now_ms, since_ms))
