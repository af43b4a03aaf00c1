"""Unsigned drafts: one row a visit, device and user, in a table of their own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from plan.database import PlanTable


class UnsignedDraft(PlanTable, table=True):
    """The newest copy of one draft on one device. Times are ms since 1970."""

    __tablename__ = "unsigned_draft"

    visit_id: str = Field(primary_key=True, max_length=36)
    device: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(primary_key=True, max_length=36)
    author_id: str = Field(max_length=64, index=True)
    """Practitioner id of whoever documents it."""
    patient_id: str = Field(max_length=64, index=True)
    began_ms: int = Field(sa_type=BigInteger)
    """When the visit began, by the device's clock."""
    changed_ms: int = Field(sa_type=BigInteger)
    """When the copy was made, by the device's clock."""
    kept_ms: int = Field(sa_type=BigInteger)
    """When it came, by the plan's clock."""
    digest: str = Field(max_length=64)
    """SHA-256 of `body`: which version this is."""
    body: str = Field(sa_type=Text)
    """As the device wrote it. The plan reads nothing in it; it lies as the bodies of records do."""
