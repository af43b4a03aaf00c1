"""What a connection test can find, and which step each trouble belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import (
    BadPlanAddress,
    CaptivePortal,
    NoNetwork,
    NotFhir,
    PlanError,
    SignInNeeded,
    UntrustedCertificate,
    UpdateNeeded,
    WrongClock,
)


class Step(StrEnum):
    """In the order in which they are tried."""

    REACH = "reach"
    TRUST = "trust"
    PLAN = "plan"
    CLOCK = "clock"
    SIGN_IN = "sign-in"


class StepState(StrEnum):
    WAITS = "waits"
    RUNS = "runs"
    GOOD = "good"
    BAD = "bad"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    WELL = "well"
    NO_NETWORK = "no-network"
    PORTAL = "captive-portal"
    SERVER_DOWN = "plan-down"
    SIGN_IN = "sign-in-needed"
    NOT_TO_SIGN_IN = "not-to-sign-in"
    """The plan answers, but the one question that went with the sign-in came to nothing: nobody knows if it holds."""
    WRONG_DATE = "wrong-date"
    UNTRUSTED = "untrusted"
    NOT_A_PLAN = "not-a-plan"
    UPDATE = "update-needed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a test. `detail` holds codes only."""

    verdict: Verdict
    plan_at: datetime | None = None
    """The plan's own time, where it answered with one."""
    offset: timedelta | None = None
    """Plan minus this device, good to about a second; negative when this device is ahead."""
    round_trip: float | None = None
    """Seconds for one small question and its answer."""
    expired: bool = False
    """The certificate's time is over; with WRONG_DATE that may be this device's date or the certificate."""
    detail: str = ""


Steps = tuple[tuple[Step, StepState], ...]
NOTHING_TRIED: Steps = tuple((step, StepState.WAITS) for step in Step)

FAILED_AT: dict[Verdict, Step] = {
    Verdict.NO_NETWORK: Step.REACH,
    Verdict.PORTAL: Step.REACH,
    Verdict.SERVER_DOWN: Step.PLAN,
    Verdict.UNTRUSTED: Step.TRUST,
    Verdict.NOT_A_PLAN: Step.PLAN,
    Verdict.UPDATE: Step.PLAN,
    Verdict.SIGN_IN: Step.SIGN_IN,
}


def verdict_of(error: PlanError, address: str) -> Verdict:
    """What an error of the plan's `address` means to the person who asked."""
    if isinstance(error, CaptivePortal):
        # Over TLS the page comes from the very server that was asked for, so no network stands in between.
        over_tls = address.startswith("https://") and "511" not in error.detail
        return Verdict.NOT_A_PLAN if over_tls else Verdict.PORTAL
    known: tuple[tuple[type[PlanError], Verdict], ...] = (
        (NoNetwork, Verdict.NO_NETWORK),
        (UntrustedCertificate, Verdict.UNTRUSTED),
        (WrongClock, Verdict.WRONG_DATE),
        (UpdateNeeded, Verdict.UPDATE),
        (SignInNeeded, Verdict.SIGN_IN),
        (NotFhir, Verdict.NOT_A_PLAN),
        (BadPlanAddress, Verdict.NOT_A_PLAN),
    )
    return next((verdict for kind, verdict in known if isinstance(error, kind)), Verdict.SERVER_DOWN)


def verdict_of_signed(error: PlanError, address: str) -> Verdict:
    """The same of a question with the sign-in, just after the plan has answered one without: it cannot be down."""
    verdict = verdict_of(error, address)
    return Verdict.NOT_TO_SIGN_IN if verdict is Verdict.SERVER_DOWN else verdict


def code_of(error: PlanError) -> str:
    """Its detail, or its name: nothing that anybody typed."""
    return error.detail or type(error).__name__
