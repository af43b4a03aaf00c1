"""Requests of devices whose PIN is lost. Their sealed keys and answers open nothing here."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from plan.database import PlanTable

WAITING, ANSWERED, REFUSED, DONE = "waiting", "answered", "refused", "done"


class RecoveryRequest(PlanTable, table=True):
    """One request. Times are ms since 1970, by the plan's clock; after `expires_ms` it is over, answered or not.

    `ask` and `answer` are emptied once it is over: then the row says who approved what, and when.
    """

    __tablename__ = "recovery_request"

    id: str = Field(primary_key=True, max_length=32)
    user_id: str = Field(max_length=36, index=True)
    device: str = Field(max_length=64)
    ask: str = Field(sa_type=Text)
    """The request as JSON."""
    rescue_ids: str = Field(max_length=200)
    """The rescue keys that could open it, with spaces between."""
    began_ms: int = Field(sa_type=BigInteger)
    expires_ms: int = Field(sa_type=BigInteger)
    state: str = Field(default=WAITING, max_length=10)
    officer: str = Field(default="", max_length=80)
    decided_ms: int | None = Field(default=None, sa_type=BigInteger)
    answer: str = Field(default="", sa_type=Text)
    """Sealed to the device, base64."""
