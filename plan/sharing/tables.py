"""Which records were shared, with whom and until when. Neither link nor passcode can be read from here."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field

from plan.database import PlanTable


class SharedRecord(PlanTable, table=True):
    """One sharing. Times are ms since 1970 by the plan's clock."""

    __tablename__ = "shared_record"

    id: str = Field(primary_key=True, max_length=36)
    patient_id: str = Field(max_length=64, index=True)
    consent_id: str = Field(max_length=64)
    """The Consent it rests on: where that does not stand, nothing opens."""
    audience: str = Field(max_length=20)
    recipient: str = Field(max_length=120)
    granted_by: str = Field(max_length=64)
    """Practitioner id."""
    granted_name: str = Field(max_length=200)
    link_hash: str = Field(max_length=64, unique=True)
    way_hash: str = Field(max_length=64)
    """Of link and passcode together: nobody tries passcodes on this without the link's 256 bits."""
    made_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    withdrawn_ms: int | None = Field(default=None, sa_type=BigInteger)
    withdrawn_by: str | None = Field(default=None, max_length=64)
    tries: int = 0
    """Wrong passcodes so far."""
    openings: int = 0
    last_opened_ms: int | None = Field(default=None, sa_type=BigInteger)


class MentorVisit(PlanTable, table=True):
    """Which visit a mentor reads. What was shown before it was sent is kept as a digest: other words do not open."""

    __tablename__ = "mentor_visit"

    share_id: str = Field(primary_key=True, max_length=36)
    visit_id: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    passages: str
    """JSON: ids of the passages that were released, in the order of the reading."""
