"""An alert: something that a person must look at, with an owner and a clock. Corrected ones close, none is deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.content.rules import Level

PRIVATE_TEXT = "Private task"
"""All that a list or another person's screen may say of a private alert."""


class AlertState(StrEnum):
    """Open: nobody has taken it. Acknowledged: somebody has. Done: handled. Closed: no longer true, with a reason."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    CLOSED = "closed"

    @property
    def stands(self) -> bool:
        return self in (AlertState.OPEN, AlertState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `id` is that of its Task. `subject` as in `Finding`. `owner` is a role, "nurse" or "supervisor".

    `finding` is what a list may show. `detail` holds lines: the title, the full finding, then what to do.
    `origin`: "own" when it was raised on this device, else "pulled".
    """

    id: str
    patient_id: str
    visit_id: str | None
    rule: str
    subject: str
    level: Level
    state: AlertState
    finding: str
    detail: str
    private: bool
    owner: str
    fired_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    closed_reason: str | None = None
    origin: str = "own"


def say_you(finding: str) -> str:
    """That somebody opened a record, to that person herself: "You opened it. Reason: ..." and not by her name."""
    return re.sub(r"^(?:By .+?|.+? opened it)\. Reason: ", "You opened it. Reason: ", finding)
