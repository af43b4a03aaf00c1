"""People of the plan's roster who could be helped by palliative care and were not reached yet, as the plan tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.referrals import Referral

WHY = {
    "need-symptom": "symptoms",
    "need-caregiver": "caregiver",
    "need-wishes": "wishes",
    "need-decline": "decline",
}
"""By question of the need screen, the reason of the referral form that says the same."""
NOTE = "Found in the plan's roster of the seriously ill. Nobody has talked with the person about this referral yet."
"""Stands in the referral: one tap asks a programme to look, it says nothing of what the person wants."""


@dataclass(frozen=True, slots=True)
class WhyListed:
    """One question that is a yes (`need-…`). `at` None: it was never written down. `asked`: a person answered it."""

    code: str
    at: datetime | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody on the list. `target` is the programme that is proposed."""

    patient_id: str
    name: str
    reasons: tuple[WhyListed, ...]
    sb1004: bool
    target: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorklistWord:
    """The plan's newest answer. `as_of`: its records up to then are in it. `no_team`: people whom no team has; None
    where the plan does not say.
    """

    at: datetime
    as_of: datetime
    total: int
    members: tuple[Unreached, ...]
    no_team: int | None = None


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """`referred`: by person, the referral made from here since. `here`: whose record is on this device."""

    word: WorklistWord | None = None
    referred: Mapping[str, Referral] | None = None
    here: frozenset[str] = frozenset()
