"""The table of devices that said which key they sign with."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from plan.database import PlanTable


class RegisteredDevice(PlanTable, table=True):
    """One device of one user. A user's store on a tablet is a device of its own. Times are ms since 1970."""

    __tablename__ = "registered_device"

    user_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64, index=True)
    public_key: bytes = Field(max_length=32)
    """Ed25519, raw. The first one stands: a device makes its key once, with its store."""
    registered_ms: int = Field(sa_type=BigInteger)
    revoked_ms: int | None = Field(default=None, sa_type=BigInteger)
    """When the plan withdrew this device; from a while after that on its writes wait for an officer."""
