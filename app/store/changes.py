"""What a committed write touched, so that each screen can decide whether to read again."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    PATIENTS = "patients"
    VISITS = "visits"
    OUTBOX = "outbox"
    SIGN_IN = "sign-in"
    SYNC = "sync"
    ALERTS = "alerts"


Changes = frozenset[Topic]
