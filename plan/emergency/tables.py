"""Tables of access in an emergency."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from plan.database import PlanTable


class EmergencyAccess(PlanTable, table=True):
    """One person's record, open to one nurse from `started_ms` until `until_ms`, or until it was ended before that."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("emergency_nurse", "practitioner_id", "until_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    user_id: str = Field(max_length=36)
    practitioner_id: str = Field(max_length=64)
    patient_id: str = Field(max_length=64)
    reason: str = Field(sa_type=Text)
    started_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    """The end by now: an early end moves it."""
    task_id: str = Field(max_length=64)
    """The Task that told the supervisors."""


class EmergencyTry(PlanTable, table=True):
    """A name and birth date that found nobody. What was typed is not kept."""

    __tablename__ = "emergency_try"
    __table_args__ = (Index("emergency_try_user", "user_id", "at_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    user_id: str = Field(max_length=36)
    at_ms: int = Field(sa_type=BigInteger)
