"""What came of one pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.errors import (
    CaptivePortal,
    HearthsideError,
    NoNetwork,
    PlanDown,
    PlanError,
    SignInNeeded,
    UntrustedCertificate,
    UpdateNeeded,
    WrongClock,
)

_OUTCOMES: tuple[tuple[type[PlanError], str], ...] = (
    (NoNetwork, "no-network"),
    (CaptivePortal, "captive-portal"),
    (SignInNeeded, "sign-in-needed"),
    (UntrustedCertificate, "untrusted"),
    (WrongClock, "wrong-date"),
    (UpdateNeeded, "update-needed"),
    (PlanDown, "plan-down"),
)


@dataclass(frozen=True, slots=True)
class PassReport:
    """`outcome`: ok | no-network | plan-down | sign-in-needed | captive-portal | untrusted | wrong-date |
    update-needed | partly | stopped | problem.

    `sentence` may be shown as it is. `server_at` is the plan's own time of a complete pass. `retry_after` is in
    seconds, only when the server asked for it. `detail` holds codes and counts only. `waiting`: writes that are still
    open; `lost`: own records that the plan was found to have lost and that go again.
    """

    outcome: str
    sentence: str | None = None
    pushed: int = 0
    set_aside: int = 0
    waiting: int = 0
    pulled: int = 0
    server_at: datetime | None = None
    retry_after: float | None = None
    detail: str = ""
    lost: int = 0

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


def outcome_of(error: HearthsideError) -> str:
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "problem")


def detail_of(error: HearthsideError) -> str:
    return f"{type(error).__name__} {error.detail}".strip()
