"""What the courier brought: one row a write, with its sealed bytes only while it waits for somebody."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from plan.database import PlanTable


class CourierWrite(PlanTable, table=True):
    """One write that a device of somebody's brought. Times are ms since 1970, by the plan's clock."""

    __tablename__ = "courier_write"

    write_id: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(max_length=36, index=True)
    """Its author, whose registered device signed it."""
    device: str = Field(max_length=64)
    bearer_id: str = Field(max_length=36)
    """Who was signed in on the device that brought it last, or "" for an officer at the database."""
    state: str = Field(max_length=10, index=True)
    """applied | known (it had come by another way) | held (the plan's rules do not take it as it is) | taken-back"""
    reason: str = Field(default="", max_length=500)
    """Why it is held, for the plan's own people; the bearer is told less."""
    first_ms: int = Field(sa_type=BigInteger)
    decided_ms: int = Field(sa_type=BigInteger)
    sealed: str | None = Field(default=None, sa_type=Text)
    """The document as it came, while it is held, or was when its author took it back: a tablet may be lost tomorrow."""
