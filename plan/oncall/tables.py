"""Tables of on-call packs: which were given out, and which records were opened from one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from plan.database import PlanTable


class DutyPack(PlanTable, table=True):
    """The pack of one duty of one nurse. Times are ms by the plan's clock."""

    __tablename__ = "duty_pack"
    __table_args__ = (Index("duty_pack_nurse", "practitioner_id", "until_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    practitioner_id: str = Field(max_length=64)
    team_id: str = Field(max_length=64)
    from_ms: int = Field(sa_type=BigInteger)
    """When it was asked for first: a little before the duty begins, or in its course."""
    begins_ms: int = Field(sa_type=BigInteger)
    """When the duty begins."""
    until_ms: int = Field(sa_type=BigInteger)
    """When the duty ends, and with it what the pack opens."""


class DutyOpening(PlanTable, table=True):
    """One person's pack was opened on a device, as that device told it."""

    __tablename__ = "duty_opening"
    __table_args__ = (Index("duty_opening_at", "at_ms"),)

    id: str = Field(primary_key=True, max_length=36)
    """The device's own: told twice it is one opening."""
    pack_id: str = Field(max_length=36)
    user_id: str = Field(max_length=36)
    practitioner_id: str = Field(max_length=64)
    patient_id: str = Field(max_length=64)
    reason: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
    """When, by the device's clock with the measured difference."""
    told_ms: int = Field(sa_type=BigInteger)
    task_id: str = Field(max_length=64)
    """The Task that told the supervisors; one a person and duty."""
