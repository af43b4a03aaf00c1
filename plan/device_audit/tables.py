"""Tables of the devices' audit chains. Times are ms since 1970."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from plan.database import PlanTable


class DeviceChain(PlanTable, table=True):
    """One log of one device. A device has one; a second is opened when what it tells does not follow from the first."""

    __tablename__ = "device_chain"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    generation: int = Field(primary_key=True)
    opened_ms: int = Field(sa_type=BigInteger)
    opened_by: str = Field(max_length=20)
    """first | differs (another log than was told before) | broken (an event does not fit the one before it)."""
    from_length: int
    """Events that lie before this log began; they are in the generation before."""
    from_head: str = Field(max_length=64)
    length: int
    """Number of the newest event held here."""
    head: str = Field(max_length=64)
    told_length: int
    """What the device said of its own length at the newest contact; less than `length`: its end was cut off, so far."""


class DeviceEvent(PlanTable, table=True):
    """One event of a device's log, as it was told. Never changed. The agent is the user whose token told it."""

    __tablename__ = "device_event"
    __table_args__ = (
        Index("device_event_patient", "patient_id", "at_ms"),
        Index("device_event_subject", "subject_id"),
    )

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    generation: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)
    """By the device's clock."""
    received_ms: int = Field(sa_type=BigInteger)
    actor: str = Field(max_length=80)
    """Whom the device named."""
    action: str = Field(max_length=20)
    subject_type: str = Field(default="", max_length=40)
    subject_id: str = Field(default="", max_length=64)
    patient_id: str | None = Field(default=None, max_length=64)
    digest: str = Field(max_length=64)
    fits: bool
    """False where its digest is not that of its content and the event before."""
