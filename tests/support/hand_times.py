"""Times as they stand in the tables made by hand, where the plan is (Los Angeles)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from plan.outcomes import tables

ZONE = ZoneInfo("America/Los_Angeles")
FOREVER = tables.FOREVER


def ms(said: str) -> int:
    """In ms: "11-02 10:00", "11-02T10:00", "11-02", "2025-12-31 23:59:59.999", "11-01 01:30 PST"."""
    words = said.split() if " " in said else said.split("T")
    day = words[0] if len(words[0]) > 5 else f"2026-{words[0]}"
    clock = words[1] if len(words) > 1 else "00:00"
    moment = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZONE, fold=int("PST" in words))
    return round(moment.timestamp() * 1000)


def until_of(words: list[str]) -> int:
    """What follows "until"; no end where there is none."""
    return ms(words[words.index("until") + 1]) if "until" in words else FOREVER


def after(words: list[str], name: str) -> str | None:
    return words[words.index(name) + 1] if name in words else None
