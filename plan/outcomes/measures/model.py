"""What a measure is, and the row it gives for each thing that it counts (a unit).

Every unit stands in exactly one place (`Standing`), so that columns never overlap and always add up: numerator = met,
denominator = met + missed, and whoever is left out can be seen beside it, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from plan.outcomes.periods import Period

__all__ = ["Basis", "Mark", "Measure", "Period", "Standing", "Unit", "UnitRow"]


class Standing(StrEnum):
    """Where one unit stands."""

    MET = "met"
    """Numerator."""
    MISSED = "missed"
    """In the denominator, not in the numerator."""
    EXCLUDED = "excluded"
    """Left out by the measure's own rule."""
    PREFERENCE = "preference"
    """The person did not want it: a column of its own, so that it hides no gap and is held against nobody."""
    DIED = "died"
    """Died inside the window before it was met."""
    NO_VISIT = "no-visit"
    """On the roster of the seriously ill, and nobody has been there."""
    NO_DATA = "no-data"
    """Nothing says it either way."""
    PENDING = "pending"
    """The window was not over when the figures were made."""


class Unit(StrEnum):
    """What is counted."""

    MEMBER = "member"
    TRANSITION = "transition"
    REFERRAL = "referral"
    VISIT = "visit"
    PHASE = "phase"
    HOSPITAL_DAY = "hospital-day"
    SCORE = "score"
    MEDICINE = "medicine"


class Basis(StrEnum):
    """Where the rule comes from."""

    PUBLISHED = "published"
    OWN = "own"


class Mark(StrEnum):
    """How far the rule was traced (see docs/glossary.md, "mark")."""

    VERIFIED = "VERIFIED"
    OWN = "OWN"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, in our own words.

    `window_hours`: how long the numerator may take; None where there is no window. `preference_met`: the published
    measure counts "did not want it" as met; we show it beside the rate and say so. `feed`: how a plan can send what the
    data do not hold, "" where they hold it. `reasons`: words for every reason that its rows can carry.
    """

    id: str
    title: str
    unit: Unit
    numerator: str
    denominator: str
    exclusions: str
    data_source: str
    source: str
    mark: Mark
    basis: Basis
    unverified: str
    reasons: Mapping[str, str]
    sql: str
    """Common table expressions; the last is `units` (patient_id, unit, at_ms, standing, reason, value)."""
    parameters: Mapping[str, int | str] = field(default_factory=dict)
    window_hours: int | None = None
    preference_met: bool = False
    feed: str = ""
    value_unit: str = ""
    """What a row's value is: "hours", "days" or "parts" (of five); "" where rows carry none."""
    is_length: bool = False
    """The value is what counts; nobody misses it, so that a share would always be the whole."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of one measure in one period.

    `unit`: what it is ("Encounter/…", "Patient/…"). `at_ms`: the instant that puts it into the period; what somebody's
    line of business was is looked up at that instant. `reason`: a code in `Measure.reasons`. `value`: as
    `Measure.value_unit` says, where the measure has one.
    """

    measure: str
    member_id: str
    unit: str
    at_ms: int
    standing: Standing
    reason: str
    value: float | None = None
