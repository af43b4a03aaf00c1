"""What whoever goes should know at the door: facts only, dated, and gone again with one tap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GoingInKind(StrEnum):
    """In the order in which they are offered and shown: what may hurt somebody stands first."""

    WEAPON = "weapon"
    DOG = "dog"
    INFECTION = "infection"
    KEY = "key"
    STAIRS = "stairs"
    PARKING = "parking"


LONGEST_WORDS = 80


@dataclass(frozen=True, slots=True)
class GoingIn:
    """One fact. `records`: all standing records that say it (`Flag/…`); words and author are the newest's."""

    kind: GoingInKind
    words: str
    noted_at: datetime
    noted_by: str
    records: tuple[str, ...]
    pending: bool = False
    """Only on this device yet."""
