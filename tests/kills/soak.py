"""What `make soak` runs of this directory: deaths by SIGKILL and by power loss, counted."""

from __future__ import annotations

from typing import Any

from tests.kills import power, sigkill
from tests.kills.judging import Report


def run_kills(count: int, seed: int) -> dict[str, Any]:
    """`failed` names the runs that lost, doubled or damaged anything, with their seeds; empty where none did."""
    return _told(sigkill.run_kills(count, seed))


def run_power(count: int, seed: int) -> dict[str, Any]:
    """As `run_kills`, for power losses."""
    return _told(power.run_power(count, seed))


def _told(report: Report) -> dict[str, Any]:
    return {
        "count": report.count,
        "seconds": round(report.seconds, 1),
        "saved": report.saved,
        "lost": report.lost,
        "doubled": report.doubled,
        "wrongly_received": report.wrongly_received,
        "damaged": report.damaged,
        "died": dict(sorted(report.effective.items())),
        "failed": "; ".join(report.failures)[:1000],
    }
