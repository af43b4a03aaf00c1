"""Who has seen something that waits for somebody: shown only where the record says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """`by` is a name as the record has it; `at` when they answered."""

    by: str
    at: datetime
