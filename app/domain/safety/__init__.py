"""Safety rules on the device: from what was answered to what must be done, by when, by whom. Pure.

A rule looks at single answers, never at a total alone, and never needs a finished form. Nothing here blocks anything.
"""

from __future__ import annotations

from app.domain.safety.evaluate import evaluate
from app.domain.safety.model import (
    EarlierAlert,
    Facts,
    Finding,
    HospiceNo,
    Level,
    Quiet,
    SafetyContext,
    Transition,
)

__all__ = [
    "EarlierAlert",
    "Facts",
    "Finding",
    "HospiceNo",
    "Level",
    "Quiet",
    "SafetyContext",
    "Transition",
    "evaluate",
]
