"""The tables of device orders."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from plan.database import PlanTable


class DeviceOrder(PlanTable, table=True):
    """One signed order and what became of it. Times are ms since 1970, by the plan's clock."""

    __tablename__ = "device_order"

    id: str = Field(primary_key=True, max_length=36)
    device: str = Field(max_length=64, index=True)
    user_id: str = Field(max_length=36)
    kind: str = Field(max_length=20)
    issued_ms: int = Field(sa_type=BigInteger)
    key_id: str = Field(max_length=16)
    body: bytes
    signature: bytes
    withdrawn_ms: int | None = Field(default=None, sa_type=BigInteger)
    did: str = Field(default="", max_length=10)
    """all | keys | nothing, as the device itself says; "" before it said anything."""
    heard_ms: int | None = Field(default=None, sa_type=BigInteger)
    visits: int | None = None
    """Visits on it that were not sent; None when the device could not tell."""
    sealed: int = 0
    """Sealed copies of writes that it keeps."""


class OrderWord(PlanTable, table=True):
    """The newest word on an order that came without the device's proof: from an older app, or from anybody at all."""

    __tablename__ = "device_order_word"

    order_id: str = Field(primary_key=True, max_length=36)
    did: str = Field(max_length=10)
    heard_ms: int = Field(sa_type=BigInteger)
