"""What `make soak` runs of this directory: deaths by SIGKILL and by power loss, counted; the first bad one stops it."""

from __future__ import annotations

from tests.kills import power, sigkill
from tests.kills.judging import Report


def run_kills(count: int, seed: int) -> dict[str, int]:
    """Raises AssertionError with the seeds of runs that lost, doubled or damaged anything."""
    return _told(sigkill.run_kills(count, seed))


def run_power(count: int, seed: int) -> dict[str, int]:
    """As `run_kills`, for power losses."""
    return _told(power.run_power(count, seed))


def _told(report: Report) -> dict[str, int]:
    assert report.fine, "\n".join([str(report), *report.failures])
    counts = {
        "runs": report.count,
        "saved": report.saved,
        "lost": report.lost,
        "doubled": report.doubled,
        "wrongly_received": report.wrongly_received,
        "damaged": report.damaged,
        "seconds": round(report.seconds),
    }
    return counts | {f"died {moment}": times for moment, times in sorted(report.effective.items())}
