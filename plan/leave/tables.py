"""Tables of leave, of cover, and of what an alert that went on to somebody on duty opens to her."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from plan.database import PlanTable


class NurseLeave(PlanTable, table=True):
    """One nurse is away from `from_ms` until `until_ms`, and another has her people meanwhile. Times are ms."""

    __tablename__ = "nurse_leave"
    __table_args__ = (
        Index("leave_stand_in", "stand_in_id", "until_ms"),
        Index("leave_nurse", "practitioner_id", "until_ms"),
    )

    id: str = Field(primary_key=True, max_length=36)
    team_id: str = Field(max_length=64)
    practitioner_id: str = Field(max_length=64)
    """Who is away."""
    stand_in_id: str = Field(max_length=64)
    """Who has her people meanwhile."""
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    """The end by now: ending it early moves it."""
    entered_by: str = Field(max_length=64)
    """User id of the supervisor; "" for an operator's command."""
    entered_ms: int = Field(sa_type=BigInteger)
    taken_ms: int | None = Field(default=None, sa_type=BigInteger)
    """When the stand-in said "I have them"."""


class DutyAccess(PlanTable, table=True):
    """One person's record, open to a nurse on duty to whom an alert about that person went on."""

    __tablename__ = "duty_access"
    __table_args__ = (Index("duty_nurse", "practitioner_id", "until_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    practitioner_id: str = Field(max_length=64)
    patient_id: str = Field(max_length=64)
    task_id: str = Field(max_length=64)
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
